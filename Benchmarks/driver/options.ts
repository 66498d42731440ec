export interface Options {
  names: string[];
  quick: boolean;
  /** How often each benchmark is measured; the spread is that of these runs. */
  runs: number;
  json: string | undefined;
  list: boolean;
}

/** Throws an `Error` in words for the user where the arguments are wrong. */
export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const rest = [...args];
  const options: Options = { names: [], quick: false, runs: 0, json: undefined, list: false };
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    switch (argument) {
      case "--quick":
        options.quick = true;
        break;
      case "--list":
        options.list = true;
        break;
      case "--runs":
        options.runs = wholeNumber(argument, rest.shift());
        break;
      case "--json":
        options.json = rest.shift();
        if (options.json === undefined) throw new Error("--json needs the name of a file");
        break;
      default:
        if (argument.startsWith("-")) throw new Error(`unknown option ${argument}`);
        if (!known.includes(argument)) {
          throw new Error(`no benchmark is called ${argument}; there are ${known.join(", ")}`);
        }
        options.names.push(argument);
    }
  }
  options.runs ||= options.quick ? 3 : 7;
  if (options.names.length === 0) options.names = [...known];
  return options;
}

function wholeNumber(option: string, text: string | undefined): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000) {
    throw new Error(`${option} takes a whole number from 1 to 1000, not ${text ?? "nothing"}`);
  }
  return value;
}

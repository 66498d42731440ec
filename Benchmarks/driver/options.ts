export interface Options {
  names: string[];
  quick: boolean;
  /** How often each benchmark is measured; the spread is that of these runs. */
  runs: number;
  json: string | undefined;
  list: boolean;
  /** Runs the fault run in place of the benchmarks. */
  faults: boolean;
  /** How long the fault run lasts. */
  seconds: number;
  /** Of the fault run's random numbers; one is chosen where none is given. */
  seed: number;
}

/** Throws an `Error` in words for the user where the arguments are wrong. */
export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const rest = [...args];
  const options: Options = {
    names: [],
    quick: false,
    runs: 0,
    json: undefined,
    list: false,
    faults: false,
    seconds: 180,
    seed: 0,
  };
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    switch (argument) {
      case "--quick":
        options.quick = true;
        break;
      case "--list":
        options.list = true;
        break;
      case "--faults":
        options.faults = true;
        break;
      case "--runs":
        options.runs = wholeNumber(argument, rest.shift(), 1000);
        break;
      case "--seconds":
        options.seconds = wholeNumber(argument, rest.shift(), 86_400);
        break;
      case "--seed":
        options.seed = wholeNumber(argument, rest.shift(), 2 ** 31);
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
  options.seed ||= 1 + Math.floor(Math.random() * 2 ** 31);
  options.runs ||= options.quick ? 3 : 7;
  if (options.names.length === 0) options.names = [...known];
  return options;
}

function wholeNumber(option: string, text: string | undefined, limit: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > limit) {
    throw new Error(`${option} takes a whole number from 1 to ${limit}, not ${text ?? "nothing"}`);
  }
  return value;
}

type Message = Record<string, unknown>;

/** An event and the milliseconds from just before the program was started to its arrival here. */
export interface Event {
  after: number;
  fields: Message;
}

const LIMIT = 30_000;

/** A program that prints events as NDJSON on its standard output, as `bare` and `keystone run --control` do. */
export class Program {
  readonly events: Event[] = [];
  /** The last of what it wrote to standard error. */
  log = "";
  readonly #started = performance.now();
  readonly #child: BunSubprocess;
  readonly #calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #waiters: { fits(event: Event): boolean; resolve(event: Event): void }[] = [];
  #nextId = 1;

  constructor(readonly command: string[], env: Record<string, string>, cwd?: string) {
    this.#child = Bun.spawn(command, { env, cwd, stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    void this.#readEvents();
    void this.#readLog();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Milliseconds since just before the start, on the monotonic clock. */
  now(): number {
    return performance.now() - this.#started;
  }

  /** The first event of this name from the given place on, here or still to come. */
  event(name: string, from = 0): Promise<Event> {
    const fits = (event: Event) => (event.fields["event"] ?? event.fields["type"]) === name;
    const here = this.events.slice(from).find(fits);
    if (here) return Promise.resolve(here);
    return this.#within(new Promise((resolve) => this.#waiters.push({ fits, resolve })), `no event "${name}"`);
  }

  /** A command of the control channel. */
  do<T>(name: string, fields: Message = {}): Promise<T> {
    return this.#ask(name, { do: name, ...fields });
  }

  /** A question to a service, where the program is Bun's runtime. */
  query<T>(service: string, args?: unknown): Promise<T> {
    return this.#ask(service, { type: "query", service, args });
  }

  #ask<T>(what: string, message: Message): Promise<T> {
    const id = this.#nextId++;
    const reply = new Promise<unknown>((resolve, reject) => this.#calls.set(id, { resolve, reject }));
    this.write(JSON.stringify({ id, ...message }) + "\n");
    return this.#within(reply as Promise<T>, `no reply to "${what}"`);
  }

  /** An expression in the first window's page, promises awaited. */
  eval<T>(code: string): Promise<T> {
    return this.do<T>("eval", { code });
  }

  write(text: string): void {
    this.#child.stdin.write(text);
    this.#child.stdin.flush();
  }

  /** Ends its standard input, on which it ends itself, and waits. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    const killed = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await this.#child.exited;
    clearTimeout(killed);
  }

  async #readEvents(): Promise<void> {
    await lines(this.#child.stdout, (line) => this.#receive(line));
    const code = await this.#child.exited;
    this.#fail(new Error(`${this.command[0]} ended with ${code}\n${this.log}`));
  }

  #receive(line: string): void {
    const after = this.now();
    let fields: Message;
    try {
      fields = JSON.parse(line);
    } catch {
      this.log += line + "\n";
      return;
    }
    if (typeof fields["id"] === "number") return this.#answer(fields["id"], fields);
    const event = { after, fields };
    this.events.push(event);
    this.#waiters = this.#waiters.filter((waiter) => {
      if (!waiter.fits(event)) return true;
      waiter.resolve(event);
      return false;
    });
  }

  #answer(id: number, fields: Message): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if ("error" in fields) call?.reject(new Error(errorText(fields["error"])));
    else call?.resolve(fields["result"]);
  }

  #fail(error: Error): void {
    for (const call of this.#calls.values()) call.reject(error);
    this.#calls.clear();
  }

  async #readLog(): Promise<void> {
    await lines(this.#child.stderr, (line) => {
      this.log = (this.log + line + "\n").slice(-20_000);
    });
  }

  #within<T>(promise: Promise<T>, what: string): Promise<T> {
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${this.command.join(" ")}: ${what} within ${LIMIT / 1000} s\n${this.log}`)),
        LIMIT,
      );
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }
}

/** The control channel's errors are texts, those of the wire have a message. */
function errorText(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}

/** Calls back for each line of a stream that is not empty. */
async function lines(stream: ReadableStream<Uint8Array>, each: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) if (line.trim()) each(line);
  }
}

/** Starts a program, hands it to the body, and ends it whatever happens. */
export async function using<T>(program: Program, body: (program: Program) => Promise<T>): Promise<T> {
  try {
    return await body(program);
  } finally {
    await program.end();
  }
}

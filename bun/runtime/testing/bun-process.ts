/** A real Bun process of the runtime, whose host is the test. */

import { join, resolve } from "node:path";
import type { BunToHost, HostToBun, MessageId } from "../../sdk/protocol.ts";
import { Inbox } from "./inbox.ts";

/** As the host starts Bun (`BunLaunch.arguments` in Swift). */
const ARGUMENTS = ["--define", "Bun.fetch:globalThis.fetch"];
export const BUN_DIR = resolve(import.meta.dirname ?? ".", "../..");

export type Message = BunToHost | { type: "stray"; text: string };
export type Of<T> = Extract<Message, { type: T }>;
/** Over the time that a service is given to stop. */
const END_LIMIT_MS = 8000;

type WithoutId<T> = T extends { id: MessageId } ? Omit<T, "id"> : never;

export class BunProcess {
  messages: Inbox<Message>;
  /** Holds the runtime; without it, the runtime is started from its sources. */
  executable: string | undefined;
  #process: BunSubprocess | undefined;
  #nextId = 1;

  constructor(private readonly what = "the runtime") {
    this.messages = new Inbox(`${what}'s output`);
  }

  /** Starts `script` of the framework's `bun/` directory for the app in `root`. */
  spawn(script: string, root: string, env: Record<string, string>): void {
    this.messages = new Inbox(`${this.what}'s output`);
    const command = this.executable === undefined
      ? [process.execPath, ...ARGUMENTS, join(BUN_DIR, script)]
      : [this.executable];
    const started = Bun.spawn(command, {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, KEYSTONE_APP_ROOT: root, ...env },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#process = started;
    void this.#readOutput(started, this.messages);
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get exited(): Promise<number> {
    return this.#process?.exited ?? Promise.resolve(0);
  }

  /** The first message of this type that no earlier call was given. */
  next<T extends Message["type"]>(type: T, accepts: (message: Of<T>) => boolean = () => true): Promise<Of<T>> {
    return this.messages.next((message): message is Of<T> => message.type === type && accepts(message as Of<T>));
  }

  ready(): Promise<Of<"ready">> {
    return this.next("ready");
  }

  send(message: HostToBun): void {
    this.sendLine(JSON.stringify(message));
  }

  sendLine(line: string): void {
    this.#process?.stdin.write(`${line}\n`);
    void this.#process?.stdin.flush();
  }

  endInput(): void {
    this.#process?.stdin.end();
  }

  /** Ends it as a host that goes away would. @throws Error when it doesn't end by itself. */
  async end(): Promise<void> {
    const started = this.#process;
    if (!started) return;
    this.endInput();
    const isOver = await Promise.race([started.exited.then(() => true), Bun.sleep(END_LIMIT_MS).then(() => false)]);
    if (isOver) return;
    started.kill("SIGKILL");
    throw new Error(`${this.what} did not end within ${END_LIMIT_MS} ms after its host was gone`);
  }

  kill(signal: number | string): void {
    this.#process?.kill(signal);
  }

  /** Asks as the host does; rejects with the error's message and code. */
  async ask(question: WithoutId<HostToBun>): Promise<unknown> {
    const id = this.#nextId++;
    this.send({ ...question, id } as HostToBun);
    const answer = await this.messages.next((message): message is Of<"result"> | Of<"error"> =>
      (message.type === "result" || message.type === "error") && message.id === id
    );
    if (answer.type === "error") throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.result;
  }

  query(service: string, args?: unknown): Promise<unknown> {
    return this.ask({ type: "query", service, args });
  }

  log(pattern: RegExp): Promise<Of<"log">> {
    return this.next("log", ({ message }) => pattern.test(message));
  }

  async #readOutput(started: BunSubprocess, messages: Inbox<Message>): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of started.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) messages.add(parseLine(line));
    }
    messages.close();
  }
}

function parseLine(line: string): Message {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return { type: "stray", text: line };
  }
}

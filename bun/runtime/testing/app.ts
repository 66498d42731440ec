/** A real runtime process on a temporary app, for tests: files, messages, requests, sockets. */

import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { BunToHost, HostToBun, MessageId } from "../../sdk/protocol.ts";
import { Inbox } from "./inbox.ts";
import { PageClient } from "./page-client.ts";

const BUN_DIR = resolve(import.meta.dirname ?? ".", "../..");

export const TOKEN = "0123456789abcdef".repeat(4);

export type Message = BunToHost | { type: "stray"; text: string };
type Of<T> = Extract<Message, { type: T }>;
type WithoutId<T> = T extends { id: MessageId } ? Omit<T, "id"> : never;

export class App {
  /** In a directory of its own, so that there is an outside. */
  readonly root = join(mkdtempSync(join(tmpdir(), "keystone-app-")), "bun");
  messages = new Inbox<Message>("the runtime's output");
  #process: BunSubprocess | undefined;
  #port = 0;
  #nextId = 1;

  /** An app with these files, with the SDK linked into its packages. */
  static create(files: Record<string, string> = {}): App {
    const app = new App();
    const scope = join(app.root, "node_modules/@keystone");
    mkdirSync(scope, { recursive: true });
    for (const name of ["sdk", "lib"]) symlinkSync(join(BUN_DIR, name), join(scope, name));
    for (const [path, content] of Object.entries(files)) app.write(path, content);
    return app;
  }

  /** Creates the app, starts it, and waits until it is ready. */
  static async start(files: Record<string, string> = {}, env: Record<string, string> = {}): Promise<App> {
    const app = App.create(files);
    await app.launchUntilReady(env);
    return app;
  }

  /** @returns the `ready` message. */
  async launchUntilReady(env: Record<string, string> = {}): Promise<Of<"ready">> {
    this.launch(env);
    const ready = await this.messages.next((message): message is Of<"ready"> => message.type === "ready");
    this.#port = ready.port;
    return ready;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get exited(): Promise<number> {
    return this.#process?.exited ?? Promise.resolve(0);
  }

  launch(env: Record<string, string> = {}): void {
    this.messages = new Inbox("the runtime's output");
    const started = Bun.spawn([process.execPath, join(BUN_DIR, "host.ts")], {
      cwd: this.root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        KEYSTONE_SESSION_TOKEN: TOKEN,
        KEYSTONE_APP_ROOT: this.root,
        KEYSTONE_MODE: "development",
        ...env,
      },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#process = started;
    void this.#readOutput(started);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  /** Saves as editors do: a temporary file, then a rename over the old one. */
  writeAtomically(path: string, content: string): void {
    writeFileSync(this.path(`${path}.tmp`), content);
    renameSync(this.path(`${path}.tmp`), this.path(path));
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
    return this.messages.next((message): message is Of<"log"> =>
      message.type === "log" && pattern.test(message.message)
    );
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("cookie")) headers.set("cookie", `keystone_session=${TOKEN}`);
    return fetch(`http://127.0.0.1:${this.#port}${path}`, { ...init, headers });
  }

  /** A request as it is written here: `fetch` would tidy its path. */
  raw(
    path: string,
    headers: readonly string[] = [`Cookie: keystone_session=${TOKEN}`],
  ): Promise<{ status: number; text: string }> {
    const head = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${this.#port}`, "Connection: close"];
    return rawRequest(this.#port, [...head, ...headers]);
  }

  async openPage(windowId?: string): Promise<PageClient> {
    return await PageClient.open(this.#port, TOKEN, windowId);
  }

  /** Ends the process as a host that goes away would, and removes the files. */
  async dispose(): Promise<void> {
    this.endInput();
    await this.exited;
    rmSync(dirname(this.root), { recursive: true, force: true });
  }

  async #readOutput(started: BunSubprocess): Promise<void> {
    const { messages } = this;
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

export function rawRequest(port: number, lines: readonly string[]): Promise<{ status: number; text: string }> {
  return new Promise((resolveAnswer, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.on("data", (data) => {
      text += data.toString();
      // An upgrade that succeeds keeps the connection open.
      if (text.startsWith("HTTP/1.1 101")) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolveAnswer({ status: Number(text.split(" ")[1]), text }));
  });
}

/** A real app in a temporary directory with its real main process, for tests: files, requests, sockets, workers. */

import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BUN_DIR, BunProcess, type Of } from "./bun-process.ts";
import { PageClient } from "./page-client.ts";

export const TOKEN = "0123456789abcdef".repeat(4);

export type { Message } from "./bun-process.ts";

export class App extends BunProcess {
  /** In a directory of its own, so that there is an outside. */
  readonly root = join(mkdtempSync(join(tmpdir(), "keystone-app-")), "bun");
  #port = 0;
  readonly #workers: BunProcess[] = [];

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

  launch(env: Record<string, string> = {}): void {
    const variables = { KEYSTONE_SESSION_TOKEN: TOKEN, KEYSTONE_MODE: "development", ...env };
    this.spawn("host.ts", this.root, variables);
  }

  /** Starts a worker of this app as the host does. It ends with the app. */
  startWorker(name: string, env: Record<string, string> = {}, executable?: string): BunProcess {
    const worker = new BunProcess(`worker ${name}`);
    worker.executable = executable;
    const variables = {
      KEYSTONE_WORKER_NAME: name,
      KEYSTONE_SERVICES_DIR: `workers/${name}`,
      KEYSTONE_MODE: "development",
      ...env,
    };
    worker.spawn("worker-host.ts", this.root, variables);
    this.#workers.push(worker);
    return worker;
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
    await Promise.all([this, ...this.#workers].map((process) => process.end()));
    rmSync(dirname(this.root), { recursive: true, force: true });
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

import type { BunToPage, PageToBun } from "../sdk/protocol.ts";

/** A server for tests that speaks Bun's half of the page's socket: `echo` answers, `fail` throws, anything else hangs. */
export class FakeBun {
  readonly messages: PageToBun[] = [];
  readonly #server: BunServer;
  readonly #sockets = new Set<BunServerWebSocket>();
  #waiting: (() => void)[] = [];

  constructor(port = 0) {
    this.#server = Bun.serve<unknown>({
      hostname: "127.0.0.1",
      port,
      fetch: (request, server) => server.upgrade(request) ? undefined : new Response("no", { status: 400 }),
      websocket: {
        open: (socket) => {
          this.#sockets.add(socket);
          this.#send({ type: "hello", protocol: 1, session: "test", development: true });
        },
        message: (_, message) => this.#receive(JSON.parse(String(message))),
        close: (socket) => void this.#sockets.delete(socket),
      },
    });
  }

  get port(): number {
    return this.#server.port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  push(channel: string, data: unknown, replay?: boolean): void {
    this.#send({ type: "push", channel, data, replay });
  }

  /** Resolves when a message for which `which` holds has come. */
  async received(which: (message: PageToBun) => boolean): Promise<void> {
    while (!this.messages.some(which)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  dropSockets(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  async stop(): Promise<void> {
    await this.#server.stop(true);
  }

  #receive(message: PageToBun): void {
    this.messages.push(message);
    if (message.type === "query" && message.service === "echo") {
      this.#send({ type: "result", id: message.id, result: { service: message.service, args: message.args } });
    } else if (message.type === "query" && message.service === "fail") {
      const error = { name: "TypeError", message: "no luck", code: "LUCK" };
      this.#send({ type: "error", id: message.id, error });
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #send(message: BunToPage): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(message));
  }
}

/** Resolves when `condition` holds; looked at again in every turn of the event loop. The test's own limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** A page's socket, for tests. */

import type { BunToPage, PageToBun } from "../../sdk/protocol.ts";
import { Inbox } from "./inbox.ts";

type Of<T> = Extract<BunToPage, { type: T }>;

export class PageClient {
  readonly messages = new Inbox<BunToPage>("the page's socket");
  #nextId = 1;

  /** @param takes - sees each message first; what it takes is not kept. */
  private constructor(readonly socket: WebSocket, takes: (message: BunToPage) => boolean) {
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as BunToPage;
      if (!takes(message)) this.messages.add(message);
    };
    socket.onclose = () => this.messages.close();
  }

  static async open(
    port: number,
    token: string,
    windowId?: string,
    takes: (message: BunToPage) => boolean = () => false,
  ): Promise<PageClient> {
    const window = windowId === undefined ? "" : `&window=${windowId}`;
    const page = new PageClient(new WebSocket(`ws://127.0.0.1:${port}/ws?token=${token}${window}`), takes);
    await page.next("hello");
    return page;
  }

  next<T extends BunToPage["type"]>(type: T, accepts: (message: Of<T>) => boolean = () => true): Promise<Of<T>> {
    return this.messages.next((message): message is Of<T> => message.type === type && accepts(message as Of<T>));
  }

  send(message: PageToBun | string): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Resolves when everything sent before has been dealt with. */
  async settle(): Promise<void> {
    await this.ask({ type: "query", service: "paths" });
  }

  async ask(
    question: { type: "query"; service: string; args?: unknown } | { type: "invoke"; channel: string; args?: unknown },
  ): Promise<unknown> {
    const id = this.#nextId++;
    this.send({ ...question, id });
    const answer = await this.messages.next((message): message is Of<"result"> | Of<"error"> =>
      (message.type === "result" || message.type === "error") && message.id === id
    );
    if (answer.type === "error") throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.result;
  }

  query(service: string, args?: unknown): Promise<unknown> {
    return this.ask({ type: "query", service, args });
  }

  invoke(channel: string, args?: unknown): Promise<unknown> {
    return this.ask({ type: "invoke", channel, args });
  }

  async subscribe(channel: string): Promise<void> {
    this.send({ type: "subscribe", channel });
    await this.settle();
  }

  close(): void {
    this.socket.close();
  }
}

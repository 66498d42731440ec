/** The sockets of pages: what each message does. */

import type { HelloMessage, MessageId, PageToBun } from "../../sdk/protocol.ts";
import { PROTOCOL_VERSION } from "../../sdk/protocol.ts";
import type { CallInfo, WebSender } from "../../sdk/service.ts";
import type { ServiceRegistry } from "../services/registry.ts";
import type { Switchboard } from "../services/switchboard.ts";
import { didYouMean } from "../nearest.ts";
import { answerText, errorText } from "../wire/answer.ts";
import { RuntimeError } from "../wire/runtime-error.ts";
import { EVERY_PAGE, pushJson, pushText, topicOf } from "./channels.ts";
import { idOf, parsePageMessage } from "./page-messages.ts";
import type { ActionPolicy } from "./security.ts";

/** Longest message, in bytes (`Protocol/README.md`). */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** A page that doesn't read is cut off when so much waits for it. */
export const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;
const MAX_SUBSCRIPTIONS = 10_000;
const MAX_OPEN_QUESTIONS = 100_000;

export interface PageData {
  readonly windowId: string | undefined;
  /** Who asks, as services are told. */
  readonly source: string;
  readonly channels: Set<string>;
  /** The questions under way, for `cancel`. */
  readonly questions: Map<MessageId, AbortController>;
  /** Much waits for it: if it ends now, it was cut off. */
  isBehind: boolean;
}

export type PageSocket = BunServerWebSocket<PageData>;

/** What is for pages alone. */
export interface PageRules {
  readonly policy: ActionPolicy;
  /** Tells a page which of its components, by name and build, are other ones by now. */
  readonly catchUp: (builds: ReadonlyMap<string, string>, send: (text: string) => void) => Promise<void> | undefined;
}

export interface PageEndpoint {
  readonly board: Switchboard;
  readonly registry: ServiceRegistry;
  /** `undefined` for sockets of other processes, which neither publish nor send actions, nor have components. */
  readonly pages: PageRules | undefined;
  readonly development: boolean;
  /** Names this run of the runtime, so that a page notices a restart. */
  readonly session: string;
}

export function newPageData(windowId: string | undefined, source = sourceOf(windowId)): PageData {
  return { windowId, source, channels: new Set(), questions: new Map(), isBehind: false };
}

export class PageSockets {
  readonly #open = new Set<PageSocket>();
  #checkIsDue = false;

  constructor(private readonly endpoint: PageEndpoint) {
    endpoint.board.channels.onPressure = () => this.#checkSoon();
  }

  opened(socket: PageSocket): void {
    this.#open.add(socket);
    const { session, development } = this.endpoint;
    const hello: HelloMessage = { type: "hello", protocol: PROTOCOL_VERSION, session, development };
    socket.send(JSON.stringify(hello));
    socket.subscribe(EVERY_PAGE);
  }

  closed(socket: PageSocket): void {
    for (const question of socket.data.questions.values()) question.abort(new Error("the page went away"));
    socket.data.questions.clear();
    this.#open.delete(socket);
    if (!socket.data.isBehind) return;
    this.endpoint.board.log.warning(
      `the socket of ${socket.data.source} was cut off: the other side doesn't read what it is sent, and ` +
        `${MAX_BUFFERED_BYTES >> 20} MiB at most wait for it. It gets the last values when it connects again.`,
    );
  }

  /** The server says that somebody is slow, but not who; when it cuts a page off, it doesn't say why. */
  #checkSoon(): void {
    if (this.#checkIsDue) return;
    this.#checkIsDue = true;
    setImmediate(() => {
      this.#checkIsDue = false;
      for (const socket of this.#open) socket.data.isBehind = socket.getBufferedAmount() > MAX_BUFFERED_BYTES / 2;
    });
  }

  received(socket: PageSocket, raw: string | Uint8Array): void {
    try {
      if (typeof raw !== "string") throw new RuntimeError("BAD_REQUEST", "a message must be a text, not bytes");
      if (byteLength(raw) > MAX_MESSAGE_BYTES) {
        throw new RuntimeError("TOO_LARGE", `the message is over ${MAX_MESSAGE_BYTES} bytes; send large data in parts`);
      }
      this.#dispatch(socket, parsePageMessage(raw));
    } catch (error) {
      const id = typeof raw === "string" && raw.length < 65_536 ? idOf(raw) : undefined;
      socket.send(errorText(id, error, "BAD_REQUEST", false));
    }
  }

  #dispatch(socket: PageSocket, message: PageToBun): void {
    switch (message.type) {
      case "subscribe":
        return this.#subscribe(socket, message.channel);
      case "unsubscribe":
        socket.data.channels.delete(message.channel);
        return socket.unsubscribe(topicOf(message.channel));
      case "publish":
        this.#requirePage(message.type);
        return this.#publish(socket, message.channel, message.data);
      case "query":
        return this.#answer(
          socket,
          message.id,
          `service "${message.service}"`,
          (info) => this.endpoint.registry.query(message.service, message.args, info),
        );
      case "invoke":
        return this.#answer(
          socket,
          message.id,
          `"${message.channel}"`,
          (info) => this.endpoint.registry.invoke(message.channel, message.args, info),
        );
      case "cancel":
        socket.data.questions.get(message.id)?.abort(new DOMException("the asker cancelled", "AbortError"));
        return void socket.data.questions.delete(message.id);
      case "builds": {
        const builds = new Map(Object.entries(message.components));
        return void this.#requirePage(message.type).catchUp(builds, (text) => void socket.send(text));
      }
      case "action":
        return this.#act(socket, message.action, this.#requirePage(message.type).policy);
      case "send":
        return this.#deliver(socket, message.name, message.data);
    }
  }

  #subscribe(socket: PageSocket, channel: string): void {
    const { channels } = socket.data;
    if (!channels.has(channel) && channels.size >= MAX_SUBSCRIPTIONS) {
      throw new RuntimeError("TOO_LARGE", `a page may subscribe to ${MAX_SUBSCRIPTIONS} channels at most`);
    }
    channels.add(channel);
    socket.subscribe(topicOf(channel));
    const replay = this.endpoint.board.channels.replay(channel);
    if (replay !== undefined) socket.send(replay);
  }

  #publish(socket: PageSocket, channel: string, data: unknown): void {
    if (channel.startsWith("__")) {
      throw forbidden(`pages may not publish on "${channel}": names with "__" are the framework's`);
    }
    if (channel.startsWith("window:") && !channel.startsWith(`window:${socket.data.windowId ?? ""}:`)) {
      throw forbidden(`"${channel}" is another window's channel; a page may publish on its own window's alone`);
    }
    this.endpoint.board.channels.publish(channel, pushJson(channel, data));
  }

  #answer(socket: PageSocket, id: MessageId, what: string, ask: (info: CallInfo) => Promise<unknown>): void {
    const { questions, windowId, source } = socket.data;
    if (questions.has(id)) throw new RuntimeError("BAD_REQUEST", `question ${JSON.stringify(id)} is open already`);
    if (questions.size >= MAX_OPEN_QUESTIONS) {
      throw new RuntimeError("UNAVAILABLE", `${questions.size} questions of this page are open; no more are taken`);
    }
    const controller = new AbortController();
    questions.set(id, controller);
    const info: CallInfo = { signal: controller.signal, source, windowId };
    void answerText(id, what, () => ask(info), this.endpoint.development, MAX_MESSAGE_BYTES).then((text) => {
      if (controller.signal.aborted) return;
      questions.delete(id);
      socket.send(text);
    });
  }

  #requirePage(type: string): PageRules {
    const { pages } = this.endpoint;
    if (!pages) throw new RuntimeError("NOT_SUPPORTED", `"${type}" is for pages; a worker takes none`);
    return pages;
  }

  #act(socket: PageSocket, action: string, policy: ActionPolicy): void {
    const { registry, board } = this.endpoint;
    const { windowId, source } = socket.data;
    if (!policy.allows(action)) {
      if (policy.isNews(action)) {
        board.log.warning(`action "${action}" of ${source} was dropped: security.allowedActions doesn't have it`);
      }
      throw forbidden(`action "${action}" is not allowed; add it to security.allowedActions in keystone.config.ts`);
    }
    board.output.send({ type: "action_from_web", action, windowId });
    registry.act(action, { source });
  }

  #deliver(socket: PageSocket, name: string, data: unknown): void {
    const { board } = this.endpoint;
    if (board.emit(board.webMessages, name, data, senderOf(socket)) > 0) return;
    const hint = didYouMean(name, board.webMessages.names());
    throw new RuntimeError("NO_HANDLER", `nobody listens to messages named "${name}".${hint}`);
  }
}

function sourceOf(windowId: string | undefined): string {
  return windowId === undefined ? "web" : `window:${windowId}`;
}

function senderOf(socket: PageSocket): WebSender {
  return {
    windowId: socket.data.windowId,
    push: (channel, data) => void socket.send(pushText(channel, pushJson(channel, data))),
  };
}

function byteLength(text: string): number {
  // Only a text that may be too long is worth measuring: no character takes more than three bytes a UTF-16 unit.
  return text.length * 3 <= MAX_MESSAGE_BYTES ? text.length : Buffer.byteLength(text);
}

function forbidden(message: string): RuntimeError {
  return new RuntimeError("FORBIDDEN", message);
}

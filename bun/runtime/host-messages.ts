/** What each message of the host does. */

import type { HostToBun, MessageId } from "../sdk/protocol.ts";
import type { CallInfo } from "../sdk/service.ts";
import { pushJson } from "./pages/channels.ts";
import { type Retention, retentionOf } from "./pages/retained-values.ts";
import type { ServiceRegistry } from "./services/registry.ts";
import type { Switchboard } from "./services/switchboard.ts";
import { answerText, errorText } from "./wire/answer.ts";
import { describeError, RuntimeError } from "./wire/runtime-error.ts";

/** A line to the host may be as long as one from it. */
const MAX_ANSWER_LENGTH = 64 * 1024 * 1024;

export interface HostEndpoint {
  readonly board: Switchboard;
  readonly registry: ServiceRegistry;
  readonly development: boolean;
  /** Why the host may not evaluate code here; `undefined` where it may. */
  readonly evalRefusal: string | undefined;
  readonly shutDown: () => void;
}

export function handleHostMessage(message: HostToBun, endpoint: HostEndpoint): void {
  try {
    dispatch(message, endpoint);
  } catch (error) {
    const { id } = message as { id?: MessageId };
    if (id !== undefined) endpoint.board.output.sendText(errorText(id, error, "BAD_REQUEST", endpoint.development));
    else endpoint.board.log.error(`a "${message.type}" message of the host was refused: ${describeError(error)}`);
  }
}

function dispatch(message: HostToBun, endpoint: HostEndpoint): void {
  const { board, registry } = endpoint;
  switch (message.type) {
    case "query":
      requireText(message.service, "service");
      return answer(
        endpoint,
        message.id,
        `service "${message.service}"`,
        (info) => registry.query(message.service, message.args, info),
      );
    case "invoke":
      requireText(message.channel, "channel");
      return answer(
        endpoint,
        message.id,
        `"${message.channel}"`,
        (info) => registry.invoke(message.channel, message.args, info),
      );
    case "action":
      requireText(message.action, "action");
      return registry.act(message.action, { source: message.source ?? "host" });
    case "push":
      return push(message.channel, message.data, retentionOf(message.retain), board);
    case "eval":
      return answer(endpoint, message.id, "eval", () => evaluate(message.code, endpoint.evalRefusal));
    case "health":
      return answer(endpoint, message.id, "health", async () => registry.health());
    case "shutdown":
      return endpoint.shutDown();
    case "relay_in":
      return relay(message, board);
    case "relay_query":
      return answerProcess(endpoint, message);
    case "relay_cancel":
      return board.processes.cancel(message.id);
    case "relay_result":
    case "relay_error":
      return board.processes.answered(message);
    case "worker_ports":
      return board.workers.update(message);
    default:
      board.log.warning(`the host sent a message of unknown type "${String((message as { type: unknown }).type)}"`);
  }
}

function answer(endpoint: HostEndpoint, id: MessageId, what: string, ask: (info: CallInfo) => Promise<unknown>): void {
  const info: CallInfo = { source: "host", signal: new AbortController().signal };
  void answerText(id, what, () => ask(info), endpoint.development, MAX_ANSWER_LENGTH)
    .then((text) => endpoint.board.output.sendText(text));
}

/** Another process asks; it may give up before the answer is there. */
function answerProcess(endpoint: HostEndpoint, message: Extract<HostToBun, { type: "relay_query" }>): void {
  const { id, service, args, from } = message;
  const { board, registry, development } = endpoint;
  requireText(service, "service");
  requireText(from, "from");
  const info: CallInfo = { source: from === "main" ? from : `worker:${from}`, signal: board.processes.begin(id) };
  const ask = () => registry.query(service, args, info);
  void answerText(id, `service "${service}"`, ask, development, MAX_ANSWER_LENGTH).then((text) => {
    if (board.processes.finish(id)) board.output.sendText(text);
  });
}

function push(channel: string, data: unknown, retention: Retention, board: Switchboard): void {
  // A state of `null` is none: so the host and, through it, a worker end one.
  if (retention === "value" && (data ?? null) === null) board.channels.forget(channel);
  else board.channels.push(channel, pushJson(channel, data), retention);
  board.emit(board.hostPushes, channel, data);
}

/** Another process's message reaches those who listen to that process, and those who listen to messages of this name. */
function relay(message: { channel: string; data: unknown; from: string }, board: Switchboard): void {
  const { channel, data, from } = message;
  requireText(channel, "channel");
  requireText(from, "from");
  const heard = board.emit(board.relays, `${from}\n${channel}`, data) +
    board.emit(board.webMessages, channel, data, {
      push: (to, value) => board.processes.send(from, to, value),
    });
  if (heard === 0) {
    board.log.warning(`nobody listens to "${channel}" of ${from === "main" ? from : `worker "${from}"`}`);
  }
}

async function evaluate(code: unknown, refusal: string | undefined): Promise<unknown> {
  if (refusal !== undefined) throw new RuntimeError("FORBIDDEN", `eval is off: ${refusal}`);
  requireText(code, "code");
  // Indirect, so that the code sees the global scope and nothing of the runtime's.
  return await (0, eval)(code);
}

function requireText(value: unknown, field: string): asserts value is string {
  if (typeof value !== "string" || value === "") throw new RuntimeError("BAD_REQUEST", `\`${field}\` must be a text`);
}

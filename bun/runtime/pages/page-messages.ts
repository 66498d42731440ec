/** Checks what comes out of a page: everything there is untrusted. */

import type { MessageId, PageToBun } from "../../sdk/protocol.ts";
import { isComponentName } from "../config/schema.ts";
import { isDeeperThan, MAX_DEPTH } from "../wire/json-depth.ts";
import { RuntimeError } from "../wire/runtime-error.ts";
import { checkChannel, MAX_CHANNEL_LENGTH } from "./channels.ts";

/** Components of one page. */
const MAX_BUILDS = 1000;
const MAX_BUILD_LENGTH = 64;

type Fields = Record<string, unknown>;

/** Which fields a message type needs; `undefined` data and arguments are always fine. */
const CHECKS: { [T in PageToBun["type"]]: (message: Fields) => void } = {
  subscribe: (message) => checkChannel(message.channel),
  unsubscribe: (message) => checkChannel(message.channel),
  publish: (message) => checkChannel(message.channel),
  query: (message) => {
    checkId(message.id);
    checkName(message, "service");
  },
  invoke: (message) => {
    checkId(message.id);
    checkChannel(message.channel);
  },
  cancel: (message) => checkId(message.id),
  builds: (message) => checkBuilds(message.components),
  action: (message) => checkName(message, "action"),
  send: (message) => checkName(message, "name"),
};

/** The message in `text`. @throws RuntimeError `BAD_REQUEST` that says what is wrong with it. */
export function parsePageMessage(text: string): PageToBun {
  const message = parseObject(text);
  const type = message.type;
  if (typeof type !== "string" || !Object.hasOwn(CHECKS, type)) {
    throw bad(
      `unknown message type ${JSON.stringify(type)?.slice(0, 100) ?? "(none)"}; known are ${
        Object.keys(CHECKS).join(", ")
      }`,
    );
  }
  CHECKS[type as PageToBun["type"]](message);
  return message as PageToBun;
}

/** The id of a message that was refused, so that its asker need not wait for a time-out. */
export function idOf(text: string): MessageId | undefined {
  try {
    const { id } = parseObject(text);
    return isId(id) ? id : undefined;
  } catch {
    // Not even JSON: it has no id.
    return undefined;
  }
}

function parseObject(text: string): Fields {
  if (isDeeperThan(MAX_DEPTH, text)) throw bad(`the message is nested over ${MAX_DEPTH} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(`the message is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw bad("the message is not a JSON object");
  }
  return value as Fields;
}

function isId(id: unknown): id is MessageId {
  return Number.isSafeInteger(id) || (typeof id === "string" && id !== "" && id.length <= 256);
}

function checkId(id: unknown): void {
  if (!isId(id)) throw bad("`id` must be an integer or a text of 1 to 256 characters");
}

function checkName(message: Fields, field: string): void {
  const name = message[field];
  if (typeof name !== "string" || name === "" || name.length > MAX_CHANNEL_LENGTH) {
    throw bad(`\`${field}\` must be a text of 1 to ${MAX_CHANNEL_LENGTH} characters`);
  }
}

/** @throws RuntimeError unless it is an object of component name → build. */
function checkBuilds(components: unknown): void {
  const entries = typeof components === "object" && components !== null ? Object.entries(components) : undefined;
  const isBuild = ([name, build]: [string, unknown]) =>
    isComponentName(name) && typeof build === "string" && build.length <= MAX_BUILD_LENGTH;
  if (entries && !Array.isArray(components) && entries.length <= MAX_BUILDS && entries.every(isBuild)) return;
  throw bad(`\`components\` must be an object of ${MAX_BUILDS} component names at most, with the build of each`);
}

function bad(message: string): RuntimeError {
  return new RuntimeError("BAD_REQUEST", message);
}

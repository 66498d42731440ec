import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BunToHost, BunToPage, HostToBun, PageSignal, PageToBun } from "./protocol.ts";

const golden = join(import.meta.dir, "../../Protocol/golden");

type Kind = "string" | "number" | "boolean" | "object" | "id" | "any";
/** A field's kind; `?` after its name says that it may be missing. */
type Shape = Record<string, Kind>;
/** The compiler checks that each type of a conversation has a shape, and that no shape is of a type that is gone. */
type Shapes<Message extends { type: string }> = { [Type in Message["type"]]: Shape };

const hostToBun: Shapes<HostToBun> = {
  query: { id: "id", service: "string", "args?": "any" },
  invoke: { id: "id", channel: "string", "args?": "any" },
  action: { action: "string", source: "string" },
  push: { channel: "string", data: "any", "retain?": "boolean" },
  eval: { id: "id", code: "string" },
  health: { id: "id" },
  shutdown: {},
  relay_in: { channel: "string", data: "any", from: "string" },
  relay_query: { id: "id", service: "string", "args?": "any", from: "string" },
  relay_cancel: { id: "id" },
  relay_result: { id: "id", "result?": "any" },
  relay_error: { id: "id", error: "object" },
  worker_ports: { data: "object", "tokens?": "object", "declared?": "object" },
};

const bunToHost: Shapes<BunToHost> = {
  ready: {
    protocol: "number",
    port: "number",
    services: "object",
    components: "object",
    pid: "number",
    version: "string",
    "worker?": "string",
  },
  result: { id: "id", "result?": "any" },
  error: { id: "id", error: "object" },
  service_push: { channel: "string", data: "any", "retain?": "boolean" },
  action_from_web: { action: "string", "windowId?": "string" },
  action_from_service: { action: "string", service: "string" },
  hmr: { component: "string", kind: "string" },
  components: { components: "object" },
  log: { level: "string", message: "string", source: "string" },
  relay: { target: "string", channel: "string", data: "any" },
  relay_query: { id: "id", target: "string", service: "string", "args?": "any", "timeoutMs?": "number" },
  relay_cancel: { id: "id" },
  network: { endpoints: "object" },
  fatal: { message: "string" },
};

const pageToBun: Shapes<PageToBun> = {
  subscribe: { channel: "string" },
  unsubscribe: { channel: "string" },
  publish: { channel: "string", data: "any" },
  query: { id: "id", service: "string", "args?": "any" },
  invoke: { id: "id", channel: "string", "args?": "any" },
  cancel: { id: "id" },
  builds: { components: "object" },
  action: { action: "string" },
  send: { name: "string", "data?": "any" },
};

const bunToPage: Shapes<BunToPage> = {
  hello: { protocol: "number", session: "string", development: "boolean" },
  push: { channel: "string", data: "any", "replay?": "boolean" },
  result: { id: "id", "result?": "any" },
  error: { "id?": "id", error: "object" },
  __hmr__: { component: "string", kind: "string", url: "string", "css?": "string", hash: "string", build: "string" },
  __hmr_error__: { component: "string", errors: "object" },
};

const pageToHost: Shapes<PageSignal> = {
  ready: {},
  painted: {},
  mounted: { slot: "string", component: "string" },
  mountFailed: { slot: "string", component: "string", error: "object" },
  unmounted: { slot: "string" },
  swapped: { slot: "string", component: "string", kind: "string", ms: "number" },
  startDrag: {},
  titlebarDoubleClick: {},
  restart: {},
  retryPlugin: { name: "string" },
  log: { level: "string", message: "string", "stack?": "string" },
  connection: { state: "string" },
};

const conversations: Record<string, Record<string, Shape>> = {
  "host-to-bun": hostToBun,
  "bun-to-host": bunToHost,
  "page-to-bun": pageToBun,
  "bun-to-page": bunToPage,
  "page-to-host": pageToHost,
  "host-to-page": {
    bootstrap: {
      windowId: "string",
      component: "string",
      platform: "string",
      version: "string",
      theme: "object",
      colorScheme: "string",
      insets: "object",
      development: "boolean",
      bun: "boolean",
      "ticket?": "string",
    },
    bun: { state: "string", "attempt?": "number", "delayMs?": "number", "message?": "string", "port?": "number" },
  },
};

const files = readdirSync(golden).filter((name) => name.endsWith(".json"));

test("there are golden messages of every conversation", () => {
  for (const name of Object.keys(conversations)) {
    expect(files.filter((file) => file.startsWith(`${name}.`)).length).toBeGreaterThan(0);
  }
});

test.each(files)("%s has the fields that the types say, and no others", (file) => {
  const [conversation, name] = file.split(".");
  const shape = conversations[conversation]?.[name];
  expect(shape).toBeDefined();
  const message: Record<string, unknown> = JSON.parse(readFileSync(join(golden, file), "utf8"));
  if (conversation !== "host-to-page") expect(message.type).toBe(name);
  expect(complaints(message, shape)).toEqual([]);
});

test("a message that lacks a field, has a wrong or an unknown one, is complained about", () => {
  const shape: Shape = { id: "id", "args?": "any", channel: "string" };
  expect(complaints({ type: "x", id: {}, extra: 1 }, shape)).toEqual([
    "id is no id",
    "channel is missing",
    "extra is unknown",
  ]);
});

function complaints(message: Record<string, unknown>, shape: Shape): string[] {
  const found: string[] = [];
  const known = new Set(["type"]);
  for (const [key, kind] of Object.entries(shape)) {
    const name = key.replace("?", "");
    known.add(name);
    if (!(name in message)) {
      if (!key.endsWith("?")) found.push(`${name} is missing`);
    } else if (!isKind(message[name], kind)) found.push(`${name} is no ${kind}`);
  }
  for (const name of Object.keys(message)) {
    if (!known.has(name)) found.push(`${name} is unknown`);
  }
  return found;
}

function isKind(value: unknown, kind: Kind): boolean {
  if (kind === "any") return true;
  if (kind === "id") return typeof value === "string" || Number.isInteger(value);
  return typeof value === kind && value !== null;
}

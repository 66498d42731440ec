import { afterEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { App } from "../testing/app.ts";

const TOKEN = "fedcba9876543210".repeat(4);
const SERVES = { KEYSTONE_BROWSER_ACCESS: "true", KEYSTONE_WORKER_TOKEN: TOKEN };

let app: App;
afterEach(() => app.dispose());

async function serving(env: Record<string, string> = SERVES) {
  app = App.create({ "workers/dp/worker.ts": "export const query = () => 1;" });
  const worker = app.startWorker("dp", env);
  const { port } = await worker.ready();
  return { worker, port };
}

/** The status that a handshake as it is written here is answered with. */
function statusOf(port: number, lines: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.once("data", (data) => {
      socket.destroy();
      resolve(Number(data.toString().split(" ")[1]));
    });
    socket.on("error", reject);
  });
}

describe("a worker's socket", () => {
  const HANDSHAKE = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
  ];
  const BEARER = `Authorization: Bearer ${TOKEN}`;

  const request = (port: number, headers: string[], path = "/ws", host = `127.0.0.1:${port}`) =>
    statusOf(port, [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...HANDSHAKE, ...headers]);

  test("lets in holders of the token alone, no page, on 127.0.0.1", async () => {
    const { port } = await serving();
    expect(await request(port, [BEARER])).toBe(101);
    expect(await request(port, [])).toBe(401);
    expect(await request(port, [`Authorization: Bearer ${"0".repeat(64)}`])).toBe(401);
    expect(await request(port, [`Authorization: Bearer ${TOKEN}0`])).toBe(401);
    expect(await request(port, [`Cookie: keystone_session=${TOKEN}`])).toBe(401);
    expect(await request(port, [], `/ws?token=${TOKEN}`)).toBe(401);
    for (const origin of ["http://evil.example", `http://127.0.0.1:${port}`, "null"]) {
      expect(await request(port, [BEARER, `Origin: ${origin}`])).toBe(403);
      expect(await request(port, [`Origin: ${origin}`])).toBe(403);
    }
    expect(await request(port, [BEARER], "/ws", "evil.example")).toBe(403);
    expect(await request(port, [BEARER], "/services/worker.ts")).toBe(404);
    expect(
      await fetch(`http://127.0.0.1:${port}/ws`, { headers: { Authorization: `Bearer ${TOKEN}` } }).then(({ status }) =>
        status
      ),
    ).toBe(426);
    await expect(fetch(`http://[::1]:${port}/ws`)).rejects.toThrow();
  });

  test("is only there where the configuration asks for it", async () => {
    expect((await serving({})).port).toBe(0);
  });

  test("takes neither publish nor action, and answers what it can't read", async () => {
    const { worker, port } = await serving();
    const Socket = WebSocket as unknown as new (url: string, options: unknown) => WebSocket;
    const socket = new Socket(`ws://127.0.0.1:${port}/ws`, { headers: { Authorization: `Bearer ${TOKEN}` } });
    const answers: { type: string; error?: { code: string } }[] = [];
    const messages = [
      "hello",
      `{"type":"publish","channel":"c","data":1}`,
      `{"type":"action","action":"app:quit"}`,
      "no json",
      `{"type":"builds","components":{}}`,
      `{"type":"query","id":1,"service":"worker"}`,
    ];
    await new Promise<void>((done) => {
      socket.onmessage = ({ data }) => {
        answers.push(JSON.parse(data));
        const next = messages[answers.length];
        if (next === undefined) done();
        else socket.send(next);
      };
    });
    socket.close();
    expect(answers.map(({ type, error }) => error?.code ?? type))
      .toEqual(["hello", "NOT_SUPPORTED", "NOT_SUPPORTED", "BAD_REQUEST", "NOT_SUPPORTED", "result"]);
    expect(worker.messages.all.map(({ type }) => type)).toEqual(["ready"]);
  });
});

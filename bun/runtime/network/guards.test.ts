/** Every way to the network that this Bun has, tried by a service against a server that is not on loopback. */

import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { App } from "../testing/app.ts";

/** An address of this machine that is not loopback: the guard must tell them apart, and a server can listen there. */
const outside = Object.values(networkInterfaces()).flat()
  .find((address) => address && !address.internal && address.family === "IPv4")?.address ?? "";

/** The attempts: each resolves when it got through. `H` is the host, `P` the port, `U` the address. */
const ATTEMPTS = `
import * as http from "node:http";
import { get as namedGet } from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import { connect as namedConnect } from "node:net";
import * as tls from "node:tls";
import * as http2 from "node:http2";
import * as dgram from "node:dgram";
import * as undici from "undici";
import { connect as bunConnect } from "bun";
import { Worker as NodeWorker } from "node:worker_threads";

const got = (get, url) => new Promise((ok, no) => get(url, (r) => { r.resume(); ok(r.statusCode); }).on("error", no).end());
const connected = (socket) => new Promise((ok, no) => {
  socket.on("connect", () => { ok("connected"); socket.destroy(); });
  socket.on("error", no);
});
const opened = (socket) => new Promise((ok, no) => {
  socket.onopen = () => { ok("open"); socket.close(); };
  socket.onerror = (event) => no(event.error ?? new Error(event.message));
});
const handlers = (ok, no) => ({ open(s) { ok("connected"); s.end(); }, data() {}, error: (_, e) => no(e), connectError: (_, e) => no(e) });
const threaded = (Kind, url) => new Promise((ok, no) => {
  const code = "fetch(" + JSON.stringify(url) + ").then((r) => postMessage('reached ' + r.status), (e) => postMessage(e.code ?? e.message))";
  const worker = new Kind(new URL("data:text/javascript," + encodeURIComponent(
    "import { parentPort } from 'node:worker_threads'; const postMessage = (m) => parentPort ? parentPort.postMessage(m) : self.postMessage(m);" + code)));
  const hear = (said) => { worker.terminate(); said.startsWith("reached") ? ok(said) : no(Object.assign(new Error(said), { code: said })); };
  worker.on ? worker.on("message", hear) : (worker.onmessage = ({ data }) => hear(data));
});

const ways = (H, P, U) => ({
  fetch: () => fetch(U).then((r) => r.text()),
  "fetch URL": () => fetch(new URL(U)).then((r) => r.text()),
  "fetch Request": () => fetch(new Request(U)).then((r) => r.text()),
  "fetch Request that lies": () => {
    const request = new Request(U);
    Object.defineProperty(request, "url", { value: "http://localhost:1/" });
    return fetch(request).then((r) => r.text());
  },
  "fetch Request that lies the other way": () => {
    const request = new Request("http://localhost:1/");
    Object.defineProperty(request, "url", { value: U });
    return fetch(request).then((r) => r.text(), (e) => { throw e.code === "ECONNREFUSED" ? Object.assign(e, { code: "FORBIDDEN" }) : e; });
  },
  "fetch object": () => fetch({ toString: () => U }).then((r) => r.text()),
  "fetch upper case": () => fetch(U.replace("http", "HTTP")).then((r) => r.text()),
  "fetch userinfo": () => fetch("http://localhost@" + H + ":" + P + "/").then((r) => r.text()),
  "fetch backslashes": () => fetch("http:\\\\\\\\" + H + ":" + P + "\\\\").then((r) => r.text()),
  "fetch decimal address": () => fetch("http://" + H.split(".").reduce((n, b) => n * 256 + Number(b), 0) + ":" + P + "/").then((r) => r.text()),
  "fetch octal address": () => fetch("http://" + H.split(".").map((b) => "0" + Number(b).toString(8)).join(".") + ":" + P + "/").then((r) => r.text()),
  "fetch mapped address": () => fetch("http://[::ffff:" + H + "]:" + P + "/").then((r) => r.text()),
  "Bun.fetch": () => Bun.fetch(U).then((r) => r.text()),
  "FetchSession": () => new Bun.FetchSession().fetch(U).then((r) => r.text()),
  "fetch with a session": () => fetch(U, { session: new Bun.FetchSession() }).then((r) => r.text()),
  "a proxy": () => fetch("http://localhost:1/", { proxy: U }).then((r) => r.text()),
  "preconnect": async () => { fetch.preconnect(U); return "tried"; },
  "undici.fetch": () => undici.fetch(U).then((r) => r.text()),
  "undici.request": () => undici.request(U).then((r) => r.statusCode),
  "http.get": () => got(http.get, U),
  "http.get by name": () => got(namedGet, U),
  "http.request options": () => got((_, heard) => http.request({ host: H, port: P }, heard), U),
  "ClientRequest": () => got((url, heard) => new http.ClientRequest(new URL(url), heard), U),
  "https.get": () => got(https.get, U.replace("http", "https")),
  "net.connect": () => connected(net.connect(P, H)),
  "net.connect by name": () => connected(namedConnect({ host: H, port: P })),
  "Socket.connect": () => connected(new net.Socket().connect(P, H)),
  "tls.connect": () => connected(tls.connect(P, H)),
  "http2.connect": () => connected(http2.connect(U)),
  "Bun.connect": () => new Promise((ok, no) => Bun.connect({ hostname: H, port: P, socket: handlers(ok, no) }).catch(no)),
  "Bun.connect by name": () => new Promise((ok, no) => bunConnect({ hostname: H, port: P, socket: handlers(ok, no) }).catch(no)),
  "WebSocket": async () => await opened(new WebSocket(U.replace("http", "ws"))),
  "WebSocket's constructor": async () => await opened(new WebSocket.prototype.constructor(U.replace("http", "ws"))),
  "undici.WebSocket": async () => await opened(new undici.WebSocket(U.replace("http", "ws"))),
  "dgram.send": () => new Promise((ok, no) => {
    const socket = dgram.createSocket("udp4");
    socket.send("x", P, H, (error) => { socket.close(); error ? no(error) : ok("sent"); });
  }),
  "dgram.connect": () => new Promise((ok, no) => {
    const socket = dgram.createSocket("udp4");
    socket.connect(P, H, (error) => { socket.close(); error ? no(error) : ok("connected"); });
  }),
  "udpSocket.send": async () => { const s = await Bun.udpSocket({}); try { return s.send("x", P, H); } finally { s.close(); } },
  "udpSocket.sendMany": async () => { const s = await Bun.udpSocket({}); try { return s.sendMany(["x", P, H]); } finally { s.close(); } },
  "udpSocket connected": async () => { const s = await Bun.udpSocket({ connect: { hostname: H, port: P } }); try { return s.send("x"); } finally { s.close(); } },
  "Worker": () => threaded(Worker, U),
  "node Worker": () => threaded(NodeWorker, U),
  "ShadowRealm": async () => new ShadowRealm().evaluate("typeof fetch"),
});

export const query = async ({ host, port, only }) => {
  const answers = {};
  const all = ways(host, port, "http://" + host + ":" + port + "/");
  for (const [name, attempt] of Object.entries(all)) {
    if (only && !only.includes(name)) continue;
    const late = new Promise((_, no) => setTimeout(no, 5000, new Error("nothing happened")));
    answers[name] = await Promise.race([Promise.resolve().then(attempt), late]).then((value) => "reached " + value, (error) => error?.code ?? String(error));
  }
  return answers;
};
`;

/** What is refused whatever the host: a realm of its own, and an address that the request only says it has. */
const HERE_TOO = ["fetch Request that lies the other way", "ShadowRealm"];
/** What fails on loopback without the guard too: a TLS handshake with a server that speaks none. */
const TLS_WAYS = ["https.get", "tls.connect"];

describe.skipIf(outside === "")("an allow-list", () => {
  let server: BunServer;
  let app: App;
  let reached = 0;

  beforeAll(async () => {
    server = Bun.serve({
      hostname: outside,
      port: 0,
      fetch: (request, self) => {
        reached++;
        return self.upgrade(request) ? undefined : new Response("hello");
      },
      websocket: { message() {} },
    });
    app = await App.start({ "services/tries.ts": ATTEMPTS }, { KEYSTONE_NETWORK_MODE: "allowlist" });
  });
  afterAll(async () => {
    await app.dispose();
    await server.stop(true);
  });

  test("is in every way to another host", async () => {
    const answers = await app.query("tries", { host: outside, port: server.port }) as Record<string, string>;
    const through = Object.entries(answers).filter(([, answer]) => answer !== "FORBIDDEN");
    expect(through).toEqual([]);
    expect(Object.keys(answers).length).toBeGreaterThan(35);
    expect(reached).toBe(0);
  });

  test("is in no way to loopback", async () => {
    const here = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request, self) => self.upgrade(request) ? undefined : new Response("hello"),
      websocket: { message() {} },
    });
    const answers = await app.query("tries", { host: "127.0.0.1", port: here.port }) as Record<string, string>;
    await here.stop(true);
    const refused = Object.entries(answers).filter(([name, answer]) =>
      answer === "FORBIDDEN" && !HERE_TOO.includes(name)
    );
    expect(refused).toEqual([]);
    const failed = Object.entries(answers).filter(([name, answer]) =>
      !answer.startsWith("reached") && !TLS_WAYS.includes(name)
    );
    expect(failed).toEqual(HERE_TOO.map((name) => [name, "FORBIDDEN"]));
  });
});

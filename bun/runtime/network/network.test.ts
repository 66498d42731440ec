import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "bun:test";
import { App } from "../testing/app.ts";

/** An address of this machine that is not loopback: the guard must tell them apart, and a server can listen there. */
const OUTSIDE = Object.values(networkInterfaces()).flat()
  .find((address) => address && !address.internal && address.family === "IPv4")?.address;
const onNetwork = test.skipIf(OUTSIDE === undefined);
const outside = OUTSIDE ?? "";

let app: App;
afterEach(() => app.dispose());

const ALLOWLIST = { KEYSTONE_NETWORK_MODE: "allowlist", KEYSTONE_NETWORK_ENDPOINTS: "" };

describe("the fetch guard", () => {
  onNetwork("refuses what is not listed, and says how to list it", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    app = await App.start({
      "services/s.ts":
        `export const query = (url) => fetch(url).then((r) => r.text(), (e) => e.code + " " + e.message);`,
    }, ALLOWLIST);
    const answer = await app.query("s", `http://${outside}:${server.port}/`);
    expect(answer).toStartWith(`FORBIDDEN fetch to ${outside}:${server.port} is not allowed`);
    expect(answer).toContain("security.network.allowedEndpoints");
    await server.stop(true);
  });

  onNetwork("lets pass what a service declares, and tells the host", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    app = await App.start({
      "services/s.ts": `export const network = { endpoints: ["${outside}:${server.port}"] };
        export const query = (url) => fetch(url).then((r) => r.text());`,
    }, ALLOWLIST);
    expect(await app.query("s", `http://${outside}:${server.port}/`)).toBe("reached");
    expect(app.messages.all).toContainEqual({ type: "network", endpoints: [`${outside}:${server.port}`] });
    await server.stop(true);
  });

  onNetwork("holds for what redirects lead to", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    const from = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => Response.redirect(`http://${outside}:${server.port}/`),
    });
    app = await App.start({
      "services/s.ts": `export const query = ([url, init]) => fetch(url, init).then((r) => r.status, (e) => e.code);`,
    }, ALLOWLIST);
    const address = `http://127.0.0.1:${from.port}/`;
    expect(await app.query("s", [address])).toBe("FORBIDDEN");
    expect(await app.query("s", [address, { redirect: "manual" }])).toBe(302);
    expect(await app.query("s", [address, { redirect: "error" }])).not.toBe("FORBIDDEN");
    await Promise.all([server.stop(true), from.stop(true)]);
  });

  onNetwork("does not hold for a service's own fetch where it is unrestricted, and for nobody else's", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    app = await App.start({
      "services/free.ts": `import { defineService } from "@keystone/sdk/service";
        export default defineService("free").network({ unrestricted: true })
          .query(async (url, svc) => [await svc.fetch(url).then((r) => r.text()), await fetch(url).catch((e) => e.code)]).build();`,
      "services/bound.ts": `import { defineService } from "@keystone/sdk/service";
        export default defineService("bound").query((url, svc) => svc.fetch(url).catch((e) => e.code)).build();`,
    }, ALLOWLIST);
    const address = `http://${outside}:${server.port}/`;
    expect(await app.query("free", address)).toEqual(["reached", "FORBIDDEN"]);
    expect(await app.query("bound", address)).toBe("FORBIDDEN");
    await server.stop(true);
  });

  onNetwork("takes back what a service declared when it goes or is saved without it", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    const endpoint = `${outside}:${server.port}`;
    app = await App.start({
      "services/one.ts": `export const network = { endpoints: ["${endpoint}"] }; export const query = () => 1;`,
      "services/two.ts": `export const query = (url) => fetch(url).then((r) => r.text(), (e) => e.code);`,
    }, ALLOWLIST);
    // What one declares is everybody's.
    expect(await app.query("two", `http://${endpoint}/`)).toBe("reached");
    app.write("services/one.ts", "export const query = () => 2;");
    await app.messages.next((message) => message.type === "network" && message.endpoints.length === 0);
    expect(await app.query("two", `http://${endpoint}/`)).toBe("FORBIDDEN");
    await server.stop(true);
  });

  onNetwork("is there before the app's configuration, which may close an open network", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    const address = `http://${outside}:${server.port}/`;
    const service = `import { held } from "../held.ts";
      export const query = async (url) => [await held(url).then((r) => r.text(), (e) => e.code), await fetch(url).catch((e) => e.code)];`;
    app = await App.start({
      "held.ts": "export const held = globalThis.fetch;",
      "keystone.config.ts": `import "./held.ts"; export default { security: { networkMode: "allowlist" } };`,
      "services/s.ts": service,
    });
    expect(await app.query("s", address)).toEqual(["FORBIDDEN", "FORBIDDEN"]);
    await server.stop(true);
  });

  test("refuses a service whose endpoint is malformed, by both names", async () => {
    app = await App.start({
      "services/bad.ts": `import { defineService } from "@keystone/sdk/service";
        export default defineService("bad").network({ endpoints: ["https://api.example.com/v1"] }).build();`,
      "services/good.ts": "export const query = () => 1;",
    }, ALLOWLIST);
    const { message } = await app.log(/was not loaded/);
    expect(message).toContain(`service "bad"`);
    expect(message).toContain("https://api.example.com/v1");
    expect(await app.query("good")).toBe(1);
  });

  test("ignores malformed endpoints of the environment, and says so", async () => {
    app = await App.start({ "services/s.ts": "export const query = () => 1;" }, {
      KEYSTONE_NETWORK_MODE: "allowlist",
      KEYSTONE_NETWORK_ENDPOINTS: "api.example.com, https://bad.example.com",
    });
    expect((await app.log(/allow-list/)).message).toContain("bad.example.com");
  });

  onNetwork("is open in the mode open", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    app = await App.start({ "services/s.ts": `export const query = (url) => fetch(url).then((r) => r.text());` });
    expect(await app.query("s", `http://${outside}:${server.port}/`)).toBe("reached");
    await server.stop(true);
  });
});

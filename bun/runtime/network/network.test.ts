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
});

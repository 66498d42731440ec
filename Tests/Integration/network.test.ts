// The network policy from keystone.json to a service's fetch, and to an extension's, in whole apps.
import { expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { type Host, running, webApp } from "./harness";

/** An address of this machine that is not loopback. */
const outside = Object.values(networkInterfaces()).flat().find((one) => one && !one.internal && one.family === "IPv4")?.address;
const onNetwork = test.skipIf(outside === undefined);

const page = `
import * as bridge from "@keystone/sdk/bridge";
export function mount() { Object.assign(window, { bridge }); }`;
const main = `
export const query = ({ url, worker }: { url: string; worker?: boolean }, info: unknown) =>
    worker ? asked(url) : fetch(url).then((response) => response.text(), (error) => error.code);
let asked: (url: string) => Promise<unknown>;
export const start = (ctx: any) => { asked = (url) => ctx.ipc.worker("ext").call("extension", url); };`;
const extension = (endpoint: string) => `
import { defineService } from "@keystone/sdk/service";
export default defineService("extension").network({ endpoints: ["${endpoint}"] })
    .query((url: string) => fetch(url).then((response) => response.text(), (error) => error.code)).build();`;

const get = (host: Host, url: string, worker = false) => host.eval(`bridge.query("gate", ${JSON.stringify({ url, worker })})`);

onNetwork("services reach everything in development, and what is listed in a package", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    const url = `http://${outside}:${server.port}/`;
    const files = { "bun/web/app.ts": page, "bun/services/gate.ts": main };
    const listed = { security: { network: { allowedEndpoints: [`${outside}:${server.port}`] } } };
    const packaged = { KEYSTONE_MODE: "packaged" };
    const answer = (config: Record<string, unknown>, env: Record<string, string>) =>
        running(webApp(files, config), async (host) => {
            await host.mounted();
            return await get(host, url);
        }, env);
    expect(await answer({}, {})).toBe("reached");
    expect(await answer({ security: { network: { mode: "allowlist" } } }, {})).toBe("FORBIDDEN");
    expect(await answer({}, packaged)).toBe("FORBIDDEN");
    expect(await answer(listed, packaged)).toBe("reached");
    await server.stop(true);
});

onNetwork("an extension reaches what it declares and the app grants, out of its sandbox", async () => {
    const server = Bun.serve({ hostname: outside, port: 0, fetch: () => new Response("reached") });
    const endpoint = `${outside}:${server.port}`;
    const worker = { name: "ext", servicesDir: "extensions", isExtensionHost: true, allowedChannels: ["ext:"] };
    const files = { "bun/web/app.ts": page, "bun/services/gate.ts": main, "bun/extensions/extension.ts": extension(endpoint) };
    const answer = (networkEndpoints?: string[]) =>
        running(webApp(files, { workers: [{ ...worker, networkEndpoints }] }), async (host) => {
            await host.mounted();
            return await get(host, `http://${endpoint}/`, true);
        });
    expect(await answer([endpoint])).toBe("reached");
    expect(await answer()).not.toBe("reached");
    await server.stop(true);
});

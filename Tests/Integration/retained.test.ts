// What a page gets of a channel that it subscribes to late, again after its connection was lost, and after Bun started anew.
import { expect, test } from "bun:test";
import { running, webApp, type Host } from "./harness";

const page = `import * as bridge from "@keystone/sdk/bridge";
export function mount(root) {
  root.textContent = "page";
  window.bridge = bridge;
  window.heard = [];
  for (const channel of ["state", "last", "event"]) bridge.subscribe(channel, value => heard.push(channel + " " + value));
  bridge.subscribe("state", value => heard.push("only new " + value), { replay: false });
}`;
const service = `import { defineService } from "@keystone/sdk/service";
let starts;
export default defineService("teller").handle("tell", (value, svc) => {
    svc.ipc.web.pushValue("state", value); svc.push("last", value); svc.ipc.web.push("event", value);
}).build(svc => {
    starts = (svc.store.get("starts") ?? 0) + 1;
    svc.store.set("starts", starts);
    svc.ipc.web.pushValue("state", "of start " + starts);
    svc.push("last", "of start " + starts);
    svc.ipc.web.push("event", "of start " + starts);
});`;
const heard = (host: Host, text: string, window?: string) =>
    host.eval(`new Promise(done => { const look = () => heard.includes(${JSON.stringify(text)}) ? done(true) : setTimeout(look, 5); look(); })`, window);

test("states and last values come to late pages, and states of a new Bun to those that were there", async () => {
    const app = webApp({ "bun/web/app.ts": page, "bun/web/other.ts": page, "bun/services/teller.ts": service },
        { processRecovery: { bunRestartBaseDelayMs: 20 } });
    await running(app, async (host) => {
        await host.mounted();
        await heard(host, "last of start 1");
        expect(await host.eval<string[]>("heard.toSorted()")).toEqual(["last of start 1", "state of start 1"]);
        await host.eval(`bridge.invokeBun("tell", "second")`);
        await heard(host, "event second");
        expect(await host.eval<string[]>("heard.slice(2)")).toEqual(["state second", "only new second", "last second", "event second"]);

        await host.eval(`bridge.nativeWindow.open("other")`);
        await host.mounted("other");
        await heard(host, "last second", "other");
        expect(await host.eval<string[]>("heard.toSorted()", "other")).toEqual(["last second", "state second"]);

        const ready = host.events.findLast((event) => event.event === "bun" && event.state === "running");
        const from = host.events.length;
        process.kill(Number(ready?.pid), "SIGKILL");
        await host.event("bun", (event) => event.state === "running", from);
        for (const window of ["app", "other"]) {
            await heard(host, "state of start 2", window);
            await heard(host, "last of start 2", window);
            expect(await host.eval<string[]>("heard.filter(text => /^(event|only new) of start/.test(text))", window)).toEqual([]);
        }
    });
});

// The log: one line an event, who speaks, how much, and where to.
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { running, webApp, type AppDirectory, type Environment } from "./harness";

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|warning|error) \[(host|bun|web|gtk|page:[\w-]+|service:\w+)\] \S/;

const talkative = () => webApp({
    "bun/web/app.ts": `export function mount(root: HTMLElement) {
        root.textContent = "here";
        setTimeout(() => { throw new Error("from the page\\nsecond line"); });
    }`,
    "bun/services/talker.ts": `import { defineService } from "@keystone/sdk/service";
        export default defineService("talker").handle("talk", () => {
            process.stdout.write("a stray line\\n");
            console.debug("a debug"); console.log("an info\\nof two lines \\u001b[31mred"); console.warn("a warning"); console.error("an error");
        }).build();`,
});

/** The log file of a run in which host, Bun, service and page have all spoken. */
async function lines(app: AppDirectory, env: Environment, file: string): Promise<string[]> {
    return await running(app, async (host) => {
        await host.mounted();
        await host.eval(`import("@keystone/sdk/bridge").then(bridge => bridge.invokeBun("talk"))`);
        await host.logged(/error \[service:talker\] an error/);
        await host.logged(/error \[page:1\] uncaught: Error: from the page/);
        await host.quit();
        return readFileSync(file, "utf8").trimEnd().split("\n");
    }, env);
}

const sources = (lines: string[], level: string) =>
    [...new Set(lines.filter((line) => line.split(" ")[1] === level).map((line) => /\[(.*?)\]/.exec(line)![1]))].sort();

test("KEYSTONE_LOG takes every line, one an event, host, Bun, services and pages told apart", async () => {
    const app = talkative();
    const file = join(app.path, "logs/deep/app.log");
    const all = await lines(app, { KEYSTONE_LOG: file }, file);
    for (const line of all) expect(line).toMatch(form);
    // What a service writes to standard output itself is told as its own, too.
    expect(sources(all, "info")).toEqual(["host", "service:talker"]);
    expect(all.some((line) => line.endsWith("info [service:talker] an info\\nof two lines red"))).toBe(true);
    expect(all.filter((line) => line.includes("second line")).length).toBe(1);
    expect(all.some((line) => line.includes(" debug "))).toBe(false);
}, 30_000);

test("KEYSTONE_LOG_LEVEL chooses what is written: debug everything, warning no more than that", async () => {
    for (const level of ["debug", "warning"]) {
        const app = talkative();
        const file = join(app.path, "app.log");
        const all = await lines(app, { KEYSTONE_LOG: file, KEYSTONE_LOG_LEVEL: level }, file);
        expect(all.some((line) => line.includes("debug [service:talker] a debug"))).toBe(level === "debug");
        expect(sources(all, "info").length > 0).toBe(level === "debug");
        expect(all.some((line) => line.includes("warning [service:talker] a warning"))).toBe(true);
    }
}, 60_000);

test("without KEYSTONE_LOG the file lies in TMPDIR in development, in the app's state directory in a package", async () => {
    const app = talkative();
    const temporary = join(app.path, "tmp");
    mkdirSync(temporary);
    const all = await lines(app, { KEYSTONE_LOG: undefined, TMPDIR: temporary }, join(temporary, "keystone.log"));
    expect(sources(all, "error")).toEqual(["page:1", "service:talker"]);
    const packaged = talkative();
    const file = join(packaged.path, ".home/state/dev.keystone.test/keystone.log");
    await lines(packaged, { KEYSTONE_LOG: undefined, KEYSTONE_MODE: "packaged" }, file);
}, 60_000);

test("a log file that can't be written is said once, and the app runs", async () => {
    const app = webApp();
    await running(app, async (host) => {
        await host.mounted();
        await host.logged(/warning \[host\] No log file: .*KEYSTONE_LOG/);
        expect(existsSync("/proc/nowhere/app.log")).toBe(false);
    }, { KEYSTONE_LOG: "/proc/nowhere/app.log" });
});

// Plugins that change while their app runs: what is whole takes over, what is not changes nothing, and nobody notices.
import { expect, test } from "bun:test";
import { closeSync, ftruncateSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type AppDirectory, type Host, running, webApp } from "./harness";
import { overlay } from "./overlay";
import { compile, fixture, install, type Plugin } from "./plugins";

const page = `
import * as bridge from "@keystone/sdk/bridge";
const failure = (error: any) => ({ code: error.code, message: error.message });

/** Calls, fetches and listens until it is stopped; then says what came of it. */
async function traffic() {
    const failures: string[] = [], versions = new Set<number>(), told = new Set<number>();
    let asked = 0, fetched = 0, isRunning = true;
    let isSubscribed = false;
    bridge.subscribe("traffic:told", (number: number) => number === 0 ? isSubscribed = true : told.add(number), { replay: false });
    // A subscription and a call go different ways: what is pushed before the first has arrived is nobody's.
    while (!isSubscribed) await bridge.invoke("traffic:ask", 0);
    const ask = async () => {
        const number = ++asked;
        const [version, answered] = await bridge.invoke("traffic:ask", number);
        if (answered !== number) throw new Error("asked " + number + ", answered " + answered);
        versions.add(version);
    };
    const get = async () => {
        const response = await fetch("/api/traffic");
        if (!response.ok) throw new Error("status " + response.status);
        versions.add((await response.json())[0]);
        fetched++;
    };
    const repeat = async (one: () => Promise<void>) => {
        while (isRunning) await one().catch((error) => failures.push(String(error)));
    };
    const loops = [ask, ask, ask, ask, get, get].map(repeat);
    return async () => {
        isRunning = false;
        await Promise.all(loops);
        // What was pushed last is on its way.
        for (const end = Date.now() + 10_000; told.size < asked && Date.now() < end;) await new Promise(requestAnimationFrame);
        const missing = Array.from({ length: asked }, (_, index) => index + 1).filter((number) => !told.has(number));
        return { asked, fetched, missing: missing.slice(0, 5), versions: [...versions].sort(), failures: failures.slice(0, 5) };
    };
}
export function mount() { Object.assign(window, { bridge, failure, traffic }); }`;

const app = (config: Record<string, unknown> = {}) => webApp({ "bun/web/app.ts": page }, config);
const invoke = <T>(host: Host, channel: string, args = "undefined") =>
    host.eval<T>(`bridge.invoke("${channel}", ${args}).catch(failure)`);
const happened = (host: Host, what: string, name: string, from: number, limit?: number) =>
    host.event("plugin", (event) => event.what === what && (event.name === name || (event.names as string[])?.includes(name)),
        from, limit);

/** `Traffic` with another number. */
const version = (number: number) =>
    compile("Traffic", fixture("Traffic").replace("version = 1", `version = ${number}`));
const library = (made: AppDirectory, name: string) => join(made.path, `dylib/lib${name}.so`);

/** A running app with version 1 of `Traffic`. */
async function serving(plugins: Plugin[], body: (host: Host, made: AppDirectory) => Promise<void>, config = {}): Promise<void> {
    const made = app(config);
    for (const plugin of plugins) install(made, plugin);
    await running(made, async (host) => {
        await host.mounted();
        await body(host, made);
    });
}

const answers = async (host: Host) => (await invoke<number[]>(host, "traffic:ask", "7"))[0];

test("a file that is overwritten in place, in pieces", async () => {
    await serving([version(1)], async (host, made) => {
        expect(await answers(host)).toBe(1);
        const bytes = readFileSync(version(2).path);
        const half = bytes.length >> 1;
        // As `cp` does it, and slower: the file is closed when only half of it is there.
        let from = host.events.length;
        writeFileSync(library(made, "Traffic"), bytes.subarray(0, half));
        expect(await happened(host, "refused", "Traffic", from)).toMatchObject({ code: "notALibrary", olderInService: true });
        expect(await answers(host)).toBe(1);
        from = host.events.length;
        writeFileSync(library(made, "Traffic"), bytes.subarray(half), { flag: "a" });
        await happened(host, "reloaded", "Traffic", from);
        expect(await answers(host)).toBe(2);

        // As linkers do it: as long as it will be from the start, and filled then.
        from = host.events.length;
        const other = readFileSync(version(3).path);
        const file = openSync(library(made, "Traffic"), "w");
        ftruncateSync(file, other.length);
        writeSync(file, other, 0, other.length, 0);
        const event = await happened(host, "refused", "Traffic", from);
        expect(event.message).toContain("still being written");
        expect(await answers(host)).toBe(2);
        from = host.events.length;
        closeSync(file);
        await happened(host, "reloaded", "Traffic", from);
        expect(await answers(host)).toBe(3);
        expect(await invoke<number>(host, "traffic:replaced")).toBe(2);
    });
}, 120_000);

test("another machine's library, and one without an entry", async () => {
    await serving([version(1)], async (host, made) => {
        const foreign = readFileSync(version(2).path);
        foreign[18] = foreign[18] === 183 ? 62 : 183;
        const refuse = async (bytes: Uint8Array, code: string, words: string) => {
            const from = host.events.length;
            writeFileSync(library(made, "Traffic") + ".new", bytes);
            renameSync(library(made, "Traffic") + ".new", library(made, "Traffic"));
            const event = await happened(host, "refused", "Traffic", from);
            expect(event).toMatchObject({ code, olderInService: true });
            expect(event.message).toContain(words);
            expect(await answers(host)).toBe(1);
        };
        await refuse(foreign, "wrongArchitecture", "built for");
        const entryless = compile("Traffic", fixture("Traffic").replace("@c(keystone_plugins) ", ""));
        await refuse(readFileSync(entryless.path), "noEntry", "exportPlugins");
        await refuse(new TextEncoder().encode("not yet"), "notALibrary", "no shared library");
        install(made, version(2));
        await happened(host, "reloaded", "Traffic", 0);
        expect(await answers(host)).toBe(2);
    });
}, 120_000);

test("the page shows what is not in service until it is mended, or gone", async () => {
    await serving([version(1)], async (host, made) => {
        const broken = (name: string) => writeFileSync(library(made, name), "not yet");
        broken("Traffic");
        const shown = await overlay(host, (text) => text.includes("Traffic"));
        expect(shown).toContain("Plugin not loaded");
        expect(shown).toContain("dylib/libTraffic.so");
        expect(shown).toContain("no shared library");
        expect(shown).toContain("The older version stays in service.");
        expect(shown).not.toContain("Try again");
        expect(await answers(host)).toBe(1);
        broken("Clock");
        await overlay(host, (text) => text.includes("Clock") && text.includes("Traffic"));
        // A page that loads later is told, too.
        const from = host.events.length;
        await host.eval("setTimeout(() => location.reload(), 0), null");
        await host.event("mounted", () => true, from);
        await overlay(host, (text) => text.includes("Clock") && text.includes("Traffic"));
        install(made, version(2));
        await overlay(host, (text) => text.includes("Clock") && !text.includes("Traffic"));
        expect(await answers(host)).toBe(2);
        rmSync(library(made, "Clock"));
        await overlay(host, (text) => text === "");
    });
}, 120_000);

test("a library takes those that link it along, over three generations, with their state", async () => {
    const words = (greeting: string) => compile("Words", fixture("Words").replace("hello", greeting));
    const first = words("hello");
    const speaker = compile("Speaker", fixture("Speaker"), [first]);
    await serving([first, speaker, version(1)], async (host, made) => {
        expect(await invoke<string>(host, "speaker:greet", `"Ada"`)).toBe("hello, Ada (1)");
        let said = 1;
        for (const greeting of ["good day", "welcome"]) {
            const from = host.events.length;
            install(made, words(greeting));
            const event = await happened(host, "reloaded", "Words", from);
            expect(event.names).toEqual(["Words", "Speaker"]);
            expect(event.generations).toEqual([said + 1, said + 1]);
            expect(await invoke<string>(host, "speaker:greet", `"Ada"`)).toBe(`${greeting}, Ada (${++said})`);
        }
        expect(await answers(host)).toBe(1);
    });
}, 120_000);

const memory = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

const count = 500;
/** Beside its segments, an image takes pages that the system's loader and Swift's runtime keep of it. */
const factor = 3;

test(`${count} reloads under traffic: nothing is lost, and memory grows by little more than the code`, async () => {
    const variants = [version(2), version(3)];
    await serving([version(1), compile("Leaky")], async (host, made) => {
        let from = host.events.length;
        install(made, compile("Leaky", fixture("Leaky").replace("version = 1", "version = 2")));
        await happened(host, "reloaded", "Leaky", from);
        await host.eval("traffic().then((stop) => void (window.stop = stop))");
        const reloads: { preparation: number; swap: number; oldBytes: number }[] = [];
        const resident: number[] = [];
        for (let index = 0; index < count; index++) {
            from = host.events.length;
            install(made, variants[index % 2]!);
            reloads.push((await happened(host, "reloaded", "Traffic", from)) as any);
            resident.push(memory(host.pid));
            if (index % 25 === 0) expect(await answers(host)).toBe(2 + (index % 2));
        }
        const traffic = await host.eval<any>("stop()");
        expect(traffic.failures).toEqual([]);
        expect(traffic.versions.filter((one: number) => one !== 1)).toEqual([2, 3]);
        expect(traffic.missing).toEqual([]);
        expect(traffic.asked).toBeGreaterThan(count);
        expect(traffic.fetched).toBeGreaterThan(count);
        expect(await invoke<number>(host, "traffic:replaced")).toBe(count);

        // The first ones also pay for the traffic's own buffers.
        const settled = count / 5;
        const growth = (resident.at(-1)! - resident[settled]!) / (count - 1 - settled);
        const code = (reloads.at(-1)!.oldBytes - reloads[settled]!.oldBytes) / (count - 1 - settled);
        const [preparation, swap] = [median(reloads.map((one) => one.preparation)), median(reloads.map((one) => one.swap))];
        console.log(
            `${count} reloads: ${traffic.asked} calls and ${traffic.fetched} requests meanwhile; `
                + `${preparation.toFixed(1)} ms to copy and map, ${swap.toFixed(1)} ms to swap; memory grew by `
                + `${(growth / 1024).toFixed(0)} KiB a reload, of which ${(code / 1024).toFixed(0)} KiB are mapped code`);
        expect(growth).toBeLessThan(factor * code);
        // What no call holds any more is gone, but for what held itself.
        const leak = await happened(host, "leaked", "Leaky", 0, 45_000);
        expect(leak).toMatchObject({ generation: 1 });
        expect(host.events.filter((event) => event.what === "leaked" && event.name !== "Leaky")).toEqual([]);
    }, { plugins: { debounceMs: 5 } });
}, 240_000);

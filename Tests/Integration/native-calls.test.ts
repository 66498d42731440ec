// Calls and requests that end before they are answered, in real windows; by connections of the pages' own and without.
import { expect, test } from "bun:test";
import { descendants, isAlive, type Host } from "./harness";
import { running1 } from "./native-app";

const ways = [["the page's connection", {}], ["script messages", { KEYSTONE_FAST_PATH: "off" }]] as const;
const cancelled = (host: Host, count: number) => host.logged(new RegExp(`(slow was cancelled[^]*){${count}}`));

for (const [way, env] of ways) {
    test(`by ${way}: a handler is cancelled when its page aborts, loads anew, dies or its window closes`, async () => {
        await running1(async (host) => {
            await host.mounted();
            expect(await host.eval<string>(`(async () => {
                const abort = new AbortController();
                const call = bridge.invoke("native:slow", undefined, { signal: abort.signal }).catch((error) => error.code);
                await bridge.invoke("native:tick");
                abort.abort();
                return await call;
            })()`)).toBe("ABORTED");
            await cancelled(host, 1);

            let from = host.events.length;
            await host.eval(`bridge.invoke("native:slow").catch(() => {}), bridge.invoke("native:tick").then(() => setTimeout(() => location.reload()))`);
            await host.event("mounted", () => true, from);
            await cancelled(host, 2);

            from = host.events.length;
            await host.eval(`bridge.invoke("native:slow").catch(() => {}), bridge.invoke("native:tick")`);
            for (const { pid, command } of descendants(host.pid)) {
                if (command.includes("WebKitWebProcess") && isAlive(pid)) process.kill(pid, "SIGKILL");
            }
            await host.event("mounted", () => true, from);
            await cancelled(host, 3);

            const other = await host.eval<string>(`bridge.invoke("native:open", "other")`);
            await host.mounted("other");
            await host.eval(`bridge.invoke("native:slow").catch(() => {}), bridge.invoke("native:tick")`, "other");
            await host.do("close", { window: other });
            await cancelled(host, 4);
            expect(host.log.match(/slow was cancelled/g)?.length).toBe(4);
        }, env);
    });

    test(`by ${way}: large bodies go both ways, an aborted one stops its route, and one that is too large is refused`, async () => {
        await running1(async (host) => {
            await host.mounted();
            expect(await host.eval<unknown>(`(async () => {
                const bytes = new Uint8Array(32 << 20).map((_, i) => i * 7);
                const answer = await fetch("/api/bytes", { method: "PUT", body: bytes });
                const back = new Uint8Array(await answer.arrayBuffer()).reverse();
                let wrong = 0;
                for (let i = 0; i < bytes.length; i++) if (bytes[i] !== back[i]) wrong++;
                return [answer.status, back.length, wrong];
            })()`)).toEqual([200, 32 << 20, 0]);
            expect(await host.eval<string>(`(async () => {
                const abort = new AbortController();
                const answer = fetch("/api/slow", { method: "POST", body: new Uint8Array(8 << 20), signal: abort.signal });
                await bridge.invoke("native:tick");
                setTimeout(() => abort.abort(), 200);
                return await answer.then(() => "answered", (error) => error.name);
            })()`)).toBe("AbortError");
            await host.logged(/the slow route was cancelled/);
            expect(await host.eval<unknown>(`fetch("/api/bytes", { method: "PUT", body: new Uint8Array(129 << 20) })
                .then(async (r) => [r.status, (await r.json()).error.code])`)).toEqual([413, "TOO_LARGE"]);
        }, env);
    });

    test(`by ${way}: a window that closes ends the bodies that its page reads`, async () => {
        await running1(async (host) => {
            await host.mounted();
            const other = await host.eval<string>(`bridge.invoke("native:open", "other")`);
            await host.mounted("other");
            await host.eval(`fetch("/api/endless").then((r) => (window.held = r.body.getReader()).read()).then(() => "held")`, "other");
            await host.do("close", { window: other });
            await host.logged(/endless ended/);
            expect(await host.eval<string>(`fetch("/api/lines").then((r) => r.text())`)).toBe("line 0\nline 1\nline 2\n");
        }, env);
    });
}

test("routes answer in every kind, the first that matches alone", async () => {
    await running1(async (host) => {
        await host.mounted();
        const kind = (name: string) => host.eval<unknown>(
            `fetch("/api/kinds/${name}").then(async (r) => [r.status, r.headers.get("content-type"), await r.text()])`);
        expect(await kind("json")).toEqual([200, "application/json", '{"a":1}']);
        expect(await kind("text")).toEqual([202, "text/plain; charset=utf-8", "plain"]);
        expect(await kind("none")).toEqual([204, null, ""]);
        expect(await kind("missing")).toEqual([404, "application/json", expect.stringContaining("no such thing")]);
        expect(await kind("error")).toEqual([502, "application/json", expect.stringContaining("it broke")]);
        expect(await kind("sequence")).toEqual([200, "application/octet-stream", "one two three"]);
        const [, type, lines] = await kind("lines") as [number, string, string];
        expect(type).toBe("application/x-ndjson");
        expect(lines.trimEnd().split("\n").map((line) => JSON.parse(line))).toEqual([1, 2, 3].map((count) => ({ name: "n", count })));
        expect(await host.eval<unknown>(`fetch("/api/kinds/bytes").then((r) => r.bytes ? r.bytes() : r.arrayBuffer().then((b) => new Uint8Array(b))).then((b) => [...b])`)).toEqual([0, 255]);
        expect(await host.eval<unknown>(`fetch(new URL("/api/files/a/b%20c.txt?x=1#part", location.href)).then((r) => r.text())`)).toBe("a/b c.txt");
        for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
            expect(await host.eval<unknown>(`fetch("/api/any", { method: "${method}" }).then((r) => r.text())`)).toBe(method);
        }
        const form = await host.eval<string>(`(() => {
            const form = new FormData();
            form.append("word", "ä");
            return fetch(new Request("/api/text", { method: "POST", body: form })).then((r) => r.text());
        })()`);
        const files = await host.eval<string>(`(() => {
            const form = new FormData();
            form.append("file", new Blob(["inside"]), "a.txt");
            return fetch("/api/text", { method: "POST", body: form }).then((r) => r.text());
        })()`);
        expect(files).toContain('filename="a.txt"');
        expect(files).toContain("inside");
        expect(form).toContain('name="word"\r\n\r\nä');
        expect(await host.eval<unknown>(`fetch("/api/text", { method: "POST", body: new URLSearchParams({ a: "b c" }) }).then((r) => r.text())`)).toBe("a=b+c");
        // One that is aborted already is not sent at all.
        expect(await host.eval<unknown>(`fetch("/api/any", { signal: AbortSignal.abort() }).then(() => "sent", (error) => error.name)`)).toBe("AbortError");
    });
});

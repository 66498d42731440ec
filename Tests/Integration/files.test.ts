// Examples/files, as a person would use it, and as somebody would who wants out of the folder that the app may see.
import { expect, test } from "bun:test";
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ask, browsing, choose, chosen, CRUMBS, found, invoke, key, names, put, ROWS, search, shows, STATUS, until } from "./files-app";

test("a folder: its files in order, hidden ones on demand, the way up and back by the keyboard", async () => {
    await browsing({ "b 10.txt": "0123456789", "b 9.txt": "x", ".secret": "", "Dir/inner/deep.txt": "" }, async (host) => {
        await shows(host, "Dir", "b 9.txt", "b 10.txt");
        expect(await host.eval<string>(`${ROWS}[2].querySelector(".size").textContent`)).toBe("10 bytes");
        await key(host, "h", { ctrlKey: true });
        await shows(host, "Dir", ".secret", "b 9.txt", "b 10.txt");
        await host.eval(`document.querySelector(".heading .size button").click()`);
        await shows(host, "Dir", "b 10.txt", "b 9.txt", ".secret");
        expect(await host.eval<string>(`document.querySelector(".heading .size").ariaSort`)).toBe("descending");

        await choose(host, "Dir");
        await key(host, "Enter");
        await shows(host, "inner");
        await key(host, "Home");
        await key(host, "Enter");
        await shows(host, "deep.txt");
        expect(await host.eval<string>(CRUMBS)).toBe("home/Dir/inner");
        // Who goes up finds the folder that was left.
        await key(host, "Backspace");
        await chosen(host, "inner");
        await key(host, "ArrowLeft", { altKey: true });
        await shows(host, "deep.txt");
        await key(host, "ArrowLeft", { altKey: true });
        await shows(host, "inner");
        await key(host, "ArrowRight", { altKey: true });
        await shows(host, "deep.txt");
        await host.eval(`document.querySelector(".crumb").click()`);
        await chosen(host, "Dir");
        expect(await host.eval<number>(`document.querySelector(".list").ariaRowCount`)).toBe("5" as never);
    });
});

test("what changes on the disk is seen at once; what is chosen stays chosen", async () => {
    await browsing({ "b.txt": "1", "c.txt": "", "sub/x": "" }, async (host, folder) => {
        await choose(host, "b.txt");
        put(join(folder, "a.txt"));
        await shows(host, "sub", "a.txt", "b.txt", "c.txt");
        await chosen(host, "b.txt");
        appendFileSync(join(folder, "b.txt"), "2345");
        await until(host, `document.querySelector(".row[aria-selected=true] .size").textContent === "5 bytes"`);
        renameSync(join(folder, "c.txt"), join(folder, "0.txt"));
        await shows(host, "sub", "0.txt", "a.txt", "b.txt");
        // The one that moves into its place.
        rmSync(join(folder, "a.txt"));
        await chosen(host, "b.txt");
        rmSync(join(folder, "b.txt"));
        await chosen(host, "0.txt");
        for (let number = 0; number < 1500; number++) put(join(folder, `many ${number}`));
        await until(host, `${STATUS}.startsWith("1502 items")`);

        // The folder itself goes while it is shown.
        await choose(host, "sub");
        await key(host, "Enter");
        await shows(host, "x");
        rmSync(join(folder, "sub"), { recursive: true });
        await until(host, `${CRUMBS} === "home"`);
        await until(host, `document.querySelector(".toast").textContent.includes("“sub” is no longer there")`);
    });
});

test("a search tells what it finds while it looks, and typing on ends the one before", async () => {
    const files: Record<string, string> = { "needle.txt": "", "deep/Needle in it.md": "", ".hidden/needle": "", "other": "" };
    for (let number = 0; number < 3000; number++) files[`many/${number % 30}/file ${number}.txt`] = "";
    await browsing(files, async (host, folder) => {
        symlinkSync(folder, join(folder, "many/round"));
        await search(host, "file");
        await found(host, 3000);
        // Only what is seen is in the document.
        expect(await host.eval<number>(`document.querySelectorAll(".row").length`)).toBeLessThan(60);
        await host.eval(`document.querySelector(".list").focus()`);
        await key(host, "End");
        await until(host, `document.querySelector(".row[aria-selected=true]")?.ariaRowIndex === "3001"`);

        for (const text of ["f", "fi", "n", "ne", "nee", "needle"]) await search(host, text);
        await found(host, 2);
        expect((await names(host)).sort()).toEqual(["Needle in it.md", "needle.txt"]);
        await search(host, "*.md");
        await found(host, 1);
        expect(await host.eval<string>(`${ROWS}[0].querySelector(".place").textContent`)).toBe("deep");
        // Opening a hit leads to where it is.
        await host.eval(`document.querySelector(".list").focus()`);
        await key(host, "Home");
        await key(host, "Enter");
        await until(host, `${CRUMBS} === "home/deep"`);
        await chosen(host, "Needle in it.md");
        await search(host, "nothing like it");
        await until(host, `document.querySelector(".empty").textContent === "Nothing was found."`);
        await key(host, "Escape");
        await host.eval(`document.querySelector(".search").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))`);
        await shows(host, "Needle in it.md");
    });
}, 60_000);

test("a search that nobody reads ends in the host, wherever it is", async () => {
    const files: Record<string, string> = {};
    for (let number = 0; number < 400; number++) files[`d/${number}.txt`] = "haystack ".repeat(2000);
    await browsing(files, async (host) => {
        const open = await host.eval<string>(`(async () => {
            const abort = new AbortController();
            const reader = (await fetch("/api/search/?text=nowhere", { signal: abort.signal })).body.getReader();
            abort.abort();
            return await reader.read().then(() => "read on", error => error.name);
        })()`);
        expect(open).toBe("AbortError");
        // Back-pressure: hits that nobody takes are not looked for without an end, and the app answers meanwhile.
        await host.eval(`fetch("/api/search/?name=txt").then(r => { window.held = r.body.getReader(); return window.held.read(); }).then(() => 1)`);
        expect((await ask(host, "/api/files/d"))[0]).toBe(200);
        await host.eval(`window.held.cancel()`);
        await search(host, "haystack", "text");
        await found(host, 400);
    });
});

test("contents are found with their line, across the pieces in which files are read, and not in what is no text", async () => {
    const lines = Array.from({ length: 40_000 }, (_, index) => `line ${index + 1} of some text`).join("\n");
    await browsing({
        "big.txt": `${lines}\nHere is the TREASURE, at last\n`, "binary": `\0\0 treasure`, "none.txt": "nothing",
        // The word lies across the edge of the first 256 KiB.
        "edge.txt": `${"x".repeat((256 << 10) - 4)}treasure`,
        "ümlaut.txt": "one\ntwo <b>treasure</b> & more\n",
    }, async (host) => {
        await search(host, "treasure", "text");
        await found(host, 3);
        const hits = await host.eval<string[]>(`${ROWS}.map(row => [".name", ".line-number", "code"]
            .map(part => row.querySelector(part).textContent).join("|"))`);
        expect(hits.sort()).toEqual([
            "big.txt|40001|Here is the TREASURE, at last", expect.stringMatching(/^edge\.txt\|1\|x+treasure$/),
            "ümlaut.txt|2|two <b>treasure</b> & more",
        ]);
        expect(await host.eval<string>(`${ROWS}[0].querySelector("mark").textContent.toLowerCase()`)).toBe("treasure");
    });
});

test("there is no way out: not by dots, escapes or links, neither to read nor to list, search, rename or delete", async () => {
    await browsing({ "in/file.txt": "inside", "in/sub/x": "" }, async (host, folder) => {
        const outside = join(dirname(folder), "outside");
        put(join(outside, "secret.txt"), "the secret");
        symlinkSync(outside, join(folder, "out"));
        symlinkSync("../../outside/secret.txt", join(folder, "in/out.txt"));
        symlinkSync("sub/../../../outside", join(folder, "in/sly"));
        symlinkSync("../in/sub", join(folder, "in/good"));
        symlinkSync("loop", join(folder, "loop"));
        const paths = [
            "../outside/secret.txt", "..%2Foutside%2Fsecret.txt", "%2e%2e/outside/secret.txt", "in/..%2f..%2foutside%2fsecret.txt",
            "in/%2e%2e/%2e%2e/outside/secret.txt", "out/secret.txt", "in/out.txt", "in/sly/secret.txt", "//etc/passwd", "%00",
            "in%00/../..", "in/file.txt%00.png", "%EF%BE%AE%EF%BE%AE/outside/secret.txt",
        ];
        for (const path of paths) {
            for (const route of ["content", "folder", "search"]) {
                const [status, body] = await ask(host, `/api/${route}/${path}${route === "search" ? "?name=secret" : ""}`);
                expect([path, status]).toEqual([path, expect.any(Number)]);
                expect(status).toBeGreaterThanOrEqual(400);
                expect(body).not.toContain("the secret");
                expect(body).not.toContain("root:");
            }
            await ask(host, `/api/files/${path}`, { method: "PATCH", body: JSON.stringify({ name: "mine" }) });
            await ask(host, `/api/files/${path}?recursive=1`, { method: "DELETE" });
        }
        expect(readFileSync(join(outside, "secret.txt"), "utf8")).toBe("the secret");
        for (const path of ["..", "../outside", "in/../..", "/etc", "out", "in/sly", "in/sly/secret.txt", "loop", "a".repeat(5000)]) {
            const answer = await invoke(host, "files:open", { path });
            expect([path, answer.path, typeof answer.message]).toEqual([path, undefined, "string"]);
        }
        for (const name of ["../x", "a/b", "", ".", "..", "a\0b", "x".repeat(256)]) {
            const [status] = await ask(host, "/api/files/in/file.txt", { method: "PATCH", body: JSON.stringify({ name }) });
            expect([name.slice(0, 9), status]).toEqual([name.slice(0, 9), 400]);
        }
        for (const args of [{}, { path: 1 }, { path: null }, "x"]) expect((await invoke(host, "files:open", args as object)).message).toBeString();
        expect((await ask(host, "/api/files/", { method: "DELETE" }))[0]).toBe(400);
        // A link that stays inside is followed; nothing was changed by all this but the links that were asked for themselves.
        expect((await invoke(host, "files:open", { path: "in/good" })).path).toBe("in/sub");
        expect(readFileSync(join(folder, "in/file.txt"), "utf8")).toBe("inside");
    });
}, 60_000);

test("content: types, ranges, bounds, and what is no plain file", async () => {
    const png = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), (c) => c.charCodeAt(0));
    await browsing({ "a.txt": "0123456789", "no-ending": "text\n", "empty": "" }, async (host, folder) => {
        writeFileSync(join(folder, "dot.png"), png);
        writeFileSync(join(folder, "raw"), new Uint8Array([1, 0, 255]));
        writeFileSync(join(folder, "big"), "");
        Bun.spawnSync(["truncate", "-s", "65M", join(folder, "big")]);
        Bun.spawnSync(["mkfifo", join(folder, "pipe")]);
        const type = async (name: string) => (await ask(host, `/api/content/${name}`))[2]["content-type"];
        expect(await type("a.txt")).toBe("text/plain; charset=utf-8");
        expect(await type("no-ending")).toBe("text/plain; charset=utf-8");
        expect(await type("dot.png")).toBe("image/png");
        expect(await type("raw")).toBe("application/octet-stream");
        const range = async (value: string) => {
            const [status, body, headers] = await ask(host, "/api/content/a.txt", { headers: { Range: value } });
            return [status, body, headers["content-range"]];
        };
        expect(await range("bytes=2-4")).toEqual([206, "234", "bytes 2-4/10"]);
        expect(await range("bytes=8-")).toEqual([206, "89", "bytes 8-9/10"]);
        expect(await range("bytes=-3")).toEqual([206, "789", "bytes 7-9/10"]);
        expect(await range("bytes=5-99")).toEqual([206, "56789", "bytes 5-9/10"]);
        for (const nonsense of ["bytes=4-2", "lines=1-2", "bytes=a-b", "bytes=1-2,4-5", "bytes=-"]) {
            expect((await range(nonsense)).slice(0, 2)).toEqual([200, "0123456789"]);
        }
        for (const outside of ["bytes=10-", "bytes=99-100", "bytes=9223372036854775807-9223372036854775807"]) {
            expect((await range(outside))[0]).toBe(416);
        }
        expect((await ask(host, "/api/content/big"))[0]).toBe(413);
        expect((await ask(host, "/api/content/pipe"))[0]).toBe(409);
        expect((await ask(host, "/api/content/"))[0]).toBe(409);
        expect((await ask(host, "/api/content/nothing"))[0]).toBe(404);
        expect((await ask(host, "/api/content/empty")).slice(0, 2)).toEqual([200, ""]);
        const details = JSON.parse((await ask(host, "/api/files/dot.png"))[1]);
        expect(details).toMatchObject({ path: "dot.png", kind: "file", size: png.length, type: "image/png", permissions: "rw-r--r--" });
        await choose(host, "dot.png");
        await until(host, `document.querySelector(".preview img")?.naturalWidth === 1`);
        await choose(host, "a.txt");
        await until(host, `document.querySelector(".preview pre")?.textContent === "0123456789"`);
        appendFileSync(join(folder, "a.txt"), " and more");
        await until(host, `document.querySelector(".preview pre")?.textContent === "0123456789 and more"`);
    });
});

test("renaming and deleting ask first, and say why they can't", async () => {
    await browsing({ "old.txt": "1", "taken.txt": "2", "full/inner/x": "" }, async (host, folder) => {
        const dialog = (part: string) => `document.querySelector("dialog[open] ${part}")`;
        const rename = (name: string) =>
            host.eval(`(${dialog("input")}.value = "${name}", ${dialog("form")}.requestSubmit())`);
        await choose(host, "old.txt");
        await key(host, "F2");
        await until(host, `${dialog("input")}?.value === "old.txt"`);
        await rename("taken.txt");
        await until(host, `document.querySelector(".toast").textContent.includes("“taken.txt” is there already")`);
        expect(readFileSync(join(folder, "taken.txt"), "utf8")).toBe("2");
        await key(host, "F2");
        await until(host, `${dialog("input")} !== null`);
        await rename("new.txt");
        await chosen(host, "new.txt");
        expect(readFileSync(join(folder, "new.txt"), "utf8")).toBe("1");
        await shows(host, "full", "new.txt", "taken.txt");

        await key(host, "Delete");
        await until(host, `${dialog("h2")}?.textContent === "Delete “new.txt”?"`);
        // Enter is the safe answer.
        expect(await host.eval<string>(`document.activeElement.textContent`)).toBe("Cancel");
        await host.eval(`document.activeElement.click()`);
        await until(host, `${dialog("")} === null`);
        expect(existsSync(join(folder, "new.txt"))).toBe(true);
        await key(host, "Delete");
        await until(host, `${dialog(".danger")} !== null`);
        await host.eval(`${dialog(".danger")}.click()`);
        await shows(host, "full", "taken.txt");
        expect(existsSync(join(folder, "new.txt"))).toBe(false);

        await choose(host, "full");
        await key(host, "Delete");
        await until(host, `${dialog(".danger")} !== null`);
        await host.eval(`${dialog(".danger")}.click()`);
        await until(host, `${dialog("h2")}?.textContent === "“full” is not empty"`);
        expect(existsSync(join(folder, "full/inner/x"))).toBe(true);
        await host.eval(`${dialog(".danger")}.click()`);
        await shows(host, "taken.txt");
        expect(existsSync(join(folder, "full"))).toBe(false);
    });
});

test("deleting a folder with links in it leaves alone what they lead to", async () => {
    await browsing({ "full/a/b": "" }, async (host, folder) => {
        const outside = join(dirname(folder), "outside");
        put(join(outside, "kept.txt"), "kept");
        symlinkSync(outside, join(folder, "full/a/out"));
        symlinkSync(join(outside, "kept.txt"), join(folder, "full/file"));
        expect((await ask(host, "/api/files/full", { method: "DELETE" }))[0]).toBe(409);
        expect((await ask(host, "/api/files/full?recursive=1", { method: "DELETE" }))[0]).toBe(204);
        expect(existsSync(join(folder, "full"))).toBe(false);
        expect(readFileSync(join(outside, "kept.txt"), "utf8")).toBe("kept");
        expect((await ask(host, "/api/files/full?recursive=1", { method: "DELETE" }))[0]).toBe(404);
    });
});

test("names of any kind are listed, opened, searched, renamed and deleted", async () => {
    const odd = ["line\nbreak", "100% #1?.txt", "a&b=c+d", "tab\there", " space ", "quote\"'`", "back\\slash", "ünï–👍", "-rf", "~", "%2e%2e", "\u202eexe.txt", "\uf123"];
    await browsing(Object.fromEntries(odd.map((name) => [name, name])), async (host, folder) => {
        // Bytes that are no text, and their neighbours that only look like it.
        const raw = Buffer.concat([Buffer.from(`${folder}/raw-`), Buffer.from([0xff, 0xc3]), Buffer.from(".txt")]);
        writeFileSync(raw, "raw");
        writeFileSync(join(folder, "e\u0301"), "two letters");
        writeFileSync(join(folder, "\u00e9"), "one letter");
        await until(host, `${STATUS}.startsWith("${odd.length + 3} items")`);
        const listed = (await ask(host, "/api/search/?name=*"))[1].split("\n").filter((line) => line.includes("found"))
            .flatMap((line) => JSON.parse(line).found as [string, string][]).map(([, name]) => name);
        expect(listed).toHaveLength(odd.length + 3);
        for (const name of listed) {
            const path = encodeURIComponent(name);
            const [status, body] = await ask(host, `/api/content/${path}`);
            const expected = name === "e\u0301" ? "two letters" : name === "\u00e9" ? "one letter" : name.startsWith("raw-") ? "raw" : name;
            expect([name, status, body]).toEqual([name, 200, expected]);
            expect((await ask(host, `/api/files/${path}`, { method: "PATCH", body: JSON.stringify({ name: `${name}~` }) }))[0]).toBe(200);
            expect((await ask(host, `/api/files/${path}~`, { method: "DELETE" }))[0]).toBe(204);
        }
        await until(host, `document.querySelector(".empty").textContent === "Nothing is here."`);
    });
}, 60_000);

test("a folder with 30,000 files opens, is scrolled through, sorted and changed", async () => {
    await browsing({}, async (host, folder) => {
        mkdirSync(join(folder, "huge"));
        for (let number = 0; number < 30_000; number++) writeFileSync(join(folder, "huge", `file ${number}`), "");
        await choose(host, "huge");
        await key(host, "Enter");
        await until(host, `${STATUS}.startsWith("30000 items") && document.querySelector(".working").hidden`);
        await key(host, "End");
        await chosen(host, "file 29999");
        expect(await host.eval<number>(`document.querySelectorAll(".row").length`)).toBeLessThan(60);
        writeFileSync(join(folder, "huge", "file 29999a"), "");
        await until(host, `${STATUS}.startsWith("30001 items")`);
        await key(host, "End");
        await chosen(host, "file 29999a");
        for (const letter of "file 15000") await key(host, letter);
        await chosen(host, "file 15000");
    });
}, 60_000);

test.skipIf(process.getuid?.() === 0)("a folder that may not be read says so, and a search goes around it", async () => {
    await browsing({ "locked/x.txt": "", "open/x.txt": "" }, async (host, folder) => {
        chmodSync(join(folder, "locked"), 0);
        try {
            await choose(host, "locked");
            await key(host, "Enter");
            await until(host, `document.querySelector(".toast").textContent.includes("you may not do that here")`);
            expect(await host.eval<string>(CRUMBS)).toBe("home");
            await search(host, "x.txt");
            await found(host, 1);
            expect(await host.eval<string>(STATUS)).toContain("1 could not be read");
        } finally {
            chmodSync(join(folder, "locked"), 0o755);
        }
    });
});

test("a page that loads anew is where it was, with the way back", async () => {
    await browsing({ "a/b/c.txt": "" }, async (host) => {
        await choose(host, "a");
        await key(host, "Enter");
        await choose(host, "b");
        await key(host, "Enter");
        await shows(host, "c.txt");
        const from = host.events.length;
        await host.eval(`setTimeout(() => location.reload(), 0)`);
        await host.event("mounted", () => true, from);
        await shows(host, "c.txt");
        await key(host, "ArrowLeft", { altKey: true });
        await shows(host, "b");
        // Bun's bundler must not have spoilt what depends on the colour scheme.
        const colour = await host.eval<string>(`getComputedStyle(document.querySelector(".icon-directory")).color`);
        expect(["rgb(63, 138, 224)", "rgb(106, 169, 240)"]).toContain(colour);
    });
});

test("a library's source is saved: both plugins are new, and the window is where it was", async () => {
    await browsing({ "a/b/report.txt": "", "a/b/old report.txt": "" }, async (host, folder) => {
        await choose(host, "a");
        await key(host, "Enter");
        await choose(host, "b");
        await key(host, "Enter");
        await shows(host, "old report.txt", "report.txt");
        await search(host, "report");
        await found(host, 2);
        // As the example's README says.
        const file = "plugins/FileTree/NamePattern.swift";
        const source = host.app.read(file);
        const changed = source.replace("Self.contains(folded, $0)", "folded.starts(with: $0)");
        expect(changed).not.toBe(source);
        host.app.write(file, changed);
        // The next letter that is typed is searched the new way.
        const last = performance.now() + 30_000;
        for (let hits = 2; hits !== 1;) {
            hits = (await ask(host, "/api/search/a/b?name=report"))[1].split("\n").filter((line) => line.includes('"found"'))
                .flatMap((line) => JSON.parse(line).found).length;
            expect(performance.now()).toBeLessThan(last);
        }
        // The folder's stream was opened anew: what changes is still seen.
        await search(host, "");
        await shows(host, "old report.txt", "report.txt");
        put(join(folder, "a/b/new.txt"));
        await shows(host, "new.txt", "old report.txt", "report.txt");
        await key(host, "ArrowLeft", { altKey: true });
        await shows(host, "b");
    }, { fromSource: true });
}, 60_000);

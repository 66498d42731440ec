import { expect, test } from "bun:test";
import { readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { command, descendants, type Host, running, webApp } from "./harness";

const page = `import * as bridge from "@keystone/sdk/bridge";
export function mount(root: HTMLElement) { root.textContent = "page"; Object.assign(window, { bridge, marker: "same page" }); }`;

/** The session's token, as nobody but the app's own user can read it. */
function tokenOf(pid: number): string {
    const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return variables.find((text) => text.startsWith("KEYSTONE_SESSION_TOKEN="))?.split("=")[1] ?? "";
}

async function server(host: Host): Promise<{ port: number; pid: number }> {
    return await host.event("bun", (event) => event.state === "running") as unknown as { port: number; pid: number };
}

/** How the server answers to an upgrade. */
function upgrade(url: string, headers: Record<string, string>): Promise<number> {
    const key = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==" };
    return fetch(url, { headers: { ...key, ...headers } }).then((answer) => answer.status);
}

test("another process of this machine gets 401 on every route and on the socket", async () => {
    await running(webApp({ "bun/web/app.ts": page, "bun/web/picture.svg": "<svg/>" }), async (host) => {
        await host.mounted();
        const { port, pid } = await server(host);
        const base = `http://127.0.0.1:${port}`;
        const routes = ["/", "/__host__", "/__keystone__/bridge.js", "/web/app.js", "/web/app.css", "/web/app.js.map", "/web/__assets__/x.png",
            "/web/picture.svg", "/nothing", "/ws", "/data/services.db", "/%2e%2e/keystone.json"];
        for (const route of routes) {
            for (const method of ["GET", "POST", "HEAD", "OPTIONS"]) {
                expect([route, method, (await fetch(base + route, { method })).status]).toEqual([route, method, 401]);
            }
            expect((await fetch(base + route, { headers: { Cookie: `keystone_session=${"0".repeat(64)}` } })).status).toBe(401);
            expect((await fetch(`${base}${route}?token=${"f".repeat(64)}`)).status).toBe(401);
        }
        const token = tokenOf(pid);
        expect(token).toMatch(/^[0-9a-f]{64}$/);
        expect(await upgrade(`${base}/ws`, {})).toBe(401);
        expect(await upgrade(`${base}/ws?token=${token}`, { Origin: "http://evil.example" })).toBe(403);
        expect(await upgrade(`${base}/ws?token=${token}`, { Origin: "null" })).toBe(403);
        // The query's token is for the socket alone, and a name that was rebound to this machine is no name of ours.
        expect((await fetch(`${base}/__host__?token=${token}`)).status).toBe(401);
        const bearer = { Authorization: `Bearer ${token}` };
        expect((await fetch(`${base}/__host__`, { headers: bearer })).status).toBe(200);
        expect((await fetch(`${base}/__host__`, { headers: { ...bearer, Host: "evil.example" } })).status).toBe(403);
        expect((await fetch(`${base}/__host__`, { headers: { ...bearer, Origin: `http://127.0.0.1:${port + 1}` } })).status).toBe(403);
    });
});

test("sources, data and dot files are never served, however they are spelled", async () => {
    const app = webApp({
        "bun/web/app.ts": page, "bun/.env": "SECRET=hunter2", "bun/secret.env": "hunter2", "bun/data/notes.json": "hunter2", "bun/data/services.db": "hunter2",
        "bun/services/one.js": "export default { name: 'one', query: () => 'hunter2' };", "bun/node_modules/x/index.js": "'hunter2'",
        "bun/package.json": `{ "name": "hunter2" }`, "bun/keystone.config.ts": "export default {}; // hunter2", "bun/web/.git/config.json": "hunter2",
        "outside.txt": "hunter2", "bun/web/ok.txt": "fine",
    });
    symlinkSync(join(app.path, "outside.txt"), join(app.path, "bun/web/link.txt"));
    symlinkSync(join(app.path, "bun/data"), join(app.path, "bun/web/harmless"));
    await running(app, async (host) => {
        await host.mounted();
        const { port, pid } = await server(host);
        const paths = ["/.env", "/%2eenv", "/secret.env", "/data/notes.json", "/DATA/notes.json", "/data%2fnotes.json", "/data/services.db", "/web/../data/notes.json",
            "/web/%2e%2e/data/notes.json", "/web/..%2fdata/notes.json", "/web/..%5cdata/notes.json", "/web/%252e%252e/data/notes.json", "//data/notes.json",
            "/./data/notes.json", "/data/./notes.json", "/web/harmless/notes.json", "/web/link.txt", "/services/one.js", "/node_modules/x/index.js", "/package.json",
            "/PACKAGE.json", "/keystone.config.ts", "/web/app.ts", "/web/app.TS", "/web/app.ts%00.js", "/web/app.ts?x=.js", "/web/.git/config.json", "/../outside.txt",
            "/%2e%2e/outside.txt", "/..%2foutside.txt", "/web/....//ok.txt", "/etc/passwd", "//etc/passwd", "/web/%", "/web/%ff.js"];
        const raw = (path: string) => new Promise<string>((resolve, reject) => {
            let text = "";
            void Bun.connect({
                hostname: "127.0.0.1", port,
                socket: {
                    open(socket) { socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${tokenOf(pid)}\r\nConnection: close\r\n\r\n`); },
                    data(_, chunk) { text += chunk.toString(); },
                    close() { resolve(text); }, error(_, error) { reject(error); },
                },
            });
        });
        expect(await raw("/web/ok.txt")).toContain("fine");
        for (const path of paths) {
            const answer = await raw(path);
            expect([path, answer.slice(0, 12)]).toEqual([path, expect.stringMatching(/ 40[04]$/)]);
            expect(answer).not.toContain("hunter2");
        }
    });
});

test("the token is in no page, address, command line, log or environment of what services start", async () => {
    const app = webApp({
        "bun/web/app.ts": page,
        "bun/services/spy.ts": `import { defineService } from "@keystone/sdk/service";
            import { spawnSync } from "node:child_process";
            export default defineService("spy").query(async () => [
                JSON.stringify(process.env), JSON.stringify(Bun.env), Bun.spawnSync(["env"]).stdout.toString(), spawnSync("env").stdout.toString(),
                await new Response(Bun.spawn({ cmd: ["env"], stdout: "pipe" }).stdout).text(), await Bun.$\`env\`.text(), process.argv.join(" "),
            ].join("\\n")).build();`,
    });
    await running(app, async (host) => {
        await host.mounted();
        const token = tokenOf((await server(host)).pid);
        const seen = await host.eval<string>(`(async () => [document.cookie, JSON.stringify(window.__keystone), location.href, document.documentElement.outerHTML,
            ...performance.getEntriesByType("resource").map(entry => entry.name), JSON.stringify(localStorage), JSON.stringify(sessionStorage),
            await bridge.query("spy")].join("\\n"))()`);
        expect(seen).toContain("KEYSTONE_APP_ID");
        expect(seen).not.toContain(token);
        expect(seen).not.toContain("KEYSTONE_SESSION_TOKEN");
        const processes = descendants(host.pid);
        expect(processes.map(({ command }) => command).join("\n")).not.toContain(token);
        for (const { pid, command } of processes) {
            if (/WebKit|bwrap|dbus-proxy/.test(command)) expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain(token);
        }
        expect(host.log).not.toContain(token);
        const log = join(app.path, ".home/keystone.log");
        expect(readFileSync(log, "utf8")).not.toContain(token);
        expect(statSync(log).mode & 0o777).toBe(0o600);
    });
});

/** What a frame of another origin tries; it tells its parent what came of each. */
const attack = (port: number) => `<!doctype html><script>
const outcome = {};
const attempt = (name, work) => Promise.resolve().then(work).then(v => { outcome[name] = "done: " + String(v).slice(0, 200); }, e => { outcome[name] = "refused: " + (e && e.message || e); });
const handlers = window.webkit?.messageHandlers ?? {};
const post = (name, body) => { if (!handlers[name]) throw new Error("no handler " + name); return handlers[name].postMessage(body); };
Promise.all([
  attempt("invoke", () => post("keystone", "1\\nwindow:setTitle\\n" + JSON.stringify({ title: "stolen" }))),
  attempt("quit", () => post("keystone", "2\\napp:quit\\n")),
  attempt("signal", () => { post("keystoneHost", JSON.stringify({ type: "log", level: "error", message: "forged by a frame" })); throw new Error("sent"); }),
  attempt("mountFailed", () => { post("keystoneHost", JSON.stringify({ type: "mounted", slot: "app", component: "forged" })); throw new Error("sent"); }),
  attempt("parent", () => parent.webkit.messageHandlers.keystone.postMessage("3\\napp:quit\\n")),
  attempt("top", () => top.bridge.invoke("app:quit")),
  attempt("binary", () => fetch("keystone://invoke/app%3Aquit?id=1", { method: "POST", body: new Uint8Array(4) }).then(r => r.text().then(t => { if (!r.ok) throw new Error(t); return t; }))),
  attempt("opaque", () => fetch("keystone://invoke/app%3Aquit?id=2", { method: "POST", mode: "no-cors", body: "x" }).then(r => { throw new Error("answered " + r.type); })),
  attempt("fetch", () => fetch("http://127.0.0.1:${port}/web/app.js", { credentials: "include" }).then(r => r.text())),
  attempt("script", () => new Promise((done, fail) => { const s = document.createElement("script"); s.src = "http://127.0.0.1:${port}/web/ok.js"; s.onload = () => done("ran"); s.onerror = () => fail(new Error("blocked")); document.head.append(s); })),
  attempt("socket", () => new Promise((done, fail) => { const s = new WebSocket("ws://127.0.0.1:${port}/ws?window=1"); s.onopen = () => done("open"); s.onerror = () => fail(new Error("closed")); })),
]).then(() => parent.postMessage(outcome, "*"));
</script>`;

test("a frame of another origin can't call the host, signal for the window, or reach the server", async () => {
    const app = webApp({ "bun/web/app.ts": page, "bun/web/ok.js": "globalThis.ok = 1;" });
    await running(app, async (host) => {
        await host.mounted();
        const { port } = await server(host);
        const foreign = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(attack(port), { headers: { "Content-Type": "text/html" } }) });
        try {
            for (const [kind, attributes] of [
                ["http", { src: `http://127.0.0.1:${foreign.port}/` }], ["data", { src: `data:text/html,${encodeURIComponent(attack(port))}` }],
                ["sandboxed srcdoc", { sandbox: "allow-scripts", srcdoc: attack(port) }],
            ] as const) {
                const outcome = await host.eval<Record<string, string>>(`new Promise(done => {
                    const frame = document.createElement("iframe");
                    addEventListener("message", event => event.source === frame.contentWindow && done(event.data), { once: true });
                    Object.assign(frame, ${JSON.stringify(attributes)});
                    for (const [name, value] of Object.entries(${JSON.stringify(attributes)})) frame.setAttribute(name, value);
                    document.body.append(frame); })`);
                const succeeded = Object.entries(outcome).filter(([, text]) => text.startsWith("done"));
                expect({ kind, succeeded }).toEqual({ kind, succeeded: [] });
            }
        } finally {
            foreign.stop(true);
        }
        expect(await host.eval<string>(`bridge.invoke("window:getTitle")`)).toBe("app");
        expect(host.log).not.toMatch(/\[page:1\] forged/);
        expect(host.events.some((event) => event.component === "forged")).toBe(false);
    });
});

test("the app's pages can't be framed by a page of another origin", async () => {
    await running(webApp({ "bun/web/app.ts": page }), async (host) => {
        await host.mounted();
        const { port, pid } = await server(host);
        const answer = await fetch(`http://127.0.0.1:${port}/__host__`, { headers: { Authorization: `Bearer ${tokenOf(pid)}` } });
        expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
    });
});

test("no way leads a window out of the app", async () => {
    await running(webApp({ "bun/web/app.ts": page }), async (host) => {
        await host.mounted();
        const before = await host.eval<string>("location.href");
        const link = (attributes: string) => `(() => { const box = document.createElement("div"); box.innerHTML = '<a ${attributes}>x</a>'; document.body.append(box); box.firstChild.click(); })()`;
        const attempts = [
            `location.href = "file:///etc/passwd"`, `location.assign("data:text/html,<h1>x</h1>")`, `location.href = "blob:null/1"`, `location.href = "keystone://invoke/app%3Aquit?id=1"`,
            `location.href = "view-source:http://127.0.0.1/"`, `window.open("file:///etc/passwd")`, `window.open("about:blank")`,
            `window.open("javascript:1")`, link(`href="file:///etc/passwd"`), link(`href="file:///etc/passwd" target="_blank"`), link(`href="data:text/html,x" download="x.html"`),
            link(`href="ssh://elsewhere"`), link(`href="data:text/html,x"`),
            `(() => { const form = document.createElement("form"); form.method = "post"; form.action = "file:///etc/passwd"; document.body.append(form); form.submit(); })()`,
            `(() => { const form = document.createElement("form"); form.action = "http://elsewhere.invalid/form"; document.body.append(form); form.submit(); })()`,
            `(() => { const frame = document.createElement("iframe"); frame.sandbox = "allow-scripts allow-top-navigation"; frame.srcdoc = "<script>top.location = 'http://elsewhere.invalid/framed'</" + "script>"; document.body.append(frame); })()`,
        ];
        for (const [number, attempt] of attempts.entries()) {
            await host.eval(`void setTimeout(() => { ${attempt} })`);
            // This one is told in the log, once it gets its turn after the other. Each try ends the one before, so a
            // busy machine is given longer and longer.
            await host.eval(`(function again(wait) { location.href = "http://elsewhere.invalid/${number}-end"; window.again = setTimeout(again, wait, wait * 2); })(300)`);
            await host.logged(new RegExp(`elsewhere\\.invalid/${number}-end`));
            await host.eval(`clearTimeout(window.again)`);
            expect([attempt, await host.eval("[location.href, window.marker]")]).toEqual([attempt, [before, "same page"]]);
        }
        for (const url of ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "ssh://x", "keystone://invoke/x", "", " file:///x", "/etc/passwd", "\\u0000http://x", "https"]) {
            expect([url, await host.eval(`bridge.invoke("external:openUrl", { url: "${url}" }).then(() => "opened", error => error.code)`)])
                .toEqual([url, expect.stringMatching(/FORBIDDEN|BAD_REQUEST/)]);
        }
        expect(await host.do<unknown[]>("windows")).toHaveLength(1);
    });
});

test("a page that makes itself empty is brought back", async () => {
    await running(webApp({ "bun/web/app.ts": page }), async (host) => {
        await host.mounted();
        for (const empty of ["about:blank", "about:srcdoc"]) {
            const from = host.events.length;
            await host.eval(`void setTimeout(() => { location.href = "${empty}"; })`);
            await host.event("mounted", undefined, from);
            expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
        }
    });
});

test("a page can't publish for another window or the framework, nor sign for another window", async () => {
    const app = webApp({ "bun/web/app.ts": page, "bun/web/two.ts": page }, { windows: [{ component: "app" }, { component: "two" }] });
    await running(app, async (host) => {
        await Promise.all([host.mounted("app"), host.mounted("two")]);
        await host.eval(`(window.heard = [], void ["window:2:x", "__hmr__", "__x"].forEach(name => bridge.subscribe(name, value => window.heard.push([name, value]))))`, "two");
        const answers = await host.eval<{ error: { code: string } }[]>(`new Promise(done => {
            const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws?window=1&ticket=" + __keystone.ticket), answers = [];
            const sent = ["window:2:x", "window::x", "window:", "__hmr__", "__x", "window:1evil:x"];
            socket.onopen = () => sent.forEach(channel => socket.send(JSON.stringify({ type: "publish", channel, data: "forged" })));
            socket.onmessage = ({ data }) => { const message = JSON.parse(data); if (message.type === "error") answers.push(message); if (answers.length === sent.length) done(answers); };
        })`, "app");
        expect(answers.map(({ error }) => error.code)).toEqual(Array(6).fill("FORBIDDEN"));
        // Nor is the other window's socket or stream to be had: its ticket is not this page's.
        for (const path of ["ws", "streams"]) for (const query of ["?window=2", "?window=2&ticket=" + "0".repeat(64), "?window=2&ticket=${own}"]) {
            const opened = await host.eval<string>(`new Promise(done => {
                const socket = new WebSocket(location.origin.replace("http", "ws") + "/${path}${query}".replace("\${own}", __keystone.ticket));
                socket.onopen = () => done("open"); socket.onclose = () => done("refused"); })`, "app");
            expect([path, query, opened]).toEqual([path, query, "refused"]);
        }
        await host.eval(`void bridge.publish("window:1:own", 1)`, "app");
        expect(await host.eval("window.heard", "two")).toEqual([]);
    });
});

test("commands on standard input count with --control alone", async () => {
    const app = webApp();
    const child = await command(["run", app.path, "--eval", "new Promise(done => setTimeout(done, 50, document.body.innerText.trim()))"], {
        home: app.path, stdin: ["quit", "windows", "screenshot"].map((name) => JSON.stringify({ id: 1, do: name, file: "/tmp/never.png" }) + "\n").join(""),
    });
    expect(child.code).toBe(0);
    expect(child.out.trim()).toBe(`"hello"`);
    app.remove();
});

test("each event is one line of the log, whatever pages and services say", async () => {
    const hostile = "one\\n2026-01-01T00:00:00.000Z error [host] forged\\r\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u2028end";
    const app = webApp({
        "bun/web/app.ts": page,
        "bun/services/loud.ts": `import { defineService } from "@keystone/sdk/service";
            export default defineService("loud").query(() => { console.log("service ${hostile}"); process.stdout.write("raw ${hostile}\\n"); process.stderr.write("stderr ${hostile}\\n"); return 1; }).build();`,
    });
    await running(app, async (host) => {
        await host.mounted();
        await host.eval(`void Promise.reject(new Error("page ${hostile}"))`);
        await host.eval(`bridge.query("loud")`);
        await host.eval(`bridge.invoke("no\\u001b[31msuch").catch(() => 0)`);
        await host.logged(/page one/);
        await host.logged(/service one/);
        await host.logged(/raw one/);
        await host.logged(/stderr one/);
        const lines = readFileSync(join(app.path, ".home/keystone.log"), "utf8").split("\n").slice(0, -1);
        for (const line of lines) {
            // What the standard error of a child says in lines are lines; each is told to be a child's.
            expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+ (debug|info|warning|error) \[[^\]]+\] /);
            expect(line).not.toMatch(/^\S+ error \[host\] forged/);
            expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028]/);
        }
    });
});

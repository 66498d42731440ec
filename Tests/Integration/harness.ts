// Starts real apps under the real host and drives them: the integration tests' ladder from files to a running window.
import { mkdtempSync, mkdirSync, rmSync, writeFileSync, cpSync, readFileSync, readdirSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const root = resolve(import.meta.dir, "../..");
export const keystone = join(root, "Host/.build/release/keystone");
/** The host with the handlers of `Host/Sources/keystone-test-host`: for `KEYSTONE_HOST`. */
export const testHost = join(root, "Host/.build/release/keystone-test-host");
const bun = process.env.KEYSTONE_BUN ?? join(root, ".tools/bun");

export type Files = Record<string, string | Uint8Array>;

/** A directory of its own, removed by `remove()`. */
export class AppDirectory {
    readonly path = mkdtempSync(join(tmpdir(), "keystone-app-"));

    /** @param fixture Copied: from the repository's root, or absolute. */
    constructor(files: Files = {}, fixture?: string) {
        if (fixture) cpSync(resolve(root, fixture), this.path, { recursive: true });
        for (const [name, content] of Object.entries(files)) this.write(name, content);
    }

    write(name: string, content: string | Uint8Array): void {
        const file = join(this.path, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
    }

    read(name: string): string {
        return readFileSync(join(this.path, name), "utf8");
    }

    remove(): void {
        rmSync(this.path, { recursive: true, force: true });
    }
}

/** A minimal app with one window; more files and config keys on top. */
export function webApp(files: Files = {}, config: Record<string, unknown> = {}): AppDirectory {
    return new AppDirectory({
        "keystone.json": JSON.stringify({
            name: "Test", id: "dev.keystone.test", windows: [{ component: "app" }], bun: { root: "bun" }, ...config,
        }),
        "bun/web/app.ts": `export function mount(root: HTMLElement) { root.textContent = "hello"; }`,
        ...files,
    });
}

type Message = Record<string, unknown>;

/** Variables on top of the test's own; `undefined` takes one away. */
export type Environment = Record<string, string | undefined>;

/** Everything that a host may write on the machine goes below the app's own directory. */
function environment(app: string, extra: Environment): Record<string, string> {
    const home = join(app, ".home");
    mkdirSync(home, { recursive: true });
    const all: Environment = {
        ...(process.env as Record<string, string>),
        HOME: home, XDG_DATA_HOME: join(home, "data"), XDG_CONFIG_HOME: join(home, "config"),
        XDG_CACHE_HOME: join(home, "cache"), XDG_STATE_HOME: join(home, "state"),
        KEYSTONE_BUN: bun, KEYSTONE_LOG: join(home, "keystone.log"), ...extra,
    };
    return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Runs the command to its end. */
export async function command(
    args: string[], options: { cwd?: string; env?: Environment; home?: string; stdin?: string } = {},
): Promise<{ code: number; out: string; err: string }> {
    const home = options.home ?? mkdtempSync(join(tmpdir(), "keystone-home-"));
    const child = Bun.spawn([keystone, ...args], {
        cwd: options.cwd ?? home, env: environment(home, options.env ?? {}),
        stdin: options.stdin === undefined ? "ignore" : Buffer.from(options.stdin), stdout: "pipe", stderr: "pipe",
    });
    const [out, err, code] = await Promise.all([
        new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
    if (!options.home) rmSync(home, { recursive: true, force: true });
    return { code, out, err };
}

/** A running host under `--control`. */
export class Host {
    readonly events: Message[] = [];
    log = "";
    readonly exited: Promise<number>;
    /** The log is whole: nothing writes to it any more. */
    readonly logRead: Promise<void>;
    private nextID = 1;
    private readonly pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
    private waiters: { find: (event: Message) => boolean; resolve: (event: Message) => void }[] = [];
    private logWaiters: { find: (log: string) => boolean; resolve: () => void }[] = [];
    private readonly child;

    constructor(readonly app: AppDirectory, env: Environment = {}, args: string[] = []) {
        this.child = Bun.spawn([keystone, "run", app.path, "--control", ...args], {
            env: environment(app.path, env), stdin: "pipe", stdout: "pipe", stderr: "pipe",
        });
        this.exited = this.child.exited;
        void this.readEvents();
        this.logRead = this.readLog();
    }

    get pid(): number {
        return this.child.pid;
    }

    private async readEvents(): Promise<void> {
        let rest = "";
        const decoder = new TextDecoder();
        for await (const chunk of this.child.stdout) {
            rest += decoder.decode(chunk, { stream: true });
            const lines = rest.split("\n");
            rest = lines.pop() ?? "";
            for (const line of lines) if (line.trim()) this.receive(JSON.parse(line));
        }
        for (const call of this.pending.values()) call.reject(new Error(`the host is gone\n${this.log}`));
    }

    private async readLog(): Promise<void> {
        const decoder = new TextDecoder();
        for await (const chunk of this.child.stderr) {
            this.log += decoder.decode(chunk, { stream: true });
            this.logWaiters = this.logWaiters.filter((waiter) => !(waiter.find(this.log) && (waiter.resolve(), true)));
        }
    }

    private receive(message: Message): void {
        if ("event" in message) {
            this.events.push(message);
            this.waiters = this.waiters.filter((waiter) => !(waiter.find(message) && (waiter.resolve(message), true)));
            return;
        }
        const call = this.pending.get(message.id as number);
        this.pending.delete(message.id as number);
        if ("error" in message) call?.reject(new Error(String(message.error)));
        else call?.resolve(message.result);
    }

    do<T = unknown>(name: string, fields: Message = {}): Promise<T> {
        const id = this.nextID++;
        const reply = new Promise<unknown>((resolve, reject) => this.pending.set(id, { resolve, reject }));
        this.child.stdin.write(JSON.stringify({ id, do: name, ...fields }) + "\n");
        this.child.stdin.flush();
        return within(reply as Promise<T>, 25_000, () => `"${name}" had no reply\n${this.log}`);
    }

    /** An expression in a page: of the first window, or of the one named by component or id. */
    eval<T = unknown>(code: string, window?: string): Promise<T> {
        return this.do<T>("eval", window === undefined ? { code } : { code, window });
    }

    /** The first event of this name, already here or still to come, that fits. */
    event(name: string, fits: (event: Message) => boolean = () => true, from = 0, limit = 25_000): Promise<Message> {
        const find = (event: Message) => event.event === name && fits(event);
        const here = this.events.slice(from).find(find);
        if (here) return Promise.resolve(here);
        return within(
            new Promise((resolve) => this.waiters.push({ find, resolve })), limit,
            () => `no event "${name}"; events: ${JSON.stringify(this.events)}\n${this.log}`);
    }

    /** Waits until the log matches. */
    logged(pattern: RegExp): Promise<void> {
        if (pattern.test(this.log)) return Promise.resolve();
        return within(
            new Promise((resolve) => this.logWaiters.push({ find: (log) => pattern.test(log), resolve })), 25_000,
            () => `the log has no ${pattern}\n${this.log}`);
    }

    mounted(component = "app"): Promise<Message> {
        return this.event("mounted", (event) => event.component === component);
    }

    /** Ends the host through its own shutdown and waits. */
    async quit(): Promise<number> {
        this.child.stdin.write(JSON.stringify({ id: 0, do: "quit" }) + "\n");
        this.child.stdin.flush();
        return within(this.exited, 15_000, () => `the host did not end\n${this.log}`);
    }

    kill(signal: NodeJS.Signals): void {
        process.kill(this.pid, signal);
    }
}

/** What GLib and GTK complained about in the host itself: a mistake of ours, whatever it led to. */
function complaints(host: Host): string[] {
    const own = new RegExp(`^(\\S+Z (warning|error) \\[gtk\\] |(\\*\\* )?\\([^)]*:${host.pid}\\): .*(CRITICAL|WARNING|ERROR) \\*\\*)`);
    return host.log.split("\n").filter((line) => own.test(line));
}

/** Starts an app, runs the body, and ends both whatever happens. */
export async function running<T>(
    app: AppDirectory, body: (host: Host) => Promise<T>, env: Environment = {}, args: string[] = [],
): Promise<T> {
    const host = new Host(app, env, args);
    let result: T;
    try {
        result = await body(host);
    } finally {
        if (isAlive(host.pid)) {
            await host.quit().catch(() => host.kill("SIGKILL"));
        }
        await host.exited;
        app.remove();
    }
    await host.logRead;
    const found = complaints(host);
    if (found.length > 0) throw new Error(`the toolkit complained:\n${found.join("\n")}`);
    return result;
}

export function within<T>(promise: Promise<T>, ms: number, what: () => string): Promise<T> {
    let timer: ReturnType<typeof setTimeout>;
    const limit = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(what())), ms);
    });
    return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

export function isAlive(pid: number): boolean {
    try {
        return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
    } catch {
        return false;
    }
}

/** All processes below one, with their command lines, read from /proc. */
export function descendants(pid: number): { pid: number; command: string }[] {
    const parents = new Map<number, number>();
    const commands = new Map<number, string>();
    for (const entry of readdirSync("/proc")) {
        if (!/^\d+$/.test(entry) || !existsSync(`/proc/${entry}/stat`)) continue;
        try {
            const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
            parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
            commands.set(Number(entry), readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ").trim());
        } catch {
            // It ended between the listing and the reading.
        }
    }
    const found: { pid: number; command: string }[] = [];
    const queue = [pid];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        for (const [child, parent] of parents) {
            if (parent !== next) continue;
            queue.push(child);
            found.push({ pid: child, command: commands.get(child) ?? "" });
        }
    }
    return found;
}

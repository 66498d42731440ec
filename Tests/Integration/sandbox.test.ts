// WebKit's sandbox: what the kernel says of the processes that run pages.
import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, existsSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { descendants, keystone, running, webApp, within, type Host } from "./harness";

const namespace = (pid: number, name: string) => readlinkSync(`/proc/${pid}/ns/${name}`);

/** The process that runs pages, below a host's process and the sandbox's own. */
function webProcess(pid: number): number {
    const web = descendants(pid).find(({ command }) => /^\S*\/WebKitWebProcess /.test(command));
    if (!web) throw new Error("there is no web process");
    return web.pid;
}

/** The namespaces that the web process below a process does not share with it. */
function ownNamespaces(pid: number): string[] {
    const web = webProcess(pid);
    return ["ipc", "mnt", "net", "pid", "user", "uts"].filter((name) => namespace(web, name) !== namespace(pid, name));
}

/** What a page's process may do beyond an ordinary one, and whether its system calls are filtered. */
function privileges(pid: number): Record<string, string | undefined> {
    const status = readFileSync(`/proc/${webProcess(pid)}/status`, "utf8");
    return Object.fromEntries(["CapEff", "NoNewPrivs", "Seccomp"].map((name) =>
        [name, new RegExp(`^${name}:\\t(.*)$`, "m").exec(status)?.[1]]));
}

/** What a page's process sees of a file, through its own root. */
function visible(host: Pick<Host, "pid">, file: string): boolean {
    return existsSync(`/proc/${webProcess(host.pid)}/root${file}`);
}

test("pages run in namespaces of their own, without network and without the user's files", async () => {
    const app = webApp({ "secret.txt": "nobody's business" });
    await running(app, async (host) => {
        await host.mounted();
        expect(ownNamespaces(host.pid)).toEqual(expect.arrayContaining(["mnt", "net", "pid", "uts"]));
        // Root's capabilities stay root's inside of the sandbox; nobody else has any (below).
        expect(privileges(host.pid)).toMatchObject({ NoNewPrivs: "1", Seccomp: "2" });
        expect(visible(host, join(app.path, "secret.txt"))).toBe(false);
    });
});

const asGames = ["setpriv", "--reuid=games", "--regid=games", "--clear-groups"];
// Inside a chroot, and in many containers, the kernel gives ordinary users no namespaces, and so no sandbox to test.
const hasNamespaces = () =>
    Bun.spawnSync([...asGames, "bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"]).exitCode === 0;

// The tests may run as root, for whom the kernel makes exceptions: an ordinary account has to fare the same.
test.skipIf(process.getuid?.() !== 0 || !hasNamespaces())("so they do for an ordinary user", async () => {
    const app = webApp();
    // The display's key is root's alone.
    const key = join(app.path, "key");
    if (process.env.XAUTHORITY) copyFileSync(process.env.XAUTHORITY, key);
    else await Bun.write(key, "");
    const owned = Bun.spawnSync(["chown", "-R", "games", app.path]);
    expect(owned.exitCode).toBe(0);
    chmodSync(app.path, 0o755);
    const home = join(app.path, "home");
    const runtime = join(app.path, "runtime");
    const child = Bun.spawn([
        ...asGames, "sh", "-c",
        `mkdir -p "$HOME" "$XDG_RUNTIME_DIR" && chmod 700 "$XDG_RUNTIME_DIR" && exec dbus-run-session -- "$@"`, "sh",
        keystone, "run", app.path, "--control",
    ], {
        env: {
            ...(process.env as Record<string, string>), HOME: home, XDG_RUNTIME_DIR: runtime, XAUTHORITY: key,
            XDG_CACHE_HOME: join(home, "cache"), KEYSTONE_LOG: join(home, "keystone.log"),
        },
        stdin: "pipe", stdout: "pipe", stderr: "pipe",
    });
    try {
        let events = "";
        const log = new Response(child.stderr).text();
        await within((async () => {
            for await (const chunk of child.stdout) {
                events += new TextDecoder().decode(chunk);
                if (events.includes(`"mounted"`)) return;
            }
            throw new Error(`no page: ${events}\n${await log}`);
        })(), 20_000, () => `no page: ${events}`);
        const host = descendants(child.pid).find(({ command }) => command.includes("keystone-host") || command.includes("keystone run"))!;
        expect(readFileSync(`/proc/${host.pid}/status`, "utf8")).toMatch(/^Uid:\t5\t/m);
        expect(ownNamespaces(host.pid)).toEqual(expect.arrayContaining(["mnt", "net", "pid", "user", "uts"]));
        expect(privileges(host.pid)).toEqual({ CapEff: "0000000000000000", NoNewPrivs: "1", Seccomp: "2" });
        expect(visible(host, join(app.path, "keystone.json"))).toBe(false);
    } finally {
        child.stdin.end();
        await within(child.exited, 10_000, () => "the host did not end with its input").finally(() => child.kill("SIGKILL"));
        rmSync(app.path, { recursive: true, force: true });
    }
}, 40_000);

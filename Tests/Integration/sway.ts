// A Wayland session of a test's own: the compositor sway, without any hardware.
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { within, type Environment } from "./harness";

export type Node = {
    app_id?: string | null; name?: string | null; focused?: boolean; visible?: boolean; nodes?: Node[]; floating_nodes?: Node[];
    rect: { x: number; y: number; width: number; height: number };
};

export class Sway {
    private constructor(
        private readonly compositor: Bun.Subprocess<"ignore", "ignore", "ignore">, private readonly runtime: string,
        private readonly display: string,
    ) {}

    static async start(): Promise<Sway> {
        const runtime = mkdtempSync(join(tmpdir(), "keystone-sway-"));
        chmodSync(runtime, 0o700);
        const config = join(runtime, "config");
        writeFileSync(config, `
            xwayland disable
            output HEADLESS-1 resolution 1280x800 background #204060 solid_color
            default_border none
            for_window [app_id=".*"] floating enable
        `);
        // Sway refuses to run as root.
        const account = process.getuid?.() === 0 ? ["setpriv", "--reuid=games", "--regid=games", "--clear-groups"] : [];
        if (account.length > 0) Bun.spawnSync(["chown", "-R", "games", runtime]);
        const compositor = Bun.spawn([...account, "sway", "--config", config], {
            env: {
                ...(process.env as Record<string, string>), XDG_RUNTIME_DIR: runtime, SWAYSOCK: join(runtime, "sway.sock"),
                WLR_BACKENDS: "headless", WLR_RENDERER: "pixman", WLR_LIBINPUT_NO_DEVICES: "1", DISPLAY: "",
            },
            stdin: "ignore", stdout: "ignore", stderr: "ignore",
        });
        const display = await within((async () => {
            for (;;) {
                const name = readdirSync(runtime).find((name) => /^wayland-\d+$/.test(name));
                if (name && existsSync(join(runtime, "sway.sock"))) return name;
                if (compositor.exitCode !== null) throw new Error(`sway ended with ${compositor.exitCode}`);
                await Bun.sleep(10);
            }
        })(), 10_000, () => "sway did not start").catch((error) => {
            compositor.kill();
            rmSync(runtime, { recursive: true, force: true });
            throw error;
        });
        return new Sway(compositor, runtime, display);
    }

    /** What an app needs to show its windows here, and nowhere else. */
    get environment(): Environment {
        return {
            XDG_RUNTIME_DIR: this.runtime, WAYLAND_DISPLAY: this.display, SWAYSOCK: join(this.runtime, "sway.sock"),
            DISPLAY: undefined, XAUTHORITY: undefined, GDK_BACKEND: undefined,
        };
    }

    /** The windows of an app. */
    windows(appID: string): Node[] {
        const all = (node: Node): Node[] =>
            [node, ...(node.nodes ?? []).flatMap(all), ...(node.floating_nodes ?? []).flatMap(all)];
        return all(JSON.parse(this.message("-t", "get_tree"))).filter((node) => node.app_id === appID);
    }

    message(...args: string[]): string {
        return this.run("swaymsg", ...args);
    }

    /** A picture of the whole screen. */
    picture(file: string): void {
        this.run("grim", file);
    }

    private run(...command: string[]): string {
        const env = Object.fromEntries(Object.entries({ ...process.env, ...this.environment })
            .filter((entry): entry is [string, string] => entry[1] !== undefined));
        const result = Bun.spawnSync(command, { env });
        if (result.exitCode !== 0) throw new Error(`${command.join(" ")}: ${result.stderr}${result.stdout}`);
        return result.stdout.toString();
    }

    async end(): Promise<void> {
        this.compositor.kill();
        await within(this.compositor.exited, 5000, () => "sway did not end");
        rmSync(this.runtime, { recursive: true, force: true });
    }
}

// A desktop session of a test's own: a session bus on which the real portal and the real settings service start on demand.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { descendants, within, type Environment } from "./harness";

export type Preference = "default" | "prefer-dark" | "prefer-light";

export class Desktop {
    private constructor(
        private readonly bus: Bun.Subprocess<"ignore", "pipe", "ignore">, private readonly home: string,
        private readonly address: string,
    ) {}

    /** What an app needs to belong to this desktop. */
    get environment(): Environment {
        return Desktop.variables(this.home, this.address);
    }

    static async start(): Promise<Desktop> {
        const home = mkdtempSync(join(tmpdir(), "keystone-desktop-"));
        mkdirSync(join(home, "config"));
        mkdirSync(join(home, "runtime"), { mode: 0o700 });
        const bus = Bun.spawn(["dbus-daemon", "--session", "--nofork", "--print-address"], {
            env: { ...process.env, ...Desktop.variables(home) } as Record<string, string>,
            stdin: "ignore", stdout: "pipe", stderr: "ignore",
        });
        const reader = bus.stdout.getReader();
        const { value } = await reader.read();
        return new Desktop(bus, home, new TextDecoder().decode(value).trim());
    }

    private static variables(home: string, address?: string): Environment {
        return {
            // The portal chooses its backend by the desktop's name.
            XDG_CURRENT_DESKTOP: "gnome", XDG_CONFIG_HOME: join(home, "config"), GSETTINGS_BACKEND: "dconf",
            XDG_RUNTIME_DIR: join(home, "runtime"),
            ...(address ? { DBUS_SESSION_BUS_ADDRESS: address } : {}),
        };
    }

    /** As the desktop's settings dialogue does. */
    prefer(preference: Preference): void {
        this.run("gsettings", "set", "org.gnome.desktop.interface", "color-scheme", preference);
    }

    /** Starts the portal, as a desktop does at log-in, and returns the scheme that it tells: 0 none, 1 dark, 2 light. */
    portalScheme(): number {
        const answer = this.run("gdbus", "call", "--session", "--dest", "org.freedesktop.portal.Desktop",
            "--object-path", "/org/freedesktop/portal/desktop", "--method", "org.freedesktop.portal.Settings.Read",
            "org.freedesktop.appearance", "color-scheme");
        return Number(/uint32 (\d)/.exec(answer)?.[1] ?? NaN);
    }

    private run(...command: string[]): string {
        const result = Bun.spawnSync(command, { env: { ...process.env, ...this.environment } as Record<string, string> });
        if (result.exitCode !== 0) throw new Error(`${command.join(" ")}: ${result.stderr}`);
        return result.stdout.toString();
    }

    async end(): Promise<void> {
        const services = descendants(this.bus.pid);
        this.bus.kill();
        await within(this.bus.exited, 5000, () => "the session bus did not end");
        // Services end with their bus; what the document portal has mounted stays.
        for (const { pid } of services) {
            try {
                process.kill(pid, "SIGTERM");
            } catch {
                // It has gone with the bus.
            }
        }
        Bun.spawnSync(["fusermount3", "-uzq", join(this.home, "runtime/doc")]);
        // Programs find the accessibility bus through the display: it must not lead to one that is gone.
        Bun.spawnSync(["xprop", "-root", "-remove", "AT_SPI_BUS"]);
        rmSync(this.home, { recursive: true, force: true });
    }
}

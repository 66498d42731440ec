// Compiles the plugins of the tests, straight with the compiler against the engine's modules.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AppDirectory, root } from "./harness";

const engine = join(root, "Host/.build/release");
const cache = join(root, ".build/test-plugins");

export interface Plugin {
    name: string;
    /** The library. */
    path: string;
}

/** The source of `Tests/Fixtures/plugins/NAME.swift`. */
export const fixture = (name: string) => readFileSync(join(root, `Tests/Fixtures/plugins/${name}.swift`), "utf8");

/** Compiles a library, or finds it as it was compiled before: of the same source, for the same engine. */
export function compile(name: string, source = fixture(name), needs: Plugin[] = []): Plugin {
    const framework = statSync(join(engine, "libKeystone.so"));
    const key = createHash("sha256")
        .update(JSON.stringify([name, source, needs.map(({ path }) => path), framework.size, framework.mtimeMs]))
        .digest("hex").slice(0, 24);
    const directory = join(cache, key);
    const path = join(directory, `lib${name}.so`);
    if (existsSync(path)) return { name, path };
    mkdirSync(directory, { recursive: true });
    const file = join(directory, `${name}.swift`);
    // In one step: two test processes may compile the same.
    const draft = join(directory, `draft-${process.pid}.so`);
    writeFileSync(file, source);
    const { exitCode, stderr } = Bun.spawnSync([
        "swiftc", "-swift-version", "6", "-parse-as-library", "-emit-library", "-module-name", name, "-o", draft, file,
        "-emit-module-path", join(directory, `${name}.swiftmodule`), "-Xlinker", "-soname", "-Xlinker", `lib${name}.so`,
        "-I", join(engine, "Modules"), "-L", engine, "-lKeystone",
        ...needs.flatMap((need) => ["-I", dirname(need.path), "-L", dirname(need.path), `-l${need.name}`]),
    ]);
    if (exitCode !== 0) throw new Error(`${name}.swift does not compile:\n${stderr.toString()}`);
    renameSync(draft, path);
    return { name, path };
}

/** Puts a library into an app, in one step. */
export function install(app: AppDirectory, plugin: Plugin, directory = "dylib"): void {
    const target = join(app.path, directory, `lib${plugin.name}.so`);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(plugin.path, `${target}.new`);
    renameSync(`${target}.new`, target);
}

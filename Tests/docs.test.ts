// The documentation shows code that the tests run: every block of it stands, line for line, in a file of `Tests/Fixtures/docs`,
// `Tests/Fixtures/frameworks` or the examples. And its links lead somewhere.
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { SCHEMA } from "../bun/runtime/config/schema.ts";

const root = resolve(import.meta.dir, "..");
const CODE = new Set(["ts", "tsx", "js", "json", "jsonc", "css", "swift"]);
const PLAIN = new Set(["sh", ""]);

function filesBelow(directory: string): string[] {
    return readdirSync(directory).filter((name) => !["node_modules", "data", ".build"].includes(name)).flatMap((name) => {
        const path = join(directory, name);
        return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

/** Lines without the indentation that all of them have. */
function outdented(lines: readonly string[]): string[] {
    const depths = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
    const depth = Math.min(...depths);
    return lines.map((line) => line.slice(depth));
}

const lines = (text: string) => text.trimEnd().split("\n").map((line) => line.trimEnd());

/** Whether the block is a run of whole lines of the file, as far in as they may be. */
function holds(file: readonly string[], block: readonly string[]): boolean {
    const wanted = outdented(block).join("\n");
    return file.some((_, start) => {
        const part = file.slice(start, start + block.length);
        return part.length === block.length && part[0].trim() !== "" && outdented(part).join("\n") === wanted;
    });
}

const pages = [join(root, "README.md"), ...filesBelow(join(root, "docs")).filter((file) => file.endsWith(".md"))];
const sources = [
    "Tests/Fixtures/docs", "Tests/Fixtures/frameworks", "Tests/Fixtures/plugins", "Tests/Fixtures/scripts", "Examples",
    "Host/Sources/native-fixture", "templates",
]
    .map((name) => join(root, name))
    .flatMap(filesBelow)
    .filter((file) => CODE.has(file.slice(file.lastIndexOf(".") + 1)))
    .map((file) => lines(readFileSync(file, "utf8")));

for (const page of pages) {
    const text = readFileSync(page, "utf8");
    const name = relative(root, page);

    test(`${name}: its code is code that runs`, () => {
        const blocks = [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];
        expect(text.match(/^```/gm)?.length ?? 0).toBe(blocks.length * 2);
        const unknown = blocks.map(([, language]) => language).filter((language) => !CODE.has(language) && !PLAIN.has(language));
        expect(unknown).toEqual([]);
        const untested = blocks
            .filter(([, language, code]) => CODE.has(language) && !sources.some((source) => holds(source, lines(code))))
            .map(([, , code]) => code);
        expect(untested).toEqual([]);
    });

    test(`${name}: its links lead somewhere`, () => {
        const dead = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link)
            .filter((link) => !/^(https?:|#)/.test(link))
            .filter((link) => !existsSync(resolve(dirname(page), link.split("#")[0])));
        expect(dead).toEqual([]);
    });
}

test("every page of the documentation can be reached from its first page", () => {
    const first = readFileSync(join(root, "docs/README.md"), "utf8");
    const missing = pages.map((page) => relative(join(root, "docs"), page))
        .filter((page) => !page.startsWith("..") && page !== "README.md" && !first.includes(`(${page})`));
    expect(missing).toEqual([]);
});

test("the reference has every key of keystone.config.ts", () => {
    const reference = readFileSync(join(root, "docs/reference/configuration.md"), "utf8");
    const missing = Object.entries(SCHEMA).flatMap(([section, keys]) => Object.keys(keys).filter((key) =>
        !reference.includes(`\`${section}.${key}\``) && !new RegExp(`\`${section}\\..*\`${key}\``).test(reference)));
    expect(missing).toEqual([]);
});

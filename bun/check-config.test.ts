import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let root = "";
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the script on a directory without `node_modules` whose configuration is `code`. */
async function check(code: string): Promise<{ exitCode: number; err: string }> {
  root = mkdtempSync(join(tmpdir(), "keystone-check-"));
  writeFileSync(join(root, "keystone.config.ts"), code);
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "check-config.ts"), root], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const err = await new Response(child.stderr as ReadableStream<Uint8Array<ArrayBuffer>>).text();
  return { exitCode: await child.exited, err };
}

test("a fine configuration is passed over in silence, before the SDK is linked", async () => {
  const result = await check(`
    import { defineConfig } from "@keystone/sdk/config";
    import "keystone-desktop";
    export default defineConfig({ watch: { debounceMs: 20 } });`);
  expect(result).toEqual({ exitCode: 0, err: "" });
});

test("all faults are told, each with its file and key", async () => {
  const { exitCode, err } = await check(
    `export default { security: { mode: "alow" }, web: { comonents: {} }, watch: { debounceMs: -1 } };`,
  );
  const file = join(root, "keystone.config.ts");
  expect(exitCode).toBe(1);
  expect(err.trim().split("\n")).toEqual([
    `${file}: warning: unknown key "web.comonents". Did you mean "components"?`,
    `${file}: error: security.mode: found "alow"; allowed: "auto", "open", "allowlist"`,
    `${file}: error: watch.debounceMs: found -1; allowed: a whole number from 0 to 10000`,
  ]);
});

test("a warning alone is no failure", async () => {
  const { exitCode, err } = await check(`export default { wbe: {} };`);
  expect(exitCode).toBe(0);
  expect(err).toContain("warning: unknown key");
});

const broken: [code: string, message: RegExp][] = [
  ["export default {", /keystone\.config\.ts can't be loaded: .*keystone\.config\.ts:1:\d+: .*Expected/],
  [
    `import "./missing"; export default {};`,
    /keystone\.config\.ts can't be loaded: .*Cannot find module '\.\/missing'/,
  ],
  [`throw new Error("not today");`, /keystone\.config\.ts can't be loaded: Error: not today/],
];
for (const [code, message] of broken) {
  test(`a file that doesn't load is an error: ${code}`, async () => {
    const { exitCode, err } = await check(code);
    expect(exitCode).toBe(1);
    expect(err).toMatch(message);
  });
}

/**
 * Builds what the runtime serves to pages: `dist/host.html`, the host page in one file, and the SDK's browser modules with
 * their maps, shared by all components through the page's import map.
 *
 *     bun bun/scripts/build-dist.ts
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const dist = join(root, "dist");

/** The modules of `@keystone/sdk`: all, for a page may share a file with services. `index` is the bare name. */
const MODULES = ["bridge", "component", "config", "host", "protocol", "service", "index"];
/** Where the runtime serves them. */
const PREFIX = "/__keystone__/";

async function main(): Promise<void> {
  const started = performance.now();
  // Built beside and moved at the end: a runtime that serves `dist` never sees half of it.
  const stage = join(root, `.dist-${process.pid}`);
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  try {
    const written = [...await buildModules(stage), await buildHostPage(stage)];
    await rm(dist, { recursive: true, force: true });
    await rename(stage, dist);
    for (const { name, bytes } of written) console.log(`dist/${name}  ${(bytes / 1024).toFixed(1)} KiB`);
    console.log(`built in ${Math.round(performance.now() - started)} ms`);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

interface Written {
  name: string;
  bytes: number;
}

async function buildModules(outdir: string): Promise<Written[]> {
  const written: Written[] = [];
  for (const name of MODULES) {
    const result = await build({
      entrypoints: [join(root, "sdk", `${name}.ts`)],
      sourcemap: "external",
      plugins: name === "index" ? [otherModules] : [],
    });
    const [code, map] = result.outputs;
    const link = `//# sourceMappingURL=${name}.js.map\n`;
    const script = withoutComments(await code.text()) + link;
    written.push(await write(outdir, `${name}.js`, script), await write(outdir, `${name}.js.map`, await map.text()));
  }
  return written;
}

/** The index is made of the other modules, not of copies of them. */
const otherModules: BunPlugin = {
  name: "other-modules",
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+\.ts$/ }, ({ path }) => ({ path: path.replace(/ts$/, "js"), external: true }));
  },
};

/** Bun's own notes at the end, which change from build to build. */
function withoutComments(script: string): string {
  return script.replace(/\n*\/\/# (?:debugId|sourceMappingURL)=.*/g, "").trimEnd() + "\n";
}

async function write(outdir: string, name: string, text: string): Promise<Written> {
  await Bun.write(join(outdir, name), text);
  return { name, bytes: new TextEncoder().encode(text).length };
}

async function buildHostPage(outdir: string): Promise<Written> {
  const result = await build({ entrypoints: [join(root, "host-page", "main.ts")], sourcemap: "none" });
  const script = await result.outputs[0].text();
  const template = await Bun.file(join(root, "host-page", "host.html")).text();
  const css = await Bun.file(join(root, "host-page", "host-page.css")).text();
  const parts: Record<string, string> = {
    IMPORT_MAP: JSON.stringify({ imports: importMap() }),
    PRELOADS: `<link rel="modulepreload" href="${PREFIX}bridge.js">`,
    STYLE: css.replace(/\/\*.*?\*\//gs, "").replace(/\s*\n\s*/g, ""),
    // The HTML parser ends a script at this sequence, wherever it stands.
    SCRIPT: script.trim().replaceAll("</script", "<\\/script"),
  };
  // A function, for `$` in a replacement string would be special.
  const html = template.replace(/%([A-Z_]+)%/g, (_, name: string) => parts[name]);
  return await write(outdir, "host.html", html);
}

function importMap(): Record<string, string> {
  const entries = MODULES.map((
    name,
  ) => [name === "index" ? "@keystone/sdk" : `@keystone/sdk/${name}`, `${PREFIX}${name}.js`]);
  return Object.fromEntries(entries);
}

async function build(options: Partial<BunBuildOptions> & { entrypoints: string[] }): Promise<BunBuildOutput> {
  return await Bun.build({ target: "browser", format: "esm", minify: true, root, ...options });
}

await main();

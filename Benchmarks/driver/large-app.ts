import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Modules of a component, its entry among them. */
const MODULES = 10;
/** Modules that every component imports. */
const SHARED = 20;

/** Milliseconds that the app waits for more changes after one. */
export const DEBOUNCE = 20;

/** Writes an app of `components` components with ten modules each; its window shows the first, `c0`. */
export function writeLargeApp(directory: string, components: number): void {
  const write = (name: string, content: string) => {
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const id = `dev.keystone.bench.bundling${components}`;
  write(
    "keystone.json",
    JSON.stringify({ name: "Bundling", id, windows: [{ component: "c0" }], bun: { root: "bun" } }),
  );
  write("bun/keystone.config.ts", `export default { watch: { debounceMs: ${DEBOUNCE} } };\n`);
  for (let shared = 0; shared < SHARED; shared++) {
    write(`bun/src/shared/m${shared}.ts`, moduleSource("shared", shared, 0));
  }
  for (let component = 0; component < components; component++) {
    for (let module = 1; module < MODULES; module++) {
      write(`bun/src/c${component}/m${module}.ts`, moduleSource(`c${component}`, module, 0));
    }
    write(`bun/web/c${component}.ts`, entrySource(component));
  }
}

/** A module as long as hand-written ones are. `version` is what a save changes. */
export function moduleSource(owner: string, module: number, version: number): string {
  const functions = Array.from({ length: 20 }, (_, index) =>
    `export function step${index}(value: number): number {
  // Something that is neither folded nor dropped.
  const factor = Math.sin(value + ${module} * ${index});
  return factor > 0 ? value + factor : value - ${index + 1};
}`);
  return `${functions.join("\n\n")}\n\nexport const name = "${owner} ${module} version ${version}";\n`;
}

function entrySource(component: number): string {
  const own = Array.from({ length: MODULES - 1 }, (_, index) => `../src/c${component}/m${index + 1}`);
  const shared = Array.from({ length: SHARED }, (_, index) => `../src/shared/m${index}`);
  const paths = [...own, ...shared];
  const imports = paths.map((path, index) => `import * as m${index} from "${path}";`).join("\n");
  return `${imports}

const modules = [${paths.map((_, index) => `m${index}`).join(", ")}];

export function mount(root: HTMLElement): void {
  let value = ${component};
  for (const module of modules) value = Object.values(module).reduce((sum: number, step) => typeof step === "function" ? step(sum) : sum, value);
  root.textContent = modules.map((module) => module.name).join() + value;
}
`;
}

/** Files of an app on the disk and a bundler's result, for tests that need no process. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { WebPlugin } from "../../sdk/config.ts";
import { AppPlugins } from "../bundling/app-plugins.ts";
import { type Bundle, bundleComponent, type BundleResult } from "../bundling/bundle.ts";
import { environmentDefines } from "../bundling/public-environment.ts";

export interface BundledAppOptions {
  development?: boolean;
  plugins?: readonly WebPlugin[];
  variables?: Record<string, string>;
}

/** The component `web/app.*` of an app with these files. */
export class BundledApp {
  readonly root = mkdtempSync(join(tmpdir(), "keystone-bundle-"));

  constructor(files: Record<string, string | Uint8Array>) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.root, name)), { recursive: true });
    writeFileSync(join(this.root, name), content);
  }

  bundle(entry: string, options: BundledAppOptions = {}): Promise<BundleResult> {
    const { development = true, plugins = [], variables = {} } = options;
    const component = { name: "app", entry: join(this.root, entry), isExplicit: false };
    return bundleComponent(component, {
      root: this.root,
      development,
      plugins: new AppPlugins(plugins, this.root),
      defines: environmentDefines(development, variables),
    });
  }

  /** The bundle, where there must be one. */
  async good(entry: string, options: BundledAppOptions = {}): Promise<Bundle> {
    const result = await this.bundle(entry, options);
    if (result.kind === "failure") throw new Error(JSON.stringify(result.errors));
    return result;
  }

  /** The complaints, where there must be some. */
  async complaints(entry: string, options: BundledAppOptions = {}): Promise<string> {
    const result = await this.bundle(entry, options);
    if (result.kind === "bundle") throw new Error(`it was bundled: ${result.script}`);
    return result.errors.map(({ message }) => message).join("\n");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

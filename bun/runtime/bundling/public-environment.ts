/** What components may see of the environment: how the app runs, and the variables that are meant for pages. */

/** Variables with this prefix are written into bundles; anybody who has the app can read them. */
export const PUBLIC_PREFIX = "KEYSTONE_PUBLIC_";

/**
 * The bundler's `define`s: `process.env` and `import.meta.env` become an object with the public variables alone, so that
 * no other variable can reach a page, and code that looks for one finds `undefined` instead of failing.
 */
export function environmentDefines(
  development: boolean,
  variables: Record<string, string | undefined>,
): Record<string, string> {
  const mode = development ? "development" : "production";
  const shown: Record<string, string | boolean> = { NODE_ENV: mode };
  for (const [name, value] of Object.entries(variables)) {
    if (/^KEYSTONE_PUBLIC_\w+$/.test(name) && value !== undefined) shown[name] = value;
  }
  const defines: Record<string, string> = {};
  // The names that many packages look at to leave out what is for developers.
  define(defines, "process.env", shown);
  define(defines, "import.meta.env", { ...shown, MODE: mode, DEV: development, PROD: !development });
  return defines;
}

/** Each member by itself too: `process.env.NODE_ENV === "production"` is decided while bundling. */
function define(defines: Record<string, string>, path: string, members: Record<string, string | boolean>): void {
  defines[path] = JSON.stringify(members);
  for (const [name, value] of Object.entries(members)) defines[`${path}.${name}`] = JSON.stringify(value);
}

/** `keystone-desktop/sdk/bridge` is another name of `@keystone/sdk/bridge`; a page must not get a second copy of it. */

export const sdkAlias: BunPlugin = {
  name: "keystone-sdk",
  setup(build) {
    build.onResolve({ filter: /^keystone-desktop(?:\/sdk(?:\/.*)?)?$/ }, ({ path }) => {
      const rest = path.replace(/^keystone-desktop(?:\/sdk)?/, "").replace(/\.ts$/, "");
      return { path: `@keystone/sdk${rest}`, external: true };
    });
  },
};

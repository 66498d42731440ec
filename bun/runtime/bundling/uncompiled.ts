/** Files that need a compiler which is not here: the bundler would take them for pictures and give their address. */

export const uncompiled: BunPlugin = {
  name: "keystone-uncompiled",
  setup(build) {
    build.onLoad({ filter: /\.(?:vue|astro|marko|elm|civet|coffee|re|res)$/ }, ({ path }) => {
      const ending = path.slice(path.lastIndexOf("."));
      throw new Error(
        `${path}: nothing here compiles ${ending} files; name a Bun plugin that does in web.plugins of keystone.config.ts`,
      );
    });
  },
};

/** Vue 2's single-file components, by the compiler that comes with Vue 2. */
import { compile, parseComponent } from "vue-template-compiler";

const styles = new Map<string, string>();

export default {
  name: "vue2",
  setup(build: any) {
    build.onLoad({ filter: /\.vue$/ }, async ({ path }: { path: string }) => {
      const { template, script, styles: blocks } = parseComponent(await Bun.file(path).text());
      const { render, staticRenderFns, errors } = compile(template?.content ?? "");
      if (errors.length > 0) throw new Error(`${path}: ${errors.join("\n")}`);
      styles.set(path, blocks.map((block: { content: string }) => block.content).join("\n"));
      // The compiler's code has `with` in it, which modules may not have.
      const functionOf = (code: string) => `new Function(${JSON.stringify(code)})`;
      return {
        contents: [
          blocks.length > 0 ? `import ${JSON.stringify(`${path}?style`)};` : "",
          (script?.content ?? "export default {}").replace(/export default/, "const component ="),
          `component.render = ${functionOf(render)};`,
          `component.staticRenderFns = [${staticRenderFns.map(functionOf).join()}];`,
          "export default component;",
        ].join("\n"),
        loader: "ts",
      };
    });
    build.onResolve({ filter: /\.vue\?style$/ }, ({ path }: { path: string }) => ({ path, namespace: "vue-style" }));
    build.onLoad({ filter: /.*/, namespace: "vue-style" }, ({ path }: { path: string }) => ({
      contents: styles.get(path.replace(/\?style$/, "")),
      loader: "css",
    }));
  },
};

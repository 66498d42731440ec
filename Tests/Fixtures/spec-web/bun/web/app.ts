// Runs the specification's snippets: each is a file of its own in `../snippets`, unchanged, and finds the names that it takes
// for granted on `globalThis`.
import * as bridge from "@keystone/sdk/bridge";
import titlebar from "../snippets/titlebar.css" with { type: "text" };
import theme from "../snippets/theme.css" with { type: "text" };

const snippets = {
  refresh: () => import("../snippets/refresh.ts"),
  theme: () => import("../snippets/theme.ts"),
  staticAsset: () => import("../snippets/static-asset.ts"),
  gauge: () => import("../snippets/gauge.ts"),
  gaugeProcessModel: () => import("../snippets/gauge-process-model.ts"),
  prices: () => import("../snippets/prices.ts"),
  windowEvent: () => import("../snippets/window-event.ts"),
  nativeWindow: () => import("../snippets/native-window.ts"),
  openWindow: () => import("../snippets/open-window.ts"),
  floating: () => import("../snippets/floating.ts"),
  app: () => import("../snippets/app.ts"),
  paths: () => import("../snippets/paths.ts"),
};

const heard: unknown[] = [];

export function mount(root: HTMLElement, ctx: SlotContext) {
  root.innerHTML = `<header class="titlebar"><button>Go</button></header><p id="gauge"></p><p id="price"></p>`;
  const style = document.createElement("style");
  style.textContent = `${titlebar} .themed { ${theme} }`;
  root.append(style);
  const element = (id: string) => root.querySelector<HTMLElement>(`#${id}`)!;
  Object.assign(globalThis, bridge, {
    snippets,
    heard,
    root,
    ctx,
    gauge: element("gauge"),
    priceEl: element("price"),
    reload: () => heard.push("reload"),
    handler: (data: unknown) => heard.push(data),
  });
}

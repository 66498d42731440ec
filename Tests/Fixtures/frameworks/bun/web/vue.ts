import "../src/complaints";
import Vue from "vue";
import App from "../src/vue/app.vue";

let app: Vue | undefined;

export function mount(root: HTMLElement) {
  // Vue 2 replaces the element that it is given.
  const place = root.appendChild(document.createElement("div"));
  app = new Vue({ render: (h) => h(App) }).$mount(place);
}

export function unmount() {
  app?.$destroy();
}

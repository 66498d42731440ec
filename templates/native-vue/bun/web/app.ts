import { invoke, subscribe } from "@keystone/sdk/bridge";
import { defineComponent } from "@keystone/sdk/component";
// The build with the template compiler: the template below is a string, so no bundler plugin is needed.
import { createApp, onMounted, onUnmounted, ref } from "vue/dist/vue.esm-bundler.js";
import "./app.css";

/** As `Load` in plugins/SystemLoad.swift. */
type Load = { oneMinute: number; fiveMinutes: number };

const App = {
  setup() {
    const name = ref("");
    const answer = ref("The app's core, in Swift, answers.");
    const load = ref("");
    let stop = () => {};

    onMounted(() => {
      stop = subscribe<Load>("system:load", ({ oneMinute }) => {
        load.value = `Load of this machine: ${oneMinute.toFixed(2)}`;
      });
    });
    onUnmounted(() => stop());

    async function greet() {
      try {
        answer.value = await invoke<string>("greeter:greet", { name: name.value });
      } catch (error) {
        answer.value = error instanceof Error ? error.message : String(error);
      }
    }

    return { name, answer, load, greet, title: "{{NAME}}" };
  },
  template: `
    <main class="app">
      <header class="titlebar"></header>
      <section class="card">
        <h1>{{ title }}</h1>
        <output>{{ answer }}</output>
        <form @submit.prevent="greet">
          <input v-model="name" placeholder="Your name" autocomplete="off" maxlength="100" autofocus>
          <button>Greet</button>
        </form>
      </section>
      <footer>{{ load }}</footer>
    </main>`,
};

// Save this file while the app runs: the window follows at once.
export const { mount, unmount } = defineComponent((root) => {
  const app = createApp(App);
  app.mount(root);
  return () => app.unmount();
});

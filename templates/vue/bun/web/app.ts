import { invokeBun, query, subscribe } from "@keystone/sdk/bridge";
import { defineComponent } from "@keystone/sdk/component";
// The build with the template compiler: the template below is a string, so no bundler plugin is needed.
import { createApp, onMounted, onUnmounted, ref } from "vue/dist/vue.esm-bundler.js";
import "./app.css";

const App = {
  setup() {
    const name = ref("");
    const answer = ref("A service in Bun answers, and remembers every visit.");
    const total = ref(0);
    let stop = () => {};

    onMounted(async () => {
      stop = subscribe<number>("greeter:total", (value) => (total.value = value));
      total.value = await query<number>("greeter");
    });
    onUnmounted(() => stop());

    async function greet() {
      try {
        answer.value = await invokeBun<string>("greeter:greet", { name: name.value });
      } catch (error) {
        answer.value = error instanceof Error ? error.message : String(error);
      }
    }

    return { name, answer, total, greet, title: "{{NAME}}" };
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
      <footer>{{ total === 0 ? "Nobody has been greeted yet." : "Greetings so far: " + total }}</footer>
    </main>`,
};

// Save this file while the app runs: the window follows at once.
export const { mount, unmount } = defineComponent((root) => {
  const app = createApp(App);
  app.mount(root);
  return () => app.unmount();
});

import { invoke, subscribe } from "@keystone/sdk/bridge";
import { defineComponent } from "@keystone/sdk/component";
import "./app.css";

/** As `Load` in plugins/SystemLoad.swift. */
type Load = { oneMinute: number; fiveMinutes: number };

// Save this file while the app runs: the window follows at once.
export const { mount, unmount } = defineComponent((root) => {
  root.innerHTML = `
    <main class="app">
      <header class="titlebar"></header>
      <section class="card">
        <h1></h1>
        <output>The app's core, in Swift, answers.</output>
        <form>
          <input name="name" placeholder="Your name" autocomplete="off" maxlength="100" autofocus>
          <button>Greet</button>
        </form>
      </section>
      <footer></footer>
    </main>`;

  root.querySelector("h1")!.textContent = "{{NAME}}";
  const form = root.querySelector("form")!;
  const output = root.querySelector("output")!;
  const footer = root.querySelector("footer")!;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = String(new FormData(form).get("name") ?? "");
    try {
      output.textContent = await invoke<string>("greeter:greet", { name });
    } catch (error) {
      output.textContent = error instanceof Error ? error.message : String(error);
    }
  });

  return subscribe<Load>("system:load", (load) => {
    footer.textContent = `Load of this machine: ${load.oneMinute.toFixed(2)}`;
  });
});

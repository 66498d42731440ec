import { invokeBun, query, subscribe } from "@keystone/sdk/bridge";
import { defineComponent } from "@keystone/sdk/component";
import "./app.css";

// Save this file while the app runs: the window follows at once.
export const { mount, unmount } = defineComponent((root) => {
  root.innerHTML = `
    <main class="app">
      <header class="titlebar"></header>
      <section class="card">
        <h1></h1>
        <output>A service in Bun answers, and remembers every visit.</output>
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

  const showTotal = (total: number) => {
    footer.textContent = total === 0 ? "Nobody has been greeted yet." : `Greetings so far: ${total}`;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = String(new FormData(form).get("name") ?? "");
    try {
      output.textContent = await invokeBun<string>("greeter:greet", { name });
    } catch (error) {
      output.textContent = error instanceof Error ? error.message : String(error);
    }
  });

  query<number>("greeter").then(showTotal, (error) => console.error(error));
  return subscribe<number>("greeter:total", showTotal);
});

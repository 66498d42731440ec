import { invokeBun, query, subscribe } from "@keystone/sdk/bridge";
import { defineComponent } from "@keystone/sdk/component";
import { type FormEvent, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import "./app.css";

function App() {
  const [answer, setAnswer] = useState("");
  const [total, setTotal] = useState(0);

  useEffect(() => {
    query<number>("greeter").then(setTotal, console.error);
    return subscribe<number>("greeter:total", setTotal);
  }, []);

  async function greet(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name") ?? "");
    try {
      setAnswer(await invokeBun<string>("greeter:greet", { name }));
    } catch (error) {
      setAnswer(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <main className="app">
      <header className="titlebar" />
      <section className="card">
        <h1>{"{{NAME}}"}</h1>
        <p>This page talks to a service that runs in Bun and remembers every visit.</p>
        <form onSubmit={greet}>
          <input name="name" placeholder="Your name" autoComplete="off" maxLength={100} autoFocus />
          <button>Greet</button>
        </form>
        <output>{answer}</output>
      </section>
      <footer>{total === 0 ? "Nobody has been greeted yet." : `${total} greetings so far.`}</footer>
    </main>
  );
}

// Save this file while the app runs: the window follows at once.
export const { mount, unmount } = defineComponent((root) => {
  const react = createRoot(root);
  react.render(<App />);
  return () => react.unmount();
});

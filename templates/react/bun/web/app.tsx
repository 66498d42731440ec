import { invokeBun, query, subscribe } from "@keystone/sdk/bridge";
import { defineComponent } from "@keystone/sdk/component";
import { type FormEvent, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import "./app.css";

function App() {
  const [answer, setAnswer] = useState("A service in Bun answers, and remembers every visit.");
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
        <output>{answer}</output>
        <form onSubmit={greet}>
          <input name="name" placeholder="Your name" autoComplete="off" maxLength={100} autoFocus />
          <button>Greet</button>
        </form>
      </section>
      <footer>{total === 0 ? "Nobody has been greeted yet." : `Greetings so far: ${total}`}</footer>
    </main>
  );
}

// Save this file while the app runs: the window follows at once.
export const { mount, unmount } = defineComponent((root) => {
  const react = createRoot(root);
  // At once: React would leave the window empty for a frame.
  flushSync(() => react.render(<App />));
  return () => react.unmount();
});

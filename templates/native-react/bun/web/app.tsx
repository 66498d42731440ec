import { invoke, subscribe } from "@keystone/sdk/bridge";
import { defineComponent } from "@keystone/sdk/component";
import { type FormEvent, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import "./app.css";

/** As `Load` in plugins/SystemLoad.swift. */
type Load = { oneMinute: number; fiveMinutes: number };

function App() {
  const [answer, setAnswer] = useState("The app's core, in Swift, answers.");
  const [load, setLoad] = useState<Load>();

  useEffect(() => subscribe<Load>("system:load", setLoad), []);

  async function greet(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name") ?? "");
    try {
      setAnswer(await invoke<string>("greeter:greet", { name }));
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
      <footer>{load && `Load of this machine: ${load.oneMinute.toFixed(2)}`}</footer>
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

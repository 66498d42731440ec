import { lazy, StrictMode, Suspense, useState } from "react";
import type { SlotContext } from "@keystone/sdk/component";
import { Counter } from "./counter";
import styles from "./app.module.css";

const Chart = lazy(() => import("./chart"));

export function App({ ctx }: { ctx: SlotContext }) {
  const [shown, setShown] = useState(false);
  return (
    <StrictMode>
      <main className={styles.card}>
        <h1>React in {ctx.slotKey}</h1>
        <Counter />
        <button id="show" onClick={() => setShown(true)}>Show the chart</button>
        <Suspense fallback={<p>Loading…</p>}>{shown && <Chart />}</Suspense>
      </main>
    </StrictMode>
  );
}

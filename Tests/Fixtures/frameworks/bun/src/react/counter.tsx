import { useEffect, useState } from "react";

export function Counter() {
  const [count, setCount] = useState(0);
  useEffect(() => {
    life("effect");
    return () => life("cleanup");
  }, []);
  return <button id="count" onClick={() => setCount(count + 1)}>Clicked {count} times</button>;
}

/** For the tests: what happened, in its order. */
function life(event: string) {
  ((window as unknown as { life?: string[] }).life ??= []).push(event);
}

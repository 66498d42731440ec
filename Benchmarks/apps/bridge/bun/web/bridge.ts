import { invoke, query, subscribe } from "@keystone/sdk/bridge";

type Post = (message: string) => Promise<unknown>;
type Call = () => Promise<unknown>;

const text = '{"text":"hello","count":42}';
const args = JSON.parse(text);
const mebibyte = "x".repeat(1 << 20);
const bytes = new Uint8Array(1 << 20).map((_, index) => index);

/** The bare handler that the benchmark host registers beside Keystone's. */
const bare = (message: string) =>
  (globalThis as unknown as { webkit: { messageHandlers: { bench: { postMessage: Post } } } })
    .webkit.messageHandlers.bench.postMessage(message);

const calls: Record<string, Call> = {
  bare: () => bare(text),
  invoke: () => invoke("bench:echo", args),
  invokeAsync: () => invoke("bench:echoAsync", args),
  bareMebibyte: () => bare(mebibyte),
  invokeMebibyte: () => invoke("bench:echo", mebibyte),
  invokeBytes: () => invoke("bench:echo", bytes),
  query: () => query("bench", args),
};

/** One call after the other. The receiver times them: a page's clock is too coarse for it. */
async function sequential(name: string, count: number): Promise<void> {
  const call = named(name);
  for (let index = 0; index < count; index++) await call();
}

/** Calls a second when all are made at once. */
async function parallel(name: string, count: number): Promise<number> {
  const call = named(name);
  const started = performance.now();
  await Promise.all(Array.from({ length: count }, call));
  return count / (performance.now() - started) * 1000;
}

/** Messages a second that arrive here while the service pushes as fast as it can. */
async function pushed(count: number): Promise<number> {
  let seen = 0;
  let started = 0;
  const all = new Promise<number>((resolve) => {
    const stop = subscribe<number>("bench:push", () => {
      if (++seen < count) return;
      stop();
      resolve(count / (performance.now() - started) * 1000);
    }, { replay: false });
  });
  // The subscription travels the same socket as the query, so it is there first.
  started = performance.now();
  await query("bench", { push: count });
  return await all;
}

function named(name: string): Call {
  const call = calls[name];
  if (!call) throw new Error(`no call ${name}`);
  return call;
}

export function mount(root: HTMLElement): void {
  root.textContent = "benchmarks";
  Object.assign(globalThis, { bench: { sequential, parallel, pushed, invoke, query } });
}

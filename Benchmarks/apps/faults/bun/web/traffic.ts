import { invoke, invokeBun, ipc, query, subscribe } from "@keystone/sdk/bridge";

/** How long a call may take, in milliseconds, and how much later its end may be noticed. */
const LIMIT = 3000;
const GRACE = 3000;
const LANES = 8;

type Call = (n: number) => Promise<unknown>;

const options = { timeout: LIMIT };
const calls: Record<string, Call> = {
  query: (n) => query("echo", { n }, options),
  late: (n) => invokeBun("echo:late", { n, ms: n % 50 }, options),
  worker: (n) => invokeBun("echo:worker", { n }, options),
  host: (n) => invoke("window:getTitle", { n }, options),
  stream: (n) => limited(streamed(n)),
  cancelled: (n) => query("echo", { n }, { ...options, signal: AbortSignal.timeout(n % 5) }),
};

/** Sends some bytes there and back; what comes must be what went. */
async function streamed(n: number): Promise<unknown> {
  const sent = new Uint8Array(100_000).fill(n % 256);
  const { readable, writable } = ipc.stream.open("echo:bytes");
  const writer = writable.getWriter();
  const written = writer.write(sent).then(() => writer.close());
  // The reader fails in the same way, and is asked first.
  written.catch(() => {});
  let received = 0;
  const reader = readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (value.some((byte: number) => byte !== n % 256)) faults.push(`stream ${n} brought other bytes`);
    received += value.length;
  }
  await written;
  return { n: received === sent.length ? n : received };
}

/** A stream has no time limit of its own. */
function limited<T>(work: Promise<T>): Promise<T> {
  const late = Object.assign(new Error("too late"), { code: "TIMEOUT" });
  return Promise.race([work, new Promise<never>((_, reject) => setTimeout(() => reject(late), LIMIT))]);
}

const open = new Map<number, { kind: string; started: number }>();
const faults: string[] = [];
const ended: Record<string, number> = {};
let next = 1;
let isOver = false;

const count = (what: string) => ended[what] = (ended[what] ?? 0) + 1;

async function one(kind: string, call: Call): Promise<void> {
  const n = next++;
  open.set(n, { kind, started: performance.now() });
  try {
    const answer = await call(n) as { n?: number } | null;
    if (kind !== "host" && answer?.n !== n) faults.push(`${kind} ${n} was answered with ${JSON.stringify(answer)}`);
    count(`${kind}: answered`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (typeof code !== "string") faults.push(`${kind} ${n} failed without a code: ${error}`);
    count(`${kind}: ${code}`);
    // So that a process that is down is not asked a million times.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  open.delete(n);
}

async function lane(first: number): Promise<void> {
  const kinds = Object.entries(calls);
  for (let turn = first; !isOver; turn++) {
    const [kind, call] = kinds[turn % kinds.length]!;
    await one(kind, call);
  }
}

/** A page that was stopped finds its clock far ahead: that time doesn't count. */
let lastLook = performance.now();
function look(): void {
  const now = performance.now();
  const missed = now - lastLook - 50;
  lastLook = now;
  for (const [n, call] of open) {
    if (missed > 100) call.started += missed;
    if (now - call.started < LIMIT + GRACE) continue;
    faults.push(`${call.kind} ${n} is open after ${Math.round(now - call.started)} ms`);
    open.delete(n);
  }
}

/** Pushes of one Bun count up; one that is missing was lost without a new connection. */
let tick = { pid: 0, n: 0 };
function ticked(now: { pid: number; n: number }): void {
  if (now.pid === tick.pid && now.n !== tick.n + 1) faults.push(`tick went from ${tick.n} to ${now.n}`);
  tick = now;
  count("ticks");
}

async function finish(): Promise<void> {
  isOver = true;
  while (open.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

export function mount(root: HTMLElement): void {
  root.textContent = "traffic";
  subscribe("tick", ticked, { replay: false });
  setInterval(look, 50);
  for (let index = 0; index < LANES; index++) void lane(index);
  const report = () => ({ open: open.size, faults, ended });
  const ask = () => query("echo", { n: 1 }, options);
  const askWorker = () => invokeBun("echo:worker", { n: 1 }, options);
  Object.assign(globalThis, { traffic: { report, ask, askWorker, finish } });
}

/** Pushes at a steady rate to many pages, and what became of each of them: for tests and `./bench`. */

import type { BunToPage } from "../../sdk/protocol.ts";
import { PageClient } from "./page-client.ts";

type PushMessage = Extract<BunToPage, { type: "push" }>;

export interface PushLoad {
  /** Sockets; each subscribes to a channel of its own and to a shared one. */
  readonly windows: number;
  /** Pushes a second. */
  readonly rate: number;
  readonly seconds: number;
  /** One push of so many goes to the shared channel, the others to one window each. */
  readonly sharedEvery: number;
}

/** What the `load` service did: how many pushes each channel got. */
export interface Pushed {
  readonly counts: Record<string, number>;
  readonly ms: number;
}

/** What one socket received. */
interface Receipt {
  readonly last: Map<string, number>;
  readonly faults: string[];
  received: number;
}

const SHARED = "load:shared";
const DONE = "load:done";
const ownChannel = (window: number): string => `load:${window}`;

/** A service that pushes what a `PushLoad` asks for: numbered within each channel, stamped with the time. */
export const LOAD_SERVICE = `
let ctx;
export function start(given) { ctx = given; }
export function query(load) { void run(load); }
async function run({ windows, rate, seconds, sharedEvery }) {
  const counts = {};
  const total = rate * seconds;
  let next = 0;
  const begin = performance.now();
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.ceil((performance.now() - begin) * rate / 1000));
    for (; sent < due; sent++) {
      const channel = sent % sharedEvery === 0 ? "${SHARED}" : "load:" + next++ % windows;
      const n = counts[channel] = (counts[channel] ?? 0) + 1;
      ctx.push(channel, { n, at: performance.timeOrigin + performance.now(), text: "a value of about a hundred bytes" });
    }
    await Bun.sleep(1);
  }
  ctx.push("${DONE}", { counts, ms: performance.now() - begin }, { retain: false });
}
`;

/** The sockets of so many windows, and a check of everything that they receive. */
export class LoadedPages {
  /** Milliseconds from the push to its arrival. */
  readonly latencies: number[] = [];
  readonly #receipts: Receipt[] = [];
  readonly #pages: PageClient[] = [];
  readonly #done = Promise.withResolvers<Pushed>();

  static async open(port: number, token: string, windows: number): Promise<LoadedPages> {
    const pages = new LoadedPages();
    for (let window = 0; window < windows; window++) await pages.#open(port, token, window);
    return pages;
  }

  get received(): number {
    return this.#receipts.reduce((sum, receipt) => sum + receipt.received, 0);
  }

  /** Lets the service push, and waits until everything has arrived. @throws Error that says what was lost */
  async run(load: PushLoad): Promise<Pushed> {
    const [first] = this.#pages;
    if (first === undefined) throw new Error("no page is open");
    await first.subscribe(DONE);
    await first.query("load", load);
    const pushed = await this.#done.promise;
    await this.#settled(pushed);
    return pushed;
  }

  /** An answer comes after everything that was sent before. */
  async #settled({ counts }: Pushed): Promise<void> {
    await Promise.all(this.#pages.map((page) => page.settle()));
    const faults = this.#receipts.flatMap((receipt, window) => {
      const expected = [SHARED, ownChannel(window)].map((channel) => [channel, counts[channel] ?? 0] as const);
      const short = expected.filter(([channel, count]) => (receipt.last.get(channel) ?? 0) !== count)
        .map(([channel, count]) => `window ${window}: ${channel} ended with ${receipt.last.get(channel)} of ${count}`);
      return [...receipt.faults, ...short];
    });
    if (faults.length > 0) throw new Error(`${faults.length} faults, such as\n${faults.slice(0, 10).join("\n")}`);
  }

  close(): void {
    for (const page of this.#pages) page.close();
  }

  async #open(port: number, token: string, window: number): Promise<void> {
    const receipt: Receipt = { last: new Map(), faults: [], received: 0 };
    const page = await PageClient.open(port, token, String(window), (message) => {
      if (message.type !== "push" || message.replay) return false;
      this.#take(message, receipt, window);
      return true;
    });
    this.#receipts.push(receipt);
    this.#pages.push(page);
    for (const channel of [SHARED, ownChannel(window)]) await page.subscribe(channel);
  }

  #take({ channel, data }: PushMessage, receipt: Receipt, window: number): void {
    if (channel === DONE) return this.#done.resolve(data as Pushed);
    const { n, at } = data as { n: number; at: number };
    receipt.received++;
    const before = receipt.last.get(channel) ?? 0;
    if (n !== before + 1) receipt.faults.push(`window ${window}: ${channel} went from ${before} to ${n}`);
    receipt.last.set(channel, n);
    // Every latency of a long run would be millions.
    if (n % 16 === 0) this.latencies.push(performance.timeOrigin + performance.now() - at);
  }
}

/** The middle value; the mean of the two middle ones where there is an even number. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value below which `percent` of the values lie, interpolated between neighbours. `NaN` for no values. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * percent / 100;
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** What a table shows of a measurement that was made in several runs. */
export interface Summary {
  /** Of all samples of all runs. */
  median: number;
  /** Of all samples; `undefined` where there are fewer than 100, which hold no such thing. */
  p99: number | undefined;
  /** The lowest and the highest median of a run. */
  spread: [number, number];
}

/** Sums up the samples of each run. */
export function summarize(runs: readonly (readonly number[])[]): Summary {
  const all = runs.flat();
  const medians = runs.map(median);
  return {
    median: median(all),
    p99: all.length >= 100 ? percentile(all, 99) : undefined,
    spread: [Math.min(...medians), Math.max(...medians)],
  };
}

/** The ratio of two measurements, taken in each run on its own: what disturbs a run disturbs both. */
export function pairedRatios(over: readonly (readonly number[])[], under: readonly (readonly number[])[]): number[] {
  if (over.length !== under.length) throw new Error(`${over.length} runs cannot be paired with ${under.length}`);
  return over.map((run, index) => median(run) / median(under[index] ?? []));
}

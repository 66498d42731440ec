import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";

const known = ["invoke", "start"];

test("without names all benchmarks run, seven times", () => {
  expect(parseOptions([], known)).toMatchObject({ names: known, quick: false, runs: 7, json: undefined, list: false });
});

test("options may stand before and after names", () => {
  const options = parseOptions(["--quick", "start", "--json", "out.json", "--runs", "2"], known);
  expect(options).toMatchObject({ names: ["start"], quick: true, runs: 2, json: "out.json", list: false });
});

test("what is not known is refused with what is", () => {
  expect(() => parseOptions(["stort"], known)).toThrow("no benchmark is called stort; there are invoke, start");
  expect(() => parseOptions(["--fast"], known)).toThrow("unknown option --fast");
  expect(() => parseOptions(["--runs", "0"], known)).toThrow("from 1 to 1000, not 0");
  expect(() => parseOptions(["--json"], known)).toThrow("--json needs");
});

test("a fault run takes its length and its seed, or chooses one", () => {
  expect(parseOptions(["--faults", "--seconds", "20", "--seed", "7"], known)).toMatchObject({
    faults: true,
    seconds: 20,
    seed: 7,
  });
  expect(parseOptions(["--faults"], known)).toMatchObject({ faults: true, seconds: 180 });
  expect(parseOptions(["--faults"], known).seed).toBeGreaterThan(0);
});

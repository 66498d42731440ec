import { expect, test } from "bun:test";
import { RestartBackOff } from "./restart-back-off.ts";

/** Checks every 10 ms, in which a service is well or not, and says when it was restarted. */
function restarts(checks: number, isWell: (time: number) => boolean): { times: number[]; backOff: RestartBackOff } {
  const backOff = new RestartBackOff(10);
  const times: number[] = [];
  for (let time = 10; time <= checks * 10; time += 10) {
    if (isWell(time)) backOff.well(time);
    else if (backOff.unwell(time)) times.push(time);
  }
  return { times, backOff };
}

test("a service that is never well is restarted at once, then after 1, 2, 4, 8 … intervals", () => {
  expect(restarts(40, () => false).times).toEqual([10, 20, 40, 80, 160, 320]);
});

test("the wait has an upper limit", () => {
  const { times } = restarts(1000, () => false);
  const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.max(...waits)).toBe(640);
});

test("once it was well for as long as the wait, everything before is forgotten", () => {
  const { times, backOff } = restarts(100, (time) => time > 80 && time <= 170);
  expect(times.slice(0, 4)).toEqual([10, 20, 40, 80]);
  // 90 ms of being well are more than 80: unwell again at 180, it counts as the first time.
  expect(times.slice(4, 7)).toEqual([180, 190, 210]);
  expect(backOff.restarts).toBeGreaterThan(2);
});

test("a short recovery doesn't reset it: one that dies again and again is restarted ever less often", () => {
  let lastRestart = 0;
  const backOff = new RestartBackOff(10);
  const times: number[] = [];
  for (let time = 10; time < 2000; time += 10) {
    // Well for one check after each restart.
    if (lastRestart !== 0 && time - lastRestart <= 10) backOff.well(time);
    else if (backOff.unwell(time)) {
      times.push(time);
      lastRestart = time;
    }
  }
  expect(times.length).toBeLessThan(12);
});

import { expect, test } from "bun:test";
import type { PageSignal } from "../sdk/protocol.ts";
import { bunBanner } from "./bun-banner.ts";
import { DoubleClick } from "./double-click.ts";
import { ErrorReporter } from "./error-reporter.ts";
import { buildProblem, errorProblem, pointer, problemText } from "./problems.ts";
import { ThemeStyle } from "./theme.ts";

function fakeStyle(): { root: HTMLElement; values: Map<string, string> } {
  const values = new Map<string, string>();
  const style = {
    setProperty: (name: string, value: string) => void values.set(name, value),
    removeProperty: (name: string) => void values.delete(name),
    set colorScheme(value: string) {
      values.set("color-scheme", value);
    },
  };
  return { root: { style } as unknown as HTMLElement, values };
}

test("tokens become custom properties by their documented names; those of the last theme alone go", () => {
  const { root, values } = fakeStyle();
  const theme = new ThemeStyle(root);
  theme.apply({ "bg-base": "#111", "ks-accent": "#222", "--ks-font": "x", old: "1" }, "dark");
  theme.apply({ "bg-base": "#fff", "ks-accent": "#222", "--ks-font": "x" }, "light");
  expect(Object.fromEntries(values)).toEqual({
    "--ks-bg-base": "#fff",
    "--ks-accent": "#222",
    "--ks-font": "x",
    "color-scheme": "light",
    // What the bundler makes of `light-dark()` asks for these.
    "--buncss-light": "initial",
    "--buncss-dark": " ",
  });
});

test("insets are pixels, and 0 where the host says nothing of use", () => {
  const { root, values } = fakeStyle();
  const theme = new ThemeStyle(root);
  theme.setInsets({ top: 38.5, left: NaN });
  expect(Object.fromEntries(values)).toEqual({
    "--ks-inset-top": "38.5px",
    "--ks-inset-left": "0px",
    "--ks-inset-right": "0px",
  });
});

test("two presses close in time and place are a double-click, and the third starts anew", () => {
  const clicks = new DoubleClick();
  expect([[0, 5, 5], [100, 6, 5], [200, 6, 5]].map(([time, x, y]) => clicks.press(time, x, y))).toEqual([
    false,
    true,
    false,
  ]);
  const far = new DoubleClick();
  expect([[0, 0, 0], [100, 50, 0], [900, 50, 0]].map(([time, x, y]) => far.press(time, x, y))).toEqual([
    false,
    false,
    false,
  ]);
});

test("uncaught errors are reported, a flood of them is not, and how many were left out is told", () => {
  const signals: PageSignal[] = [];
  let now = 0;
  const reporter = new ErrorReporter({ signal: (signal) => void signals.push(signal) }, () => now);
  for (let i = 0; i < 50; i++) reporter.report("uncaught", new Error(`number ${i}`));
  expect(signals).toHaveLength(20);
  expect(signals[0]).toMatchObject({ type: "log", level: "error", message: "uncaught: Error: number 0" });
  now = 10_000;
  reporter.report("unhandled rejection", "just text");
  expect(signals[20]).toMatchObject({ level: "warning", message: "30 more uncaught errors were not reported" });
  expect(signals[21]).toMatchObject({ message: "unhandled rejection: Error: just text" });
});

test("a build problem names the place, shows the line and points at the column", () => {
  const problem = buildProblem("app", [
    { message: "Unexpected }", file: "web/app.ts", line: 12, column: 3, lineText: "\ta }" },
    { message: "no file" },
  ]);
  expect(problem.details[0]).toEqual({
    message: "Unexpected }",
    place: "web/app.ts:12:3",
    source: { text: "\ta }", column: 2 },
  });
  expect(pointer(problem.details[0].source!)).toBe("\ta }\n\t ^");
  expect(problemText(problem)).toBe("Build failed: app\n\nweb/app.ts:12:3\nUnexpected }\n\ta }\n\t ^\n\nno file");
});

test("a long list of build errors is cut, and an empty one still says something", () => {
  const many = buildProblem("app", Array.from({ length: 50 }, () => ({ message: "x" })));
  expect(many.details).toHaveLength(21);
  expect(many.details[20].message).toContain("30 more");
  expect(buildProblem("app", []).details).toHaveLength(1);
});

test("a mount problem has the error's stack", () => {
  expect(problemText(errorProblem("Component failed", "app", "boom", "mount (web/app.ts:1:1)"))).toContain(
    "web/app.ts:1:1",
  );
});

test("the line about Bun comes with trouble and goes with it", () => {
  expect(bunBanner({ state: "restarting", attempt: 2 })).toMatchObject({ failed: false });
  const failed = bunBanner({ state: "failed", message: "It stopped 5 times." });
  expect(failed?.failed).toBeTrue();
  expect(failed?.text).toContain("It stopped 5 times.");
  expect(bunBanner({ state: "ready" })).toBeUndefined();
});

import { expect, test } from "bun:test";
import type { PageSignal, PluginProblem, ProblemsEvent } from "../sdk/protocol.ts";
import { AppProblems } from "./app-problems.ts";
import type { Banner } from "./overlay.ts";
import { type Problem, problemText } from "./problems.ts";

class FakeOverlay {
  problems = new Map<string, Problem>();
  banners = new Map<string, Banner>();

  show(key: string, problem: Problem): void {
    this.problems.set(key, problem);
  }

  clear(key: string): void {
    this.problems.delete(key);
  }

  setBanner(key: string, banner: Banner | undefined): void {
    if (banner) this.banners.set(key, banner);
    else this.banners.delete(key);
  }

  text(key: string): string | undefined {
    const problem = this.problems.get(key);
    return problem && problemText(problem);
  }
}

function stage(): { overlay: FakeOverlay; signals: PageSignal[]; problems: AppProblems } {
  const overlay = new FakeOverlay();
  const signals: PageSignal[] = [];
  return { overlay, signals, problems: new AppProblems(overlay, (signal) => void signals.push(signal)) };
}

const nothing: ProblemsEvent = { builds: [], plugins: [], hanging: [] };

const clock: PluginProblem = {
  name: "Clock",
  file: "dylib/libClock.so",
  message: "no shared library",
  olderInService: true,
  canRetry: false,
};

test("compiler errors are shown by module with their places, until the next event has them no more", () => {
  const { overlay, problems } = stage();
  overlay.show("build:app", { title: "x", subject: "app", details: [] });
  const errors = [{
    message: "cannot find 'h' in scope",
    file: "plugins/Clock.swift",
    line: 3,
    column: 2,
    lineText: "        h()",
    mark: 8,
  }];
  problems.show({ ...nothing, builds: [{ module: "Clock", errors }] });
  expect(overlay.text("swift:Clock")).toBe(
    "Swift build failed: Clock\n\nplugins/Clock.swift:3:2\ncannot find 'h' in scope\n        h()\n        ^",
  );
  problems.show(nothing);
  expect([...overlay.problems.keys()]).toEqual(["build:app"]);
});

test("a plugin that is not in service is shown with its file, and whether its older version is", () => {
  const { overlay, problems } = stage();
  const other = { ...clock, name: "Other", file: "dylib/libOther.so", olderInService: false };
  problems.show({ ...nothing, plugins: [clock, other] });
  expect(overlay.text("plugin:dylib/libClock.so")).toBe(
    "Plugin not loaded: Clock\n\ndylib/libClock.so\nno shared library\n\nThe older version stays in service.",
  );
  expect(overlay.text("plugin:dylib/libOther.so")).toBe(
    "Plugin not loaded: Other\n\ndylib/libOther.so\nno shared library",
  );
  expect([...overlay.problems.values()].map(({ button }) => button)).toEqual([undefined, undefined]);
  problems.show({ ...nothing, plugins: [other] });
  expect([...overlay.problems.keys()]).toEqual(["plugin:dylib/libOther.so"]);
});

test("what was dismissed stays so until there is something new to say of it", () => {
  const { overlay, problems } = stage();
  problems.show({ ...nothing, plugins: [clock] });
  overlay.clear("plugin:dylib/libClock.so");
  problems.show({ ...nothing, builds: [{ module: "App", errors: [] }], plugins: [clock] });
  expect([...overlay.problems.keys()]).toEqual(["swift:App"]);
  problems.show({ ...nothing, plugins: [{ ...clock, message: "no entry" }] });
  expect(overlay.text("plugin:dylib/libClock.so")).toContain("no entry");
  problems.show(nothing);
  problems.show({ ...nothing, plugins: [{ ...clock, message: "no entry" }] });
  expect(overlay.text("plugin:dylib/libClock.so")).toContain("no entry");
});

test("a plugin that ended the app has a button to try it again, as long as that does something", () => {
  const { overlay, signals, problems } = stage();
  problems.show({ ...nothing, plugins: [{ ...clock, canRetry: true }] });
  const button = overlay.problems.get("plugin:dylib/libClock.so")?.button;
  expect(button?.label).toBe("Try again");
  button?.press();
  expect(signals).toEqual([{ type: "retryPlugin", name: "Clock" }]);
  problems.show({ ...nothing, plugins: [clock] });
  expect(overlay.problems.get("plugin:dylib/libClock.so")?.button).toBeUndefined();
});

test("a restart is offered with a button, until it is needed no more", () => {
  const { overlay, signals, problems } = stage();
  problems.show({ ...nothing, restart: "App was changed" });
  expect(overlay.banners.get("restart")?.text).toBe("App was changed");
  overlay.banners.get("restart")?.button?.press();
  expect(signals).toEqual([{ type: "restart" }]);
  problems.show(nothing);
  expect(overlay.banners.size).toBe(0);
});

test("a call that hangs is a line at the foot, until it returns", () => {
  const { overlay, problems } = stage();
  problems.show({ ...nothing, hanging: ["Clock: initialize() has not returned", "Other: too"] });
  expect(overlay.banners.get("hanging")).toEqual({
    text: "Clock: initialize() has not returned\nOther: too",
    failed: false,
  });
  problems.show(nothing);
  expect(overlay.banners.size).toBe(0);
});

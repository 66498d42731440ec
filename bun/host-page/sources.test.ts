import { expect, test } from "bun:test";
import type { PageSignal } from "../sdk/protocol.ts";
import type { Banner } from "./overlay.ts";
import { type Problem, problemText } from "./problems.ts";
import { showSources } from "./sources.ts";

class FakeOverlay {
  problems = new Map<string, Problem>();
  banners = new Map<string, Banner>();

  show(key: string, problem: Problem): void {
    this.problems.set(key, problem);
  }

  clearAll(prefix: string): void {
    for (const key of this.problems.keys()) if (key.startsWith(prefix)) this.problems.delete(key);
  }

  setBanner(key: string, banner: Banner | undefined): void {
    if (banner) this.banners.set(key, banner);
    else this.banners.delete(key);
  }
}

test("compiler errors are shown by module with their places, until the next event has them no more", () => {
  const overlay = new FakeOverlay();
  overlay.show("build:app", { title: "x", subject: "app", details: [] });
  const errors = [{
    message: "cannot find 'h' in scope",
    file: "plugins/Clock.swift",
    line: 3,
    column: 2,
    lineText: "        h()",
    mark: 8,
  }];
  showSources({ builds: [{ module: "Clock", errors }] }, overlay, () => {});
  const problem = overlay.problems.get("swift:Clock");
  expect(problem && problemText(problem)).toBe(
    "Swift build failed: Clock\n\nplugins/Clock.swift:3:2\ncannot find 'h' in scope\n        h()\n        ^",
  );
  showSources({ builds: [] }, overlay, () => {});
  expect([...overlay.problems.keys()]).toEqual(["build:app"]);
});

test("a restart is offered with a button, until it is needed no more", () => {
  const overlay = new FakeOverlay();
  const signals: PageSignal[] = [];
  showSources({ builds: [], restart: "App was changed" }, overlay, (signal) => signals.push(signal));
  expect(overlay.banners.get("restart")?.text).toBe("App was changed");
  overlay.banners.get("restart")?.button?.press();
  expect(signals).toEqual([{ type: "restart" }]);
  showSources({ builds: [] }, overlay, () => {});
  expect(overlay.banners.size).toBe(0);
});

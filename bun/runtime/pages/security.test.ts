import { afterEach, describe, expect, test } from "bun:test";
import { App } from "../testing/app.ts";

let app: App;
afterEach(() => app.dispose());

const RECORDER = {
  "services/recorder.ts":
    `const heard = []; export const onAction = (action, info) => { heard.push(action + " of " + info.source); }; export const query = () => heard;`,
};
const security = (config: string) => ({ "keystone.config.ts": `export default { security: ${config} };`, ...RECORDER });
const ACTIONS = [
  "window:close",
  "window:closed",
  "window:",
  "myapp:save",
  "myapp",
  "xmyapp:save",
  "MyApp:save",
  "app:quit",
];

/** Which of the actions reach services, and which the host: they must be the same. */
async function passed(mode: string): Promise<string[]> {
  const page = await app.openPage("7");
  for (const action of ACTIONS) page.send({ type: "action", action });
  await page.settle();
  page.close();
  const services = await app.query("recorder") as string[];
  const host = app.messages.all.flatMap((message) =>
    message.type === "action_from_web" ? [`${message.action} of window:${message.windowId}`] : []
  );
  expect([mode, services]).toEqual([mode, host]);
  const refused = page.messages.all.flatMap((message) => message.type === "error" ? [message.error.code] : []);
  expect(refused).toEqual(ACTIONS.slice(services.length).map(() => "FORBIDDEN"));
  const told = app.messages.all.filter((message) => message.type === "log" && /was dropped/.test(message.message));
  expect(told).toHaveLength(refused.length);
  return services.map((action) => action.replace(" of window:7", ""));
}

describe("security.mode", () => {
  const listed = `allowedActions: ["window:close", "myapp:*"]`;
  const some = ["window:close", "myapp:save"];
  const cases: [string, string, string[]][] = [
    [`{}`, "development", ACTIONS],
    [`{}`, "packaged", []],
    [`{ mode: "auto", ${listed} }`, "development", ACTIONS],
    [`{ mode: "auto", ${listed} }`, "packaged", some],
    [`{ mode: "open", ${listed} }`, "development", ACTIONS],
    [`{ mode: "open", ${listed} }`, "packaged", ACTIONS],
    [`{ mode: "allowlist", ${listed} }`, "development", some],
    [`{ mode: "allowlist", ${listed} }`, "packaged", some],
    [`{ mode: "allowlist" }`, "development", []],
    [`{ mode: "allowlist", allowedActions: ["*"] }`, "packaged", ACTIONS],
    [`{ mode: "allowlist", allowedActions: ["window:*"] }`, "packaged", ["window:close", "window:closed", "window:"]],
  ];
  for (const [config, mode, expected] of cases) {
    test(`${config}, ${mode}: ${expected.length} of ${ACTIONS.length} actions pass`, async () => {
      app = await App.start(security(config), { KEYSTONE_MODE: mode });
      expect(await passed(config)).toEqual(expected);
    });
  }

  test("is about pages alone: the host's and the services' own actions always pass", async () => {
    app = await App.start({
      ...security(`{ mode: "allowlist" }`),
      "services/acts.ts":
        `let ctx; export const start = (given) => { ctx = given; }; export const query = () => ctx.action("export:complete");`,
    }, { KEYSTONE_MODE: "packaged" });
    for (const source of ["menu", "host", "window:2"]) app.send({ type: "action", action: "secret:thing", source });
    await app.query("acts");
    expect(await app.messages.next(({ type }) => type === "action_from_service"))
      .toEqual({ type: "action_from_service", action: "export:complete", service: "acts" });
    expect(await app.query("recorder")).toEqual(
      ["menu", "host", "window:2"].map((source) => `secret:thing of ${source}`),
    );
  });

  test("tells each refused action once, however often a page sends it", async () => {
    app = await App.start(security(`{ mode: "allowlist" }`));
    const page = await app.openPage("7");
    for (let count = 0; count < 500; count++) {
      page.send({ type: "action", action: count < 250 ? "same" : `other ${count}` });
    }
    await page.settle();
    await app.query("paths");
    expect(app.messages.all.filter((message) => message.type === "log" && /was dropped/.test(message.message)))
      .toHaveLength(100);
    page.close();
  });

  test("warns of a * that isn't at the end, where it stands for itself", async () => {
    app = await App.start(security(`{ allowedActions: ["*:close", "my*:x", "fine:*"] }`));
    const { level, message } = await app.log(/allowedActions/);
    expect(level).toBe("warning");
    expect(message).toContain(`"*:close", "my*:x"`);
    expect(message).not.toContain("fine");
  });
});

describe("security.allowEval", () => {
  const cases: [string, string, boolean][] = [
    [`{}`, "development", true],
    [`{}`, "packaged", false],
    [`{ allowEval: "auto" }`, "packaged", false],
    [`{ allowEval: true }`, "packaged", true],
    [`{ allowEval: false }`, "development", false],
  ];
  for (const [config, mode, isAllowed] of cases) {
    test(`${config}, ${mode}: ${isAllowed ? "evaluates" : "refuses"}`, async () => {
      app = await App.start(security(config), { KEYSTONE_MODE: mode });
      const answer = app.ask({ type: "eval", code: "globalThis.ran = 6 * 7" });
      if (isAllowed) expect(await answer).toBe(42);
      else await expect(answer).rejects.toMatchObject({ code: "FORBIDDEN" });
    });
  }
});

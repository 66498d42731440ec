import { expect, test } from "bun:test";
import { App, TOKEN } from "../testing/app.ts";
import { LOAD_SERVICE, LoadedPages } from "../testing/push-load.ts";

test("10,000 pushes a second to 50 windows: none is lost, none comes out of order", async () => {
  const app = await App.start({ "services/load.ts": LOAD_SERVICE });
  const pages = await LoadedPages.open(app.port, TOKEN, 50);
  await pages.run({ windows: 50, rate: 10_000, seconds: 2, sharedEvery: 10 });
  expect(pages.received).toBe(18_000 + 2_000 * 50);
  pages.close();
  await app.dispose();
}, 60_000);

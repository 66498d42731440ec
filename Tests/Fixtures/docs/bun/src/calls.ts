import {
  action,
  app,
  connection,
  invoke,
  invokeBun,
  ipc,
  KeystoneError,
  nativeWindow,
  publish,
  query,
  send,
  subscribe,
  theme,
} from "@keystone/sdk/bridge";

/** The documentation's calls, which a test runs in a page; gives what they found. */
export async function calls(signal: AbortSignal) {
  const documents = await invoke<string>("app:getPath", { name: "documents" }); // the native host, no hop
  const value = await invokeBun<number>("counter:add", { by: 2 }); // a service's .handle()
  const title = await query<string>("library", { count: 7 }); // a service's .query()

  const stop = subscribe<number>("counter:value", (value) => console.log(value)); // the last value, then each new one
  publish("app:selection", { row: 3 }); // to whoever subscribed, in every window
  action("archive:clear"); // to the host and every onAction; no answer
  send("clock:say", "hello"); // to the services' onWebMessage; no answer
  stop();

  try {
    await invokeBun("counter:add", { by: 1 }, { timeout: 60_000, signal });
  } catch (error) {
    if (error instanceof KeystoneError && error.code === "ABORTED") console.log("given up");
  }

  await ipc.host.call("app:getName");
  await ipc.bun.query("counter");
  ipc.subscribe("counter:value", console.log)();

  await app.getName();
  await app.getPath("userData"); // appRoot, cache, config, desktop, documents, downloads, home, state, temp
  connection.onChange((state) => console.log(state)); // "connecting", "open", "closed"
  theme.onChange(({ colorScheme }) => console.log(colorScheme)); // "light", "dark"
  return { documents, value, title };
}

/** The same for windows. */
export async function windows() {
  const id = await nativeWindow.open("panel", { title: "Panel", width: 400 });
  await nativeWindow.setTitle("Counter – 3");
  await nativeWindow.setBounds({ width: 800 }); // what is left out stays
  const { width } = await nativeWindow.getBounds();
  await nativeWindow.setFloating(true); // above others
  await nativeWindow.setFloating(false);
  await nativeWindow.center();
  const { maximized } = await nativeWindow.getState();
  return { id, width, maximized };
}

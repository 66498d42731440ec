// The native API as the build guide lists it.
import {
  action,
  app,
  battery,
  clipboard,
  darkMode,
  dialog,
  external,
  globalShortcut,
  headless,
  hotkey,
  invoke,
  invokeBun,
  keystone,
  nativeTheme,
  nativeWindow,
  notification,
  powerMonitor,
  query,
  screen,
  shell,
  subscribe,
} from "@keystone/sdk/bridge";

interface Note {
  id: string;
  title: string;
}

declare const setState: (notes: Note[]) => void;
declare const updateBatteryUI: (status: { onBattery: boolean; batteryPercent: number }) => void;
declare const openCommandPalette: () => void;
declare const args: unknown;
declare const gauge: HTMLElement;
declare const priceEl: HTMLElement;

export async function core() {
  const content = await invoke<string>("myapp:readFile", { path: "/etc/hosts" });
  const color = await invoke<string>("myapp:pickColor");
  const result = await invoke("myapp:processFile", { path: "/tmp/foo.png" });
  const notes = await invokeBun<Note[]>("notes:getAll");
  const note = await invokeBun<Note>("notes:create", { title: "Hello", body: "World" });
  const whole = await query("notes", args);
  const unsub = subscribe("notes:updated", (notes) => setState(notes));
  const weather = await query("weather", { city: "San Francisco" });
  const paths = await query("paths");
  const files = await query("file-scanner", { dir: "/tmp", extensions: [".log"] });
  subscribe("metrics:cpu", (data) => {
    gauge.textContent = `${data.percent.toFixed(1)}%`;
  });
  subscribe("prices:btc", (data) => {
    priceEl.textContent = `$${data.usd.toLocaleString()}`;
  });
  action("myapp:foo");
  const ks = keystone();
  ks.send("chat:send", { text: "Hello", roomId: "general" });
  keystone().publish("channel", { data: 1 });
  await ks.query("file-scanner", { dir: "/home/user/Documents" });
  return [content, color, result, notes, note, whole, unsub, weather, paths.userData, files];
}

export async function appAndWindow() {
  await app.getPath("userData");
  await app.getPath("documents");
  const { userData } = await app.paths();
  await app.getName();
  await app.getVersion();
  app.quit();
  await nativeWindow.setTitle("My App — Untitled");
  const id: string = await nativeWindow.open("settings");
  await nativeWindow.setFloating(true);
  const { x, y, width, height } = await nativeWindow.getBounds();
  await nativeWindow.setBounds({ width: 1024 });
  await nativeWindow.center();
  nativeWindow.minimize();
  nativeWindow.maximize();
  nativeWindow.close();
  return [userData, id, x, y, width, height];
}

export async function system() {
  const paths = await dialog.openFile({ title: "Open", filters: ["png", "jpg"], multiple: true });
  const path = await dialog.saveFile({ title: "Export", filters: ["pdf"], defaultName: "out.pdf" });
  const btn = await dialog.showMessage({ title: "Delete?", message: "Cannot undo.", buttons: ["Cancel", "Delete"] });
  const text = await clipboard.readText();
  await clipboard.writeText("hello");
  await clipboard.clear();
  const has: boolean = await clipboard.hasText();
  const displays = await screen.getAllDisplays();
  const primary = await screen.getPrimaryDisplay();
  const cursor = await screen.getCursorScreenPoint();
  await notification.show("Build complete", "Compiled in 2.3s");
  await external.openUrl("https://example.com");
  await shell.openExternal("https://example.com");
  return [paths?.length, path, btn === 1, text, has, displays[0].scaleFactor, primary.primary, cursor.x];
}

export async function events() {
  const dark = await nativeTheme.isDarkMode();
  const unsubscribe = [
    nativeTheme.onChange((dark) => document.documentElement.classList.toggle("dark", dark)),
    darkMode.onChange((dark) => document.documentElement.classList.toggle("dark", dark)),
    powerMonitor.onChange((s) => updateBatteryUI(s)),
    battery.onChange((s) => updateBatteryUI(s)),
    globalShortcut.onFired("CommandOrControl+Shift+P", openCommandPalette),
    hotkey.on("CommandOrControl+Shift+P", openCommandPalette),
  ];
  const status = await powerMonitor.getStatus();
  await battery.status();
  const ok: boolean = await globalShortcut.register("CommandOrControl+Shift+P");
  await globalShortcut.isRegistered("CommandOrControl+Shift+P");
  await globalShortcut.unregister("CommandOrControl+Shift+P");
  return [dark, await darkMode.isDark(), unsubscribe, status.batteryPercent, ok];
}

export async function hidden() {
  const id = await headless.open("renderer");
  await headless.evaluate(id, `globalFn()`);
  const ids = await headless.list();
  await headless.close(id);
  return ids;
}

export async function routed() {
  const notes = await fetch("/api/notes").then((r) => r.json());
  await fetch("/api/notes", { method: "POST", body: JSON.stringify({ title: "New" }) });
  return notes;
}

import { h } from "./dom.ts";

/** Asks before something that can't be undone. The safe answer is the one that Enter gives. */
export function confirm(question: string, detail: string, action: string): Promise<boolean> {
  return asked((dialog) => [
    h("h2", {}, question),
    h("p", {}, detail),
    h(
      "footer",
      {},
      h("button", { type: "button", class: "plain", autofocus: true, onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "button", class: "danger", onclick: () => dialog.close("yes") }, action),
    ),
  ]).then((answer) => answer === "yes");
}

/** Asks for a name. `undefined` where it stays as it is. */
export async function askName(name: string): Promise<string | undefined> {
  const input = h("input", { type: "text", class: "field", value: name, "aria-label": "New name", spellcheck: false });
  const answer = await asked((dialog) => [
    h("h2", {}, "Rename"),
    input,
    h(
      "footer",
      {},
      h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "submit", class: "primary" }, "Rename"),
    ),
  ], () => {
    input.focus();
    // What one changes is mostly not the ending.
    const dot = name.lastIndexOf(".");
    input.setSelectionRange(0, dot > 0 ? dot : name.length);
  });
  return answer === "yes" && input.value !== name && input.value !== "" ? input.value : undefined;
}

function asked(content: (dialog: HTMLDialogElement) => HTMLElement[], shown?: () => void): Promise<string> {
  const dialog = h("dialog", { class: "dialog" });
  const onsubmit = (event: Event) => {
    event.preventDefault();
    dialog.close("yes");
  };
  dialog.append(h("form", { method: "dialog", onsubmit }, ...content(dialog)));
  // Below the app's element, whose styles it has.
  (document.querySelector(".files") ?? document.body).append(dialog);
  dialog.showModal();
  shown?.();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    }, { once: true })
  );
}

// The overlay of a page, as a person sees and uses it.
import type { Host } from "./harness";

const find = `document.querySelector("[data-keystone-overlay]")?.shadowRoot`;

/** Its text, once it is as wanted; empty where nothing is shown. In the first window, or the one named. */
export async function overlay(host: Host, fits: (text: string) => boolean, window?: string): Promise<string> {
    const until = Date.now() + 25_000;
    for (;;) {
        const text = await host.eval<string>(`${find}?.textContent ?? ""`, window);
        if (fits(text)) return text;
        if (Date.now() > until) throw new Error(`the overlay shows ${JSON.stringify(text)}\n${host.log}`);
    }
}

/** Presses a button; answers whether it was there. */
export const press = (host: Host, label: string) => host.eval<boolean>(`(() => {
    const buttons = [...${find}?.querySelectorAll("button") ?? []];
    const button = buttons.find((button) => button.textContent === ${JSON.stringify(label)});
    button?.click();
    return button !== undefined;
})()`);

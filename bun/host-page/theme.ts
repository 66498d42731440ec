import type { ColorScheme, Insets, ThemeTokens } from "../sdk/protocol.ts";

/** Writes the theme's tokens to `:root`, and takes away those that an earlier theme had and this one does not. */
export class ThemeStyle {
  #applied = new Set<string>();
  readonly #style: CSSStyleDeclaration;

  constructor(root: HTMLElement) {
    this.#style = root.style;
  }

  apply(tokens: ThemeTokens, colorScheme: ColorScheme): void {
    const next = new Set<string>();
    for (const [token, value] of Object.entries(tokens)) {
      const name = customProperty(token);
      next.add(name);
      this.#style.setProperty(name, String(value));
    }
    for (const name of this.#applied) {
      if (!next.has(name)) this.#style.removeProperty(name);
    }
    this.#applied = next;
    // Native form controls and scroll bars follow.
    this.#style.colorScheme = colorScheme;
    // Bun's bundler makes `var(--buncss-light, A) var(--buncss-dark, B)` of `light-dark(A, B)`: one is to be nothing, the
    // other undefined.
    const [light, dark] = colorScheme === "dark" ? [" ", "initial"] : ["initial", " "];
    this.#style.setProperty("--buncss-light", light);
    this.#style.setProperty("--buncss-dark", dark);
  }

  setInsets(insets: Partial<Insets> | undefined): void {
    for (const side of ["top", "left", "right"] as const) {
      const pixels = Number(insets?.[side]);
      this.#style.setProperty(`--ks-inset-${side}`, `${Number.isFinite(pixels) ? pixels : 0}px`);
    }
  }
}

/** The host names tokens as the documentation does, `bg-base` or `--ks-bg-base`. */
export function customProperty(token: string): string {
  if (token.startsWith("--")) return token;
  return token.startsWith("ks-") ? `--${token}` : `--ks-${token}`;
}

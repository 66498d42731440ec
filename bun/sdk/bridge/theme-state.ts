import { Emitter } from "../../lib/index.ts";
import type { ColorScheme, ThemeTokens } from "../protocol.ts";

/** A theme as the page sees it. */
export interface Theme {
  readonly tokens: Readonly<ThemeTokens>;
  readonly colorScheme: ColorScheme;
}

/** The theme that the host last gave. */
export class ThemeState implements Theme {
  readonly onChange = new Emitter<Theme>();
  tokens: ThemeTokens;
  colorScheme: ColorScheme;

  constructor(tokens: ThemeTokens = {}, colorScheme: ColorScheme = "light") {
    this.tokens = tokens;
    this.colorScheme = colorScheme;
  }

  set(tokens: ThemeTokens, colorScheme: ColorScheme): void {
    this.tokens = tokens;
    this.colorScheme = colorScheme === "dark" ? "dark" : "light";
    this.onChange.emit({ tokens: this.tokens, colorScheme: this.colorScheme });
  }
}

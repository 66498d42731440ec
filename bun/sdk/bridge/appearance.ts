import type { ColorScheme, ThemeTokens } from "../protocol.ts";
import { invoke } from "./calls.ts";
import { sharedCore } from "./core.ts";
import type { Theme } from "./theme-state.ts";

const core = sharedCore();

/** The theme that the page wears; its tokens are custom properties of `:root` as well. */
export const theme = {
  get tokens(): Readonly<ThemeTokens> {
    return core.theme.tokens;
  },
  get colorScheme(): ColorScheme {
    return core.theme.colorScheme;
  },
  /** Called after every change of the theme. Returns the function that ends it. */
  onChange: (callback: (theme: Theme) => void): () => void => core.theme.onChange.on(callback),
};

const onSchemeChange = (callback: (dark: boolean) => void): () => void => {
  let last = core.theme.colorScheme;
  return core.theme.onChange.on(({ colorScheme }) => {
    if (colorScheme === last) return;
    last = colorScheme;
    callback(colorScheme === "dark");
  });
};

/** Whether the system is set to dark colours. */
export const darkMode = {
  isDark: (): Promise<boolean> => invoke("darkMode:isDark"),
  onChange: onSchemeChange,
};

/** The older name of `darkMode`. */
export const nativeTheme = {
  isDarkMode: darkMode.isDark,
  onChange: onSchemeChange,
};

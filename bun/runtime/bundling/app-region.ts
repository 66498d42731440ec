/**
 * Drag regions. WebKitGTK drops `-webkit-app-region`, which it doesn't know, so each such declaration gets a custom
 * property beside it that the host page's script can read: `--ks-app-region`.
 */

/** A comment, a text, an unquoted `url()`, or a declaration of the property; the first three are only skipped. */
const TOKEN =
  /\/\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\])*(?:"|$)|'(?:\\[\s\S]|[^'\\])*(?:'|$)|url\([^)"']*\)|(?<![\w-])(?:-webkit-)?app-region(\s*:\s*)([^;{}"'\/]+)/gi;

/** `css` with `--ks-app-region` set wherever `-webkit-app-region` or `app-region` is. */
export function addAppRegions(css: string): string {
  if (!css.toLowerCase().includes("app-region")) return css;
  return css.replace(
    TOKEN,
    (token: string, separator: string | undefined, value: string | undefined, offset: number) => {
      if (separator === undefined || value === undefined || !startsDeclaration(css, offset)) return token;
      return `${token.trimEnd()};--ks-app-region${separator}${value.trimEnd()}${token.slice(token.trimEnd().length)}`;
    },
  );
}

/** Nothing but blanks and comments lie between the declaration and the brace or semicolon before it. */
function startsDeclaration(css: string, offset: number): boolean {
  const before = css.slice(Math.max(0, offset - 4096), offset).replace(/\/\*[\s\S]*?\*\//g, "").trimEnd();
  return before.endsWith("{") || before.endsWith(";") || before.endsWith("}");
}

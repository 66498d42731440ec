import { expect, test } from "bun:test";
import { addAppRegions } from "./app-region.ts";

const cases: [string, string][] = [
  [".a{-webkit-app-region:drag}", ".a{-webkit-app-region:drag;--ks-app-region:drag}"],
  [".a { app-region: no-drag; color: red }", ".a { app-region: no-drag;--ks-app-region: no-drag; color: red }"],
  [".a {\n  -webkit-app-region: drag;\n}", ".a {\n  -webkit-app-region: drag;--ks-app-region: drag;\n}"],
  [
    ".a{x:y;-WEBKIT-APP-REGION : drag !important}",
    ".a{x:y;-WEBKIT-APP-REGION : drag !important;--ks-app-region : drag !important}",
  ],
  [".a{/* note */ -webkit-app-region: drag }", ".a{/* note */ -webkit-app-region: drag;--ks-app-region: drag }"],
  [".a{color:red;.b{-webkit-app-region:drag}}", ".a{color:red;.b{-webkit-app-region:drag;--ks-app-region:drag}}"],
  ["@media (x){.a{}.b{app-region:drag}}", "@media (x){.a{}.b{app-region:drag;--ks-app-region:drag}}"],
];
for (const [css, expected] of cases) {
  test(`a declaration gets its custom property: ${css}`, () => expect(addAppRegions(css)).toBe(expected));
}

const untouched = [
  "/* .a{-webkit-app-region:drag} */",
  `.a::before{content:"-webkit-app-region:drag;"}`,
  `.a::before{content:'a\\';{app-region:drag'}`,
  ".a{--my-app-region:drag}",
  ".a{--ks-app-region:drag}",
  ".a{background:url(x?app-region:drag)}",
  "@supports (-webkit-app-region: drag){.a{}}",
  ".a{transition:app-region 1s}",
  "/* not closed app-region: drag",
  `.a{content:"not closed app-region: drag`,
];
for (const css of untouched) {
  test(`stays as it is: ${css}`, () => expect(addAppRegions(css)).toBe(css));
}

import { expect, test } from "bun:test";
import { appRegionOf, rewriteAppRegion } from "./app-region.ts";

const cases = [
  ["a{-webkit-app-region:drag}", "a{-webkit-app-region:drag;--ks-app-region:drag}"],
  [
    "a { -webkit-app-region: no-drag; color: red }",
    "a { -webkit-app-region: no-drag;--ks-app-region:no-drag; color: red }",
  ],
  ["a{app-region:drag !important}", "a{app-region:drag !important;--ks-app-region:drag !important}"],
  ["-webkit-app-region: drag", "-webkit-app-region: drag;--ks-app-region:drag"],
  ["/* -webkit-app-region: drag; */ a{}", "/* -webkit-app-region: drag; */ a{}"],
  ['a::before{content:"app-region: drag;"}', 'a::before{content:"app-region: drag;"}'],
  ["a{--my-app-region:drag}", "a{--my-app-region:drag}"],
  ["a{color:red}", "a{color:red}"],
  [".a{x:y;-WEBKIT-APP-REGION : drag}", ".a{x:y;-WEBKIT-APP-REGION : drag;--ks-app-region:drag}"],
  [".a{/* note */ -webkit-app-region: drag }", ".a{/* note */ -webkit-app-region: drag;--ks-app-region:drag }"],
  [".a{color:red;.b{-webkit-app-region:drag}}", ".a{color:red;.b{-webkit-app-region:drag;--ks-app-region:drag}}"],
  ["@media (x){.a{}.b{app-region:drag}}", "@media (x){.a{}.b{app-region:drag;--ks-app-region:drag}}"],
  [`.a::before{content:'a\\';{app-region:drag'}`, `.a::before{content:'a\\';{app-region:drag'}`],
  [".a{background:url(x?app-region:drag)}", ".a{background:url(x?app-region:drag)}"],
  ["@supports (-webkit-app-region: drag){.a{}}", "@supports (-webkit-app-region: drag){.a{}}"],
  [".a{transition:app-region 1s}", ".a{transition:app-region 1s}"],
  ["/* not closed app-region: drag", "/* not closed app-region: drag"],
  ["a{--ks-app-region:drag}", "a{--ks-app-region:drag}"],
];

for (const [css, expected] of cases) {
  test(`rewrites ${css}`, () => {
    expect(rewriteAppRegion(css)).toBe(expected);
    expect(rewriteAppRegion(expected)).toBe(expected);
  });
}

test("the last declaration of an attribute holds", () => {
  expect(appRegionOf("-webkit-app-region: drag; color: red; app-region: no-drag")?.value).toBe("no-drag");
  expect(appRegionOf("-webkit-app-region: drag !important")).toEqual({ value: "drag", important: true });
  expect(appRegionOf("color: red")).toBeUndefined();
});

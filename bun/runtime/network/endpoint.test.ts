import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { isLoopback, matches, normalHost, parseEndpoint } from "./endpoint.ts";

const allows = (pattern: string, host: string, port?: number) =>
  matches(parseEndpoint(pattern), { host: normalHost(host) ?? "", port });

/** What the Swift half is tested with, too. */
const shared: { matches: [string, string, number, boolean][]; malformed: string[] } = JSON.parse(
  readFileSync(join(import.meta.dirname ?? ".", "../../../Tests/Fixtures/endpoints.json"), "utf8"),
);

describe("a host", () => {
  test.each([
    { given: "EXAMPLE.com.", normal: "example.com" },
    { given: "exámple.com", normal: "xn--exmple-qta.com" },
    { given: "0x7f.1", normal: "127.0.0.1" },
    { given: "2130706433", normal: "127.0.0.1" },
    { given: "0177.0.0.1", normal: "127.0.0.1" },
    { given: "[::1]", normal: "::1" },
    { given: "0:0:0:0:0:0:0:1", normal: "::1" },
    { given: "::ffff:127.0.0.1", normal: "127.0.0.1" },
    { given: "[::ffff:7f00:1]", normal: "127.0.0.1" },
    { given: "fe80::1%eth0", normal: "fe80::1" },
    { given: "１２７.0.0.1", normal: "127.0.0.1" },
  ])("has one spelling: %o", ({ given, normal }) => expect(normalHost(given)).toBe(normal));

  test.each(["", ".", "a b", "a/b", "user@host", "a?b", "a#b", "a%62", "[::1", "1.2.3.4.5", "::g", "a\\b"])(
    "is not %p",
    (given) => expect(normalHost(given)).toBeUndefined(),
  );

  test("of this machine is loopback in every form, and nothing else is", () => {
    for (const host of ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST.", "0x7f.1"]) {
      expect([host, isLoopback(normalHost(host) ?? "")]).toEqual([host, true]);
    }
    for (
      const host of ["0.0.0.0", "::", "128.0.0.1", "localhost.evil.com", "127.evil.com", "10.0.0.1", "127.0.0.1.nip.io"]
    ) {
      expect([host, isLoopback(normalHost(host) ?? "")]).toEqual([host, false]);
    }
  });
});

describe("an endpoint", () => {
  test("means the same here and in Swift", () => {
    for (const [pattern, host, port, expected] of shared.matches) {
      expect([pattern, host, port, allows(pattern, host, port)]).toEqual([pattern, host, port, expected]);
    }
    for (const pattern of shared.malformed) expect(() => parseEndpoint(pattern)).toThrow(TypeError);
  });

  test("with a port is for no connection whose port is unknown", () => {
    expect(allows("api.example.com:443", "api.example.com")).toBe(false);
    expect(allows("api.example.com", "api.example.com")).toBe(true);
  });

  test("may be an address in any spelling", () => {
    expect(allows("192.168.1.100:5432", "0xc0.0xa8.1.100", 5432)).toBe(true);
    expect(allows("[2001:db8::1]:443", "2001:DB8:0::1", 443)).toBe(true);
    expect(allows("192.168.1.1", "::ffff:192.168.1.1")).toBe(true);
  });

  test.each<unknown>([7, null, undefined, {}, "  "])(
    "is not %p",
    (given) => expect(() => parseEndpoint(given)).toThrow(TypeError),
  );
});

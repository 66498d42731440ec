import { describe, expect, test } from "bun:test";
import { isLoopback, matches, normalHost, parseEndpoint } from "./endpoint.ts";

const allows = (pattern: string, host: string, port?: number) =>
  matches(parseEndpoint(pattern), { host: normalHost(host) ?? "", port });

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
  test("without a port means any, with a port that one", () => {
    expect(allows("api.example.com", "api.example.com", 8443)).toBe(true);
    expect(allows("api.example.com:443", "API.example.COM.", 443)).toBe(true);
    expect(allows("api.example.com:443", "api.example.com", 80)).toBe(false);
    expect(allows("api.example.com:443", "api.example.com")).toBe(false);
    expect(allows("api.example.com", "example.com")).toBe(false);
    expect(allows("example.com", "api.example.com")).toBe(false);
    expect(allows("example.com", "evilexample.com")).toBe(false);
  });

  test("with a wildcard means subdomains at any depth, and not the domain itself", () => {
    expect(allows("*.example.com", "a.example.com")).toBe(true);
    expect(allows("*.example.com", "a.b.EXAMPLE.com.")).toBe(true);
    expect(allows("*.example.com:443", "a.example.com", 443)).toBe(true);
    expect(allows("*.example.com:443", "a.example.com", 80)).toBe(false);
    expect(allows("*.example.com", "example.com")).toBe(false);
    expect(allows("*.example.com", "evilexample.com")).toBe(false);
    expect(allows("*.example.com", "a.example.com.evil.org")).toBe(false);
  });

  test("may be an address", () => {
    expect(allows("192.168.1.100:5432", "0xc0.0xa8.1.100", 5432)).toBe(true);
    expect(allows("[2001:db8::1]:443", "2001:DB8:0::1", 443)).toBe(true);
    expect(allows("2001:db8::1", "[2001:db8::1]", 1)).toBe(true);
    expect(allows("192.168.1.1", "::ffff:192.168.1.1")).toBe(true);
  });

  test.each<unknown>([
    "",
    "  ",
    7,
    null,
    "*",
    "*.",
    "**.example.com",
    "a.*.com",
    "https://api.example.com",
    "api.example.com/path",
    "host:0",
    "host:65536",
    "host:https",
    "host:",
    "user@host",
    "a b",
    "*.127.0.0.1",
    "*example.com",
  ])("is not %p", (given) => expect(() => parseEndpoint(given)).toThrow(TypeError));
});

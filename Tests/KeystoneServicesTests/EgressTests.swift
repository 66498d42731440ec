import KeystoneServices
import KeystoneSupport
import Testing

/// The rules of the proxy that leads out of sandboxes; what passes through it is in `ExtensionNetworkTests`.
@Suite struct EgressTests {
    private static func cases() throws -> JSONValue {
        let path = TestBun.engine + "/Tests/Fixtures/endpoints.json"
        return try JSONValue.parse(String(decoding: try SmallFile.read(path, limit: 1 << 16), as: UTF8.self))
    }

    @Test func patternsMeanTheSameHereAndInTypeScript() throws {
        let cases = try Self.cases()
        let matches = try #require(cases["matches"]?.array)
        for each in matches {
            let row = try #require(each.array)
            let (pattern, host) = (try #require(row[0].string), try #require(row[1].string))
            let endpoint = try #require(NetworkEndpoint(pattern), "\(pattern)")
            let name = try #require(NetworkEndpoint.normal(host))
            let port = UInt16(try #require(row[2].int))
            #expect(endpoint.matches(host: name, port: port) == row[3].bool, "\(row)")
        }
        for pattern in try #require(cases["malformed"]?.array) {
            #expect(NetworkEndpoint(try #require(pattern.string)) == nil, "\(pattern)")
        }
        #expect(matches.count > 20)
    }

    @Test func bothDeclarationAndGrantAreNeeded() {
        var policy = EgressPolicy(granted: ["*.example.com", "db.local:5432", "nonsense/"])
        #expect(policy.answer(host: "a.example.com", port: 443) == .notDeclared)
        policy.declare(["a.example.com", "db.local", "evil.com", "*"])
        #expect(policy.answer(host: "a.example.com", port: 443) == .allowed)
        #expect(policy.answer(host: "b.example.com", port: 443) == .notDeclared)
        #expect(policy.answer(host: "db.local", port: 5432) == .allowed)
        #expect(policy.answer(host: "db.local", port: 80) == .notGranted)
        #expect(policy.answer(host: "evil.com", port: 443) == .notGranted)
        policy.declare([])
        #expect(policy.answer(host: "a.example.com", port: 443) == .notDeclared)
    }

    @Test func readsRequests() {
        let tunnel = ProxyRequest(head: Array("CONNECT API.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        #expect(tunnel?.host == "api.example.com" && tunnel?.port == 443 && tunnel?.forwardedHead == nil)
        let head =
            "GET http://api.example.com:8080/a?b=c HTTP/1.1\r\nHost: api.example.com:8080\r\n"
            + "Proxy-Authorization: secret\r\nProxy-Connection: Keep-Alive\r\nConnection: keep-alive\r\nX-Own: 1\r\n\r\n"
        let plain = ProxyRequest(head: Array(head.utf8))
        #expect(plain?.port == 8080)
        #expect(
            plain?.forwardedHead.map { String(decoding: $0, as: UTF8.self) }
                == "GET /a?b=c HTTP/1.1\r\nHost: api.example.com:8080\r\nX-Own: 1\r\nConnection: close\r\n\r\n")
        #expect(
            ProxyRequest(head: Array("GET http://h?q HTTP/1.1\r\n\r\n".utf8))?.forwardedHead?.starts(
                with: "GET /?q ".utf8) == true)
    }

    /// The proxy decides by the host of the address: what comes before an `@` is no host.
    @Test func isNotMisledByWhatLooksLikeAHost() {
        for target in [
            "api.example.com@evil.com", "api.example.com:443@evil.com", "evil.com#api.example.com", "a\\b", "[::1",
        ] {
            #expect(ProxyRequest(head: Array("GET http://\(target)/ HTTP/1.1\r\n\r\n".utf8)) == nil, "\(target)")
            #expect(ProxyRequest(head: Array("CONNECT \(target):443 HTTP/1.1\r\n\r\n".utf8)) == nil, "\(target)")
        }
    }

    @Test func knowsThisMachinesAddresses() {
        let inside: [[UInt8]] = [
            [127, 0, 0, 1], [127, 9, 9, 9], [0, 0, 0, 0], [169, 254, 169, 254], [224, 0, 0, 1], [255, 255, 255, 255],
        ]
        for address in inside {
            #expect(!AddressKind.isOutside(ipv4: address), "\(address)")
            #expect(
                !AddressKind.isOutside(ipv6: [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + address), "\(address)")
        }
        #expect(AddressKind.isOutside(ipv4: [192, 168, 1, 1]) && AddressKind.isOutside(ipv4: [8, 8, 8, 8]))
        let zeroes = [UInt8](repeating: 0, count: 15)
        #expect(!AddressKind.isOutside(ipv6: zeroes + [0]) && !AddressKind.isOutside(ipv6: zeroes + [1]))
        #expect(
            !AddressKind.isOutside(ipv6: [0xfe, 0x80] + zeroes.dropFirst())
                && !AddressKind.isOutside(ipv6: [0xff, 2] + zeroes.dropFirst()))
        #expect(AddressKind.isOutside(ipv6: [0x20, 1, 0xd, 0xb8] + zeroes.prefix(12)))
    }

    @Test func readsAnyBytesWithoutHarm() {
        let seed = UInt64.random(in: 1...UInt64.max)
        var random = SeededGenerator(seed: seed)
        let parts = [
            "CONNECT ", "GET ", "http://", "a.b", ":", "80", "/", "[", "]", "::1", " HTTP/1.1", "\r\n", "\r\n\r\n",
            "\u{0}", "é", "*", "@",
        ]
        for _ in 0..<20_000 {
            var head = (0..<Int.random(in: 0...12, using: &random)).map { _ in parts.randomElement(using: &random) ?? ""
            }.joined()
            if Bool.random(using: &random) { head += "\r\n\r\n" }
            if let request = ProxyRequest(head: Array(head.utf8)) {
                #expect(
                    request.port > 0 && NetworkEndpoint.normal(request.host) == request.host,
                    "\(head.debugDescription), seed \(seed)")
            }
            _ = NetworkEndpoint(head)
        }
    }
}

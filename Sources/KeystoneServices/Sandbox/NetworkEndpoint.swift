/// A pattern for hosts: `api.example.com`, `db.local:5432`, `*.example.com`, `[2001:db8::1]:443`.
///
/// The TypeScript half is `bun/runtime/network/endpoint.ts`, and means the same: without a port any, a wildcard for
/// subdomains at any depth but not for the domain itself.
package struct NetworkEndpoint: Sendable, Hashable {
    let host: String
    /// Subdomains of `host` are meant.
    let isWildcard: Bool
    let port: UInt16?

    /// `nil` for a text that is no such pattern.
    package init?(_ text: String) {
        guard let (name, port) = NetworkEndpoint.split(text, requiresPort: false) else { return nil }
        isWildcard = name.hasPrefix("*.")
        let bare = isWildcard ? String(name.dropFirst(2)) : name
        guard let host = NetworkEndpoint.normal(bare), !host.contains("*") else { return nil }
        if isWildcard, !(host.split(separator: ".").last?.contains { $0.isLetter } ?? false) { return nil }
        self.host = host
        self.port = port
    }

    /// `host` in the spelling of `normal`.
    package func matches(host: String, port: UInt16) -> Bool {
        if let own = self.port, own != port { return false }
        return isWildcard ? host.hasSuffix("." + self.host) : host == self.host
    }

    /// Lower case, without a trailing dot or brackets; `nil` for what is no host name or address.
    package static func normal(_ text: String) -> String? {
        var host = text.lowercased()
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host.hasSuffix(".") { host.removeLast() }
        guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
        let isPlain = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"): true
            default: false
            }
        }
        return isPlain ? host : nil
    }

    /// Host and port of `host`, `host:port`, `[address]:port`; an IPv6 address without brackets has no port.
    static func split(_ text: String, requiresPort: Bool) -> (host: String, port: UInt16?)? {
        let afterBracket = text.lastIndex(of: "]") ?? text.startIndex
        let colons = text[afterBracket...].indices.filter { text[$0] == ":" }
        guard let colon = colons.last, colons.count == 1 || text.hasPrefix("[") else {
            return requiresPort ? nil : (text, nil)
        }
        let digits = text[text.index(after: colon)...]
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits), port > 0 else { return nil }
        return (String(text[..<colon]), port)
    }
}

/// What a worker may reach: what it declares, as far as the app's configuration grants it.
package struct EgressPolicy: Sendable {
    package enum Answer: Sendable, Hashable {
        case allowed
        /// The configuration does not allow it.
        case notGranted
        /// The configuration would allow it, but no service of the worker has declared it.
        case notDeclared
    }

    private let granted: [NetworkEndpoint]
    private var declared: [NetworkEndpoint] = []

    package init(granted: [String]) {
        self.granted = granted.compactMap { NetworkEndpoint($0) }
    }

    var grantsNothing: Bool { granted.isEmpty }

    /// Whatever is no endpoint in the untrusted list declares nothing.
    package mutating func declare(_ endpoints: [String]) {
        declared = endpoints.prefix(1000).compactMap { NetworkEndpoint($0) }
    }

    package func answer(host: String, port: UInt16) -> Answer {
        guard granted.contains(where: { $0.matches(host: host, port: port) }) else { return .notGranted }
        return declared.contains { $0.matches(host: host, port: port) } ? .allowed : .notDeclared
    }
}

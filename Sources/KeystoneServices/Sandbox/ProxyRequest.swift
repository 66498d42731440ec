/// The head of a request to the proxy, as far as the proxy has to know it.
package struct ProxyRequest: Sendable, Hashable {
    /// `CONNECT`: bytes go through untouched. Otherwise the head that the server gets.
    package var forwardedHead: [UInt8]?
    /// In the spelling of `NetworkEndpoint.normal`.
    package var host: String
    package var port: UInt16

    /// - Parameter head: Up to and with the empty line. `nil` for what is no request to a proxy.
    package init?(head: [UInt8]) {
        var lines = String(decoding: head, as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: true
        ).map(String.init)
        guard !lines.isEmpty else { return nil }
        let words = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), let first = words.first, !first.isEmpty else {
            return nil
        }
        if first == "CONNECT" {
            guard let target = ProxyRequest.target(words[1], defaultPort: nil) else { return nil }
            (host, port) = target
            return
        }
        guard words[1].lowercased().hasPrefix("http://") else { return nil }
        let address = words[1].dropFirst("http://".count)
        let slash = address.firstIndex { $0 == "/" || $0 == "?" } ?? address.endIndex
        guard let target = ProxyRequest.target(String(address[..<slash]), defaultPort: 80) else { return nil }
        (host, port) = target
        let path = address[slash...]
        let start = "\(first) \(path.hasPrefix("/") ? "" : "/")\(path) \(words[2])"
        forwardedHead = ProxyRequest.head(start, ProxyRequest.forOneRequest(lines))
    }

    private static func target(_ text: String, defaultPort: UInt16?) -> (String, UInt16)? {
        guard let (name, port) = NetworkEndpoint.split(text, requiresPort: defaultPort == nil),
            let host = NetworkEndpoint.normal(name), let port = port ?? defaultPort
        else { return nil }
        return (host, port)
    }

    /// The connection is good for one request: the next one to the proxy may be for another host.
    private static func forOneRequest(_ lines: [String]) -> [String] {
        let upgrades = lines.contains { $0.lowercased().hasPrefix("upgrade:") }
        let kept = lines.filter { line in
            let name = line.prefix { $0 != ":" }.lowercased()
            if name.hasPrefix("proxy-") || name == "keep-alive" { return false }
            return upgrades || name != "connection"
        }
        return upgrades ? kept : kept + ["Connection: close"]
    }

    private static func head(_ start: String, _ lines: [String]) -> [UInt8] {
        Array(([start] + lines).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8)
    }
}

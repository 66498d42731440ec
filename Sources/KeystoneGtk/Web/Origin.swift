internal import CGtk

/// Scheme, host and port of a URI; parsed by GLib, never by looking at a prefix.
struct Origin: Hashable {
    var scheme: String
    var host: String
    var port: Int32

    init?(_ uri: String) {
        let flags = GUriFlags(rawValue: G_URI_FLAGS_NONE.rawValue | G_URI_FLAGS_SCHEME_NORMALIZE.rawValue)
        guard let parsed = try? GLibError.check({ g_uri_parse(uri, flags, $0) }) else { return nil }
        defer { g_uri_unref(parsed) }
        guard let scheme = g_uri_get_scheme(parsed) else { return nil }
        self.scheme = String(cString: scheme).lowercased()
        host = g_uri_get_host(parsed).map { String(cString: $0).lowercased() } ?? ""
        port = g_uri_get_port(parsed)
        if port == -1 { port = self.scheme == "https" ? 443 : self.scheme == "http" ? 80 : -1 }
    }
}

internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

extension WebKitEnvironment {
    func setCookie(name: String, value: String, host: String) async throws {
        guard let cookie = soup_cookie_new(name, value, host, "/", -1) else {
            throw PlatformError(.failed, "The cookie \(name) for \(host) is not valid.")
        }
        defer { soup_cookie_free(cookie) }
        soup_cookie_set_http_only(cookie, 1)
        soup_cookie_set_same_site_policy(cookie, SOUP_SAME_SITE_POLICY_STRICT)
        try await add(cookie)
    }

    private func add(_ cookie: OpaquePointer) async throws {
        let manager = webkit_network_session_get_cookie_manager(session)
        let failure: PlatformError? = await withCheckedContinuation { continuation in
            webkit_cookie_manager_add_cookie(
                manager, cookie, nil,
                { source, result, data in
                    guard let data else { return }
                    let box = Unmanaged<SignalClosure<CheckedContinuation<PlatformError?, Never>>>
                        .fromOpaque(data).takeRetainedValue()
                    box.body.resume(returning: WebKitEnvironment.finishCookie(source, result))
                },
                Unmanaged.passRetained(SignalClosure(continuation)).toOpaque())
        }
        if let failure { throw failure }
    }

    private static func finishCookie(
        _ source: UnsafeMutablePointer<GObject>?, _ result: OpaquePointer?
    ) -> PlatformError? {
        do {
            _ = try GLibError.check { webkit_cookie_manager_add_cookie_finish(OpaquePointer(source), result, $0) }
            return nil
        } catch {
            return PlatformError(.failed, "The cookie could not be stored: \(error.message)")
        }
    }
}

internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore
internal import KeystoneSupport

/// The page's own connection to the host.
///
/// The library in the web process asks for it by a message of WebKit's, which says by itself which view it is for, and
/// gets one end of a socket pair in the answer. So there is no name to find, no secret to keep and no peer to check: a
/// web process can only speak for the pages that it really runs.
extension WebKitView {
    private static let openMessage = "keystone-open"
    /// Of the frames; the library comes with the host, so that another version is a broken installation.
    private static let wireVersion: UInt32 = 1

    func observeConnections() {
        Signal.connectPointerBool(widget, "user-message-received") { [weak self] message in
            self?.receive(OpaquePointer(message)) ?? false
        }
    }

    private func receive(_ message: OpaquePointer) -> Bool {
        let name = webkit_user_message_get_name(message).map { String(cString: $0) }
        guard name == Self.openMessage else { return false }
        let end = mayConnect(message) ? onConnect?() : nil
        webkit_user_message_send_reply(message, Self.makeReply(end))
        return true
    }

    /// Both must be allowed: what the web process says of its document, and what WebKit knows of the view.
    private func mayConnect(_ message: OpaquePointer) -> Bool {
        guard let parameters = webkit_user_message_get_parameters(message),
            String(cString: g_variant_get_type_string(parameters)) == "(us)"
        else { return false }
        let version = g_variant_get_child_value(parameters, 0)
        let address = g_variant_get_child_value(parameters, 1)
        defer {
            g_variant_unref(version)
            g_variant_unref(address)
        }
        guard g_variant_get_uint32(version) == Self.wireVersion else {
            log.error("the page extension is not this host's: build Keystone again")
            return false
        }
        let told = g_variant_get_string(address, nil).map { String(cString: $0) } ?? ""
        let known = webkit_web_view_get_uri(view).map { String(cString: $0) } ?? ""
        return !told.isEmpty && !known.isEmpty && isAllowed(told) && isAllowed(known)
    }

    /// The answer takes a copy of the descriptor.
    private static func makeReply(_ end: OwnedDescriptor?) -> OpaquePointer? {
        guard let end else { return webkit_user_message_new(openMessage, nil) }
        guard let list = g_unix_fd_list_new() else { return nil }
        defer { g_object_unref(list) }
        do {
            _ = try GLibError.check { g_unix_fd_list_append(list, end.number, $0) }
        } catch {
            Logger("web").warning("a page's connection could not be handed over: \(error.message)")
        }
        return webkit_user_message_new_with_fd_list(openMessage, nil, list)
    }
}

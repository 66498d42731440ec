internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

/// The open promise of one page message. A reply that is dropped unanswered rejects it, so that no page waits for ever.
@MainActor
final class WebKitReply: PageReply {
    private var reply: OpaquePointer?
    private let context: GObjectReference?

    init(_ reply: OpaquePointer, context: OpaquePointer?) {
        self.reply = webkit_script_message_reply_ref(reply)
        self.context = context.map { GObjectReference(retaining: UnsafeMutableRawPointer($0)) }
    }

    isolated deinit {
        reject(PageText.error(code: "UNAVAILABLE", "The host dropped this call without an answer."))
    }

    func resolve(_ value: String) {
        guard let context else { return reject(PageText.error(code: "UNAVAILABLE", "The page is gone.")) }
        answer { reply in
            let scope = OpaquePointer(context.unsafeObject)
            guard let bytes = Bytes.make(Array(value.utf8)) else { return }
            defer { g_bytes_unref(bytes) }
            guard let result = jsc_value_new_string_from_bytes(scope, bytes) else { return }
            webkit_script_message_reply_return_value(reply, result)
            g_object_unref(UnsafeMutableRawPointer(result))
        }
    }

    func reject(_ message: String) {
        answer { webkit_script_message_reply_return_error_message($0, message) }
    }

    private func answer(_ body: (OpaquePointer) -> Void) {
        guard let open = reply else { return }
        reply = nil
        body(open)
        webkit_script_message_reply_unref(open)
    }
}

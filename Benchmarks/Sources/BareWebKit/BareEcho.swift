public import CBareWebKit

/// The least that a WebKitGTK program can do to answer its page: a script message handler with a reply that returns
/// what it was given.
///
/// `window.webkit.messageHandlers.NAME.postMessage(string)` resolves with the same string.
@MainActor
public final class BareEcho {
    private var arrivals = ArrivalTimes()

    /// Registers the handler in a web view, for a page that is there already as well. The view keeps it.
    ///
    /// Returns `nil` where the view has a handler of this name already.
    public init?(name: String, webView: UnsafeMutablePointer<WebKitWebView>) {
        guard let manager = webkit_web_view_get_user_content_manager(webView),
            webkit_user_content_manager_register_script_message_handler_with_reply(manager, name, nil) != 0
        else { return nil }
        ks_connect_message_with_reply(
            manager, "script-message-with-reply-received::\(name)",
            { _, value, reply, echo in
                guard let value, let reply, let echo else { return 0 }
                let address = UInt(bitPattern: echo)
                // SAFETY: GTK emits its signals on the main thread, and `echo` is retained until the handler goes.
                MainActor.assumeIsolated {
                    guard let echo = UnsafeRawPointer(bitPattern: address) else { return }
                    Unmanaged<BareEcho>.fromOpaque(echo).takeUnretainedValue().arrivals.record()
                }
                webkit_script_message_reply_return_value(reply, value)
                return 1
            },
            Unmanaged.passRetained(self).toOpaque(),
            { echo, _ in
                if let echo { Unmanaged<BareEcho>.fromOpaque(echo).release() }
            })
    }

    /// Nanoseconds from each call to the next since this was last asked.
    public func takeIntervals() -> [UInt64] {
        arrivals.takeIntervals()
    }
}

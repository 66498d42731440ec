internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

extension WebKitView {
    package func run(_ script: String) {
        guard !isDetached else { return }
        webkit_web_view_evaluate_javascript(view, script, -1, nil, nil, nil, nil, nil)
    }

    package func evaluate(_ functionBody: String) async throws -> String {
        guard !isDetached else { throw ScriptError(message: "The web view is closed.") }
        let text = try await call(Self.wrapped(functionBody))
        guard text.hasPrefix("=") else { throw ScriptError(message: String(text.dropFirst())) }
        return String(text.dropFirst())
    }

    /// The body's result as JSON after `=`, or what it threw after `!`: the name, the message and where.
    private static func wrapped(_ body: String) -> String {
        """
        try {
          const value = await (async () => {
        \(body)
          })();
          return "=" + (JSON.stringify(value) ?? "null");
        } catch (error) {
          if (!(error instanceof Error)) return "!" + String(error);
          const line = String(error.stack ?? "").split("\\n").find((l) => l.length > 0);
          return "!" + error.name + ": " + error.message + (line ? "\\n    at " + line : "");
        }
        """
    }

    private func call(_ body: String) async throws(ScriptError) -> String {
        let result = await withCheckedContinuation { (continuation: ScriptContinuation) in
            webkit_web_view_call_async_javascript_function(
                view, body, -1, nil, nil, nil, nil,
                { source, result, data in
                    guard let data else { return }
                    let box = Unmanaged<SignalClosure<ScriptContinuation>>.fromOpaque(data).takeRetainedValue()
                    box.body.resume(returning: WebKitView.finish(source, result))
                },
                Unmanaged.passRetained(SignalClosure(continuation)).toOpaque())
        }
        return try result.get()
    }

    private typealias ScriptContinuation = CheckedContinuation<Result<String, ScriptError>, Never>

    private static func finish(
        _ source: UnsafeMutablePointer<GObject>?, _ result: OpaquePointer?
    ) -> Result<String, ScriptError> {
        guard let source, let result else { return .failure(ScriptError(message: "The script did not run.")) }
        let view = UnsafeMutableRawPointer(source).assumingMemoryBound(to: WebKitWebView.self)
        do {
            let value = try GLibError.check {
                webkit_web_view_call_async_javascript_function_finish(view, result, $0)
            }
            guard let value else { return .failure(ScriptError(message: "The script gave no result.")) }
            defer { g_object_unref(UnsafeMutableRawPointer(value)) }
            return PageText.read(value).mapError { ScriptError(message: $0.message) }
        } catch {
            return .failure(ScriptError(message: error.message))
        }
    }
}

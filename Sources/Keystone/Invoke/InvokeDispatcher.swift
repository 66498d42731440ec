package import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneSupport
internal import Synchronization

/// Runs the calls of one window's page, whatever carries them.
///
/// A call's task is cancelled when the page aborts it, goes away, or its process dies. Usable from any thread.
package final class InvokeDispatcher: Sendable {
    /// What calls of this window are run with.
    struct Target: Sendable {
        let router: InvokeRouter
        let windowID: String
        let component: String
        let log: Logger
        let budget = CallBudget()
        let mainCalls = MainCalls()
    }

    private let target: Target
    private let messages: Mutex<OpenCalls>

    package init(router: InvokeRouter, windowID: String, component: String) {
        target = Target(router: router, windowID: windowID, component: component, log: Logger("page:\(windowID)"))
        messages = Mutex(OpenCalls(target: target))
    }

    /// Where handlers of this window alone are added; those of a plugin, when its code asks.
    var handlers: InvokeHandlers {
        InvokeHandlers(
            router: target.router, scope: .window(target.windowID), owner: RegistrationOwner.current)
    }

    /// How many calls are open.
    package var openCalls: Int { target.budget.calls }

    /// The calls of the page that is there now, as they come by script messages and binary requests.
    package var pageCalls: OpenCalls { messages.withLock { $0 } }

    /// The calls of one connection of the fast path; its owner closes them.
    package func makeSource(together: @escaping @Sendable (Bool) -> Void) -> OpenCalls {
        OpenCalls(target: target, isOrdered: true, together: together)
    }

    /// The page is gone: its calls' tasks are cancelled. The next page counts its ids from one again.
    package func cancelAll() {
        let old = messages.withLock { calls in
            defer { calls = OpenCalls(target: target) }
            return calls
        }
        old.close()
    }

    /// A script message: `ID LF CHANNEL LF ARGS`, or `ID LF LF` to cancel.
    @MainActor
    package func receive(_ message: PageMessage, reply: any PageReply) {
        do {
            switch try PageCall(message.body) {
            case .cancel(let id):
                pageCalls.cancel(id: String(id))
                reply.resolve("")
            case .invoke(let id, let channel, let args):
                let call = InvokeCall(id: String(id), channel: String(channel), payload: .json(args))
                pageCalls.runOnMain(call) { result in
                    switch result {
                    case .success(let value): reply.resolve(value)
                    case .failure(let failure): reply.reject(failure.jsonText)
                    }
                }
            }
        } catch {
            reply.reject(error.jsonText)
        }
    }
}

extension InvokeDispatcher.Target {
    func request(_ call: InvokeCall) -> InvokeRequest {
        InvokeRequest(channel: call.channel, windowID: windowID, component: component, payload: call.payload)
    }

    func route(_ call: InvokeCall) throws(WireError) -> InvokeRouter.Route {
        try router.route(channel: call.channel, windowID: windowID, component: component)
    }

    @MainActor
    func outcome(of channel: String, _ handler: () throws -> InvokeReply) -> Result<InvokeReply, WireError> {
        do {
            return .success(try handler())
        } catch {
            return .failure(failure(error, channel: channel))
        }
    }

    /// What the page may know of an error; anything that isn't meant for it goes to the log alone.
    func failure(_ error: any Error, channel: String) -> WireError {
        switch error {
        case let failure as WireError:
            return failure
        case is CancellationError:
            return WireError(.aborted, "\(channel) was cancelled")
        case let error as PlatformError:
            let code = error.code == .notSupported ? WireError.Code.notSupported : .handlerFailed
            return WireError(code, error.message)
        default:
            log.error("the handler of \(channel) failed: \(error)")
            // A description of its own is meant to be read; what Swift prints of any other error is for the log alone.
            let reason = (error as? any Error & CustomStringConvertible).map { ": \($0)" } ?? ""
            return WireError(.handlerFailed, "\(channel) failed\(reason)", name: String(describing: type(of: error)))
        }
    }
}

extension PageReply {
    /// Bytes travel as text: `base64:` can't begin JSON.
    fileprivate func resolve(_ value: InvokeReply) {
        switch value {
        case .none: resolve("")
        case .json(let json): resolve(json.serializedString())
        case .jsonText(let text): resolve(text)
        case .bytes(let bytes): resolve("base64:" + Base64.encode(bytes))
        }
    }
}

internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore
internal import KeystoneSupport

/// Messages from the page: `keystone`, which waits for an answer, and `keystoneHost`, which does not.
extension WebKitView {
    func observeMessages() {
        Signal.connectPointer2Bool(
            contentManagerObject, "script-message-with-reply-received::keystone"
        ) { [weak self] value, reply in
            self?.receiveInvoke(OpaquePointer(value), OpaquePointer(reply))
            return true
        }
        Signal.connectPointer(contentManagerObject, "script-message-received::keystoneHost") { [weak self] value in
            self?.receiveSignal(OpaquePointer(value))
        }
        webkit_user_content_manager_register_script_message_handler_with_reply(contentManager, "keystone", nil)
        webkit_user_content_manager_register_script_message_handler(contentManager, "keystoneHost", nil)
    }

    private var contentManagerObject: UnsafeMutableRawPointer { UnsafeMutableRawPointer(contentManager) }

    private func receiveInvoke(_ value: OpaquePointer, _ reply: OpaquePointer) {
        let answer = WebKitReply(reply, context: jsc_value_get_context(value))
        switch PageText.readMessage(value, seal: seal) {
        case .success(let text):
            guard let onInvoke else {
                return answer.reject(
                    PageText.error(code: "UNAVAILABLE", "Nothing in the host listens to this page's calls."))
            }
            onInvoke(PageMessage(body: text), answer)
        case .failure(let problem):
            complain(problem)
            answer.reject(PageText.error(code: problem.code, problem.message))
        }
    }

    private func receiveSignal(_ value: OpaquePointer) {
        switch PageText.readMessage(value, seal: seal) {
        case .success(let text): onSignal?(PageMessage(body: text))
        case .failure(let problem): complain(problem)
        }
    }

    private func complain(_ problem: PageText.Problem) {
        complaints.log(.warning, "a message was refused: \(problem.message)", to: log)
    }
}

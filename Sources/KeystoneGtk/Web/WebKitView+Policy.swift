internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore
internal import KeystoneSupport

/// Where a page may go, and what it may ask for.
extension WebKitView {
    func observePolicy() {
        Signal.connectDecision(widget, "decide-policy") { [weak self] decision, type in
            guard let self else { return false }
            return decide(OpaquePointer(decision), WebKitPolicyDecisionType(rawValue: UInt32(bitPattern: type)))
        }
        Signal.connectPointerBool(widget, "permission-request") { [weak self] request in
            let name = g_type_name_from_instance(request.assumingMemoryBound(to: GTypeInstance.self))
            self?.log.debug("denied: \(name.map { String(cString: $0) } ?? "permission request")")
            webkit_permission_request_deny(OpaquePointer(request))
            return true
        }
    }

    private func decide(_ decision: OpaquePointer, _ type: WebKitPolicyDecisionType) -> Bool {
        switch type {
        case WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION:
            return decideNavigation(decision)
        case WEBKIT_POLICY_DECISION_TYPE_NEW_WINDOW_ACTION:
            refuse(decision, uri: Self.navigationURI(decision))
            return true
        case WEBKIT_POLICY_DECISION_TYPE_RESPONSE:
            return decideResponse(decision)
        default:
            return false
        }
    }

    /// WebKitGTK doesn't say which frame a navigation is for. A link or a form that leads outside is stopped here, before
    /// anything is sent, whichever frame it is in; `stopForeignLoad` stops the main frame's others as they start, and
    /// `decideResponse` has the last word.
    private func decideNavigation(_ decision: OpaquePointer) -> Bool {
        let action = webkit_navigation_policy_decision_get_navigation_action(decision)
        let type = webkit_navigation_action_get_navigation_type(action)
        guard type == WEBKIT_NAVIGATION_TYPE_LINK_CLICKED || type == WEBKIT_NAVIGATION_TYPE_FORM_SUBMITTED else {
            return false
        }
        let uri = Self.navigationURI(decision)
        // An empty frame is harmless; in the main frame `returnHome` undoes it.
        guard !isAllowed(uri), uri != "about:blank" else { return false }
        refuse(decision, uri: uri)
        return true
    }

    /// The main frame began to load, or was redirected: whether that was stopped because it leads outside.
    func stopForeignLoad() -> Bool {
        let uri = webkit_web_view_get_uri(view).map { String(cString: $0) } ?? ""
        guard !isAllowed(uri) else { return false }
        webkit_web_view_stop_loading(view)
        onEvent?(.navigationRequested(uri: uri))
        return true
    }

    private func decideResponse(_ decision: OpaquePointer) -> Bool {
        let request = webkit_response_policy_decision_get_request(decision)
        let uri = webkit_uri_request_get_uri(request).map { String(cString: $0) } ?? ""
        guard webkit_response_policy_decision_is_main_frame_main_resource(decision) != 0 else { return false }
        guard !isAllowed(uri) else { return false }
        refuse(decision, uri: uri)
        return true
    }

    private func refuse(_ decision: OpaquePointer, uri: String) {
        webkit_policy_decision_ignore(
            UnsafeMutableRawPointer(decision).assumingMemoryBound(to: WebKitPolicyDecision.self))
        onEvent?(.navigationRequested(uri: uri))
    }

    private static func navigationURI(_ decision: OpaquePointer) -> String {
        let action = webkit_navigation_policy_decision_get_navigation_action(decision)
        let request = webkit_navigation_action_get_request(action)
        return webkit_uri_request_get_uri(request).map { String(cString: $0) } ?? ""
    }

    func isAllowed(_ uri: String) -> Bool {
        if uri.isEmpty { return true }
        guard let origin = Origin(uri) else { return false }
        return allowedOrigins.contains { Origin($0) == origin }
    }
}

package import KeystoneProtocol

extension WireError {
    /// The HTTP status that says the same, whatever carries the error: a route's answer or a binary call's.
    package var httpStatus: Int {
        switch code {
        case .badRequest: 400
        case .forbidden: 403
        case .noHandler, "NOT_FOUND": 404
        case .tooLarge: 413
        // Nobody has given the case a number; this is the one that servers use.
        case .aborted: 499
        case .notSupported: 501
        case .unavailable: 503
        case .timeout: 504
        default: 500
        }
    }
}

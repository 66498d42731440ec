internal import KeystoneProtocol

extension WireError {
    /// The HTTP status that says the same.
    var responseStatus: Int {
        switch code {
        case .badRequest: 400
        case .forbidden: 403
        case .noHandler: 404
        case .tooLarge: 413
        case .unavailable: 503
        case .timeout: 504
        case .notSupported: 501
        default: 500
        }
    }
}

internal import KeystoneSupport

/// What a window's page shows beside its cookie, so that its socket counts as that window's: all windows share the cookie,
/// and without it a page could claim to be another. Made from the session's token, which no page has.
package enum WindowTicket {
    /// 64 hexadecimal digits.
    package static func make(windowID: String, sessionToken: String) -> String {
        SHA256.authenticationCode(for: Array("window:\(windowID)".utf8), key: Array(sessionToken.utf8)).hexadecimal
    }
}

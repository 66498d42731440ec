internal import CSodium

/// libsodium wants to be set up once before anything else; it may be asked from any thread.
enum Sodium {
    static let isReady = sodium_init() >= 0

    static func prepare() throws(SigningError) {
        guard isReady else { throw SigningError("libsodium could not be set up: no source of random numbers") }
    }
}

/// Why something could not be signed or a key not be read, in words for the user.
package struct SigningError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

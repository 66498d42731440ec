/// Why an app's Swift sources could not be built, in words for the user. Errors of the compiler are not among them: they
/// are `CompilerDiagnostic`s of a build that ran.
package struct BuildError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

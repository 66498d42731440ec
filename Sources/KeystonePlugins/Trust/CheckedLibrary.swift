package import KeystoneSigning
package import KeystoneSupport

/// A library as it was when it was found fit to be loaded. What is mapped must be made of `bytes`, or of `descriptor`
/// where nobody else may write to the file: the path may lead somewhere else by now.
package struct CheckedLibrary: Sendable {
    package let file: PluginFile
    package let bytes: [UInt8]
    /// The file, open for reading.
    package let descriptor: OwnedDescriptor
    /// The name of the content.
    package let content: ContentHash
    /// `nil` where no signature was asked for.
    package let signer: PublicKey?

    /// A path that leads to the file that was checked, wherever that lies by now. The file stays open until the process
    /// ends, since the system's loader tells images apart by their paths: call it once, to map it.
    func lastingPath() -> String { "/proc/self/fd/\(descriptor.release())" }
}

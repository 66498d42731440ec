internal import KeystoneCore
internal import KeystoneSigning

/// Which of the app's own libraries would not be loaded for want of a signature. The host decides again when it loads them.
enum SignatureCheck {
    /// In words for the user; empty where no keys are set.
    static func warnings(_ project: AppProject) throws(CommandFailure) -> [String] {
        let plugins = project.config.plugins
        let directory = Files.absolute(plugins.dir.hasPrefix("/") ? plugins.dir : "\(project.directory)/\(plugins.dir)")
        guard plugins.enabled, !plugins.publicKeys.isEmpty, Files.isDirectory(directory) else { return [] }
        let keys: [PublicKey]
        do throws(SigningError) {
            keys = try plugins.publicKeys.map { (text) throws(SigningError) in try PublicKey(text) }
        } catch {
            throw CommandFailure("\(project.loaded.file ?? project.directory): error: plugins.publicKeys: \(error)")
        }
        return try SignCommand.libraries(in: directory).compactMap { warning($0, keys) }
    }

    private static func warning(_ library: String, _ keys: [PublicKey]) -> String? {
        do throws(SigningError) {
            let signer = try LibrarySigning.signer(of: library)
            return keys.contains(signer) ? nil : "\(library) is signed by \(signer), which is not in plugins.publicKeys"
        } catch {
            return "\(error)"
        }
    }
}

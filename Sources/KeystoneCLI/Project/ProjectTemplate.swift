internal import Glibc
internal import KeystoneSupport

/// Directories of files that become a new app.
struct ProjectTemplate: Sendable {
    /// Laid over each other: a file of a later one replaces that of an earlier one.
    let sources: [String]
    /// `{{KEY}}` in a file becomes the value.
    let substitutions: [String: String]

    private static let sizeLimit = 4 << 20

    /// Copies the files. `gitignore` becomes `.gitignore`: under its own name it would hide files of the template.
    func copy(to directory: String) throws(CommandFailure) {
        do throws(SystemError) {
            for source in sources { try copy(source, to: directory) }
        } catch {
            throw CommandFailure("the app can't be created: \(error)")
        }
    }

    private func copy(_ source: String, to target: String) throws(SystemError) {
        try makeDirectories(target)
        for name in try Files.names(in: source) {
            let from = "\(source)/\(name)"
            let to = "\(target)/\(name == "gitignore" ? ".gitignore" : name)"
            if Files.isDirectory(from) {
                try copy(from, to: to)
            } else {
                let text = String(decoding: try SmallFile.read(from, limit: Self.sizeLimit), as: UTF8.self)
                try SmallFile.replace(to, with: Array(filledIn(text, for: name).utf8))
                // Written for its owner alone; a project's files are for everybody, as the umask says.
                try systemCall("chmod", path: to) { chmod(to, 0o666 & ~currentMask()) }
            }
        }
    }

    private func currentMask() -> mode_t {
        let mask = umask(0o022)
        umask(mask)
        return mask
    }

    private func filledIn(_ text: String, for name: String) -> String {
        substitutions.reduce(text) { $0.replacing("{{\($1.key)}}", with: escaped($1.value, for: name)) }
    }

    /// In JSON and TypeScript the placeholders stand within double quotes.
    private func escaped(_ value: String, for name: String) -> String {
        guard [".json", ".ts", ".tsx", ".svelte"].contains(where: name.hasSuffix) else { return value }
        return String(JSONValue.string(value).serializedString().dropFirst().dropLast())
    }
}

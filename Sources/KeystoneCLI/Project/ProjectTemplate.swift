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
                try Self.write(filledIn(text, for: name), to: to)
            }
        }
    }

    /// Writes a file as a project's are: for everybody, as the umask says.
    static func write(_ text: String, to path: String) throws(SystemError) {
        try SmallFile.replace(path, with: Array(text.utf8))
        let mask = umask(0o022)
        umask(mask)
        try systemCall("chmod", path: path) { chmod(path, 0o666 & ~mask) }
    }

    private func filledIn(_ text: String, for name: String) -> String {
        substitutions.reduce(text) { $0.replacing("{{\($1.key)}}", with: escaped($1.value, for: name)) }
    }

    /// In JSON, TypeScript and Swift the placeholders stand within double quotes.
    private func escaped(_ value: String, for name: String) -> String {
        if name.hasSuffix(".swift") { return value.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#) }
        guard [".json", ".ts", ".tsx", ".svelte"].contains(where: name.hasSuffix) else { return value }
        return String(JSONValue.string(value).serializedString().dropFirst().dropLast())
    }
}

internal import Foundation
internal import KeystoneSupport

/// A directory of files that becomes a new app.
struct ProjectTemplate: Sendable {
    let source: String
    /// `{{KEY}}` in a file becomes the value.
    let substitutions: [String: String]

    /// Copies the files. `gitignore` becomes `.gitignore`: under its own name it would hide files of the template.
    func copy(to directory: String) throws(CommandFailure) {
        do {
            let manager = FileManager.default
            try manager.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for name in try manager.subpathsOfDirectory(atPath: source).sorted() {
                let target = "\(directory)/\(name == "gitignore" ? ".gitignore" : name)"
                if Files.isDirectory("\(source)/\(name)") {
                    try manager.createDirectory(atPath: target, withIntermediateDirectories: true)
                } else {
                    try Data(text(of: name).utf8).write(to: URL(fileURLWithPath: target))
                }
            }
        } catch {
            throw CommandFailure("\(directory) can't be written: \(error.localizedDescription)")
        }
    }

    private func text(of name: String) throws -> String {
        var text = try String(contentsOfFile: "\(source)/\(name)", encoding: .utf8)
        for (key, value) in substitutions {
            text = text.replacingOccurrences(of: "{{\(key)}}", with: escaped(value, for: name))
        }
        return text
    }

    /// In JSON and TypeScript the placeholders stand within double quotes.
    private func escaped(_ value: String, for name: String) -> String {
        guard [".json", ".ts", ".tsx"].contains(where: name.hasSuffix) else { return value }
        return String(JSONValue.string(value).serializedString().dropFirst().dropLast())
    }
}

internal import Foundation
internal import KeystoneSupport

/// Directories of files that become a new app.
struct ProjectTemplate: Sendable {
    /// Laid over each other: a file of a later one replaces that of an earlier one.
    let sources: [String]
    /// `{{KEY}}` in a file becomes the value.
    let substitutions: [String: String]

    /// Copies the files. `gitignore` becomes `.gitignore`: under its own name it would hide files of the template.
    func copy(to directory: String) throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            for source in sources { try copy(source, to: directory) }
        } catch {
            throw CommandFailure("\(directory) can't be written: \(error.localizedDescription)")
        }
    }

    private func copy(_ source: String, to directory: String) throws {
        let manager = FileManager.default
        for name in try manager.subpathsOfDirectory(atPath: source).sorted() {
            let target = "\(directory)/\(name == "gitignore" ? ".gitignore" : name)"
            if Files.isDirectory("\(source)/\(name)") {
                try manager.createDirectory(atPath: target, withIntermediateDirectories: true)
            } else {
                let text = try text(of: "\(source)/\(name)")
                try Data(text.utf8).write(to: URL(fileURLWithPath: target))
            }
        }
    }

    private func text(of name: String) throws -> String {
        var text = try String(contentsOfFile: name, encoding: .utf8)
        for (key, value) in substitutions {
            text = text.replacingOccurrences(of: "{{\(key)}}", with: escaped(value, for: name))
        }
        return text
    }

    /// In JSON and TypeScript the placeholders stand within double quotes.
    private func escaped(_ value: String, for name: String) -> String {
        guard [".json", ".ts", ".tsx", ".svelte"].contains(where: name.hasSuffix) else { return value }
        return String(JSONValue.string(value).serializedString().dropFirst().dropLast())
    }
}

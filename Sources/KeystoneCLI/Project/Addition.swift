internal import Glibc
internal import KeystoneSupport

/// What `keystone add` puts into an app: all of it, or nothing.
struct Addition: Sendable {
    struct File: Sendable {
        /// In the installation's `templates/add`.
        var template: String
        /// Absolute.
        var path: String
    }

    struct Entry: Sendable {
        /// The list in the configuration file.
        var key: String
        var value: JSONValue
    }

    /// For example `the service plugin Clock`.
    var title: String
    var files: [File] = []
    var entry: Entry?
    /// What stands for what in the templates, the longest first.
    var replacements: [(String, String)]
    /// What to do with it.
    var next: String

    /// Adds it. What is there already is a failure, and so is a configuration that can't take the entry.
    func apply(to project: AppProject, _ engine: Engine) throws(CommandFailure) {
        for file in files where Files.isPresent(file.path) {
            throw CommandFailure("\(file.path) is there already", hint: "Nothing was changed.")
        }
        let edit: ConfigEdit?
        if let entry {
            edit = try ConfigEdit(project, adding: entry.value, to: entry.key)
        } else {
            edit = nil
        }
        var written: [String] = []
        do throws(SystemError) {
            for file in files {
                let text = try template(file, engine)
                try makeDirectories(Files.parent(file.path))
                try ProjectTemplate.write(text, to: file.path)
                written.append(file.path)
            }
            try edit?.write()
        } catch {
            for file in written { unlink(file) }
            throw CommandFailure("\(title) can't be added: \(error)", hint: "Nothing was changed.")
        }
    }

    private func template(_ file: File, _ engine: Engine) throws(SystemError) -> String {
        let source = "\(engine.root)/templates/add/\(file.template)"
        let text = String(decoding: try SmallFile.read(source, limit: 1 << 20), as: UTF8.self)
        return replacements.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}

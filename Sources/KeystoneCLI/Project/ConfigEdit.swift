internal import KeystoneCore
internal import KeystoneSupport

/// One more element for a list in an app's configuration file, worked out and found good, but not written yet.
struct ConfigEdit: Sendable {
    /// Absolute, links resolved.
    private let file: String
    private let text: [UInt8]

    /// Throws where the file can't take it; the file is as it was.
    init(_ project: AppProject, adding element: JSONValue, to key: String) throws(CommandFailure) {
        guard let file = project.loaded.file else {
            let name = JSONValue.string(project.config.name), id = JSONValue.string(project.config.id)
            throw CommandFailure(
                "\(project.directory) has no \(ConfigLoader.fileNames[1]) that could list it",
                hint: "Write one first, for example: { \"name\": \(name), \"id\": \(id), "
                    + "\"windows\": [{ \"component\": \"app\" }], \"bun\": {} }")
        }
        do {
            let old = try SmallFile.read(file, limit: JSONOptions.config.maximumSize)
            text = try JSONDocument(old).appending(element, toArray: key)
        } catch {
            throw CommandFailure("\(file): \(error)", hint: "Add it by hand: \(key) gets \(element)")
        }
        self.file = file
        if let fault = ConfigLoader.parse(text, file: file).errors.first {
            throw CommandFailure("\(fault)", hint: "Nothing was changed.")
        }
    }

    func write() throws(SystemError) { try Files.rewrite(file, with: text) }
}

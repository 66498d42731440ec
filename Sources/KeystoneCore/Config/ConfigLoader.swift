internal import Glibc
internal import KeystoneSupport

/// Finds and reads an app's configuration file.
public enum ConfigLoader {
    /// In the order in which they are looked for.
    public static let fileNames = ["keystone.config.json", "keystone.json"]

    /// The configuration of the app in a directory.
    ///
    /// Never fails: what is wrong is in the result's `diagnostics`. An app without a file gets the defaults for
    /// development. Reads files; takes a few milliseconds at most.
    /// - Parameter environment: overrides the file (`KEYSTONE_RENDERING`).
    public static func load(appDirectory: String, environment: [String: String] = [:]) -> LoadedConfig {
        let directory = appDirectory.isEmpty ? "." : appDirectory
        let present = fileNames.map { "\(directory)/\($0)" }.filter(exists)
        guard let file = present.first else {
            var loaded = developmentDefaults(directory)
            override(&loaded, environment)
            return loaded
        }
        var loaded = read(file, directory)
        for ignored in present.dropFirst() {
            loaded.diagnostics.append(
                ConfigDiagnostic(.warning, file: ignored, message: "ignored, since \(fileNames[0]) is there"))
        }
        override(&loaded, environment)
        return loaded
    }

    /// Reads a configuration from text, for tests and tools. `file` is the name for messages.
    public static func parse(_ text: [UInt8], file: String) -> LoadedConfig {
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(text)
        } catch {
            let position = SourcePosition(line: error.line, column: error.column)
            return failed(ConfigDiagnostic(.error, file: file, position: position, message: error.message))
        }
        var reader = ConfigReader(document: document, file: file)
        let config = KeystoneConfig.schema.read(document.root, "", &reader)
        return LoadedConfig(
            config: config ?? KeystoneConfig(), diagnostics: reader.finished(), file: file, origins: reader.origins)
    }

    private static func read(_ file: String, _ directory: String) -> LoadedConfig {
        let limit = JSONOptions.config.maximumSize
        var status = stat()
        guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return failed(ConfigDiagnostic(.error, file: file, message: "this is not a regular file"))
        }
        do throws(SystemError) {
            let bytes = try SmallFile.read(file, limit: limit)
            guard String(validating: bytes, as: UTF8.self) != nil else { return failed(notUTF8(bytes, file)) }
            return parse(bytes, file: file)
        } catch {
            let message =
                error.code == EFBIG ? "larger than the \(limit >> 20) MiB allowed" : "can't be read: \(error.reason)"
            return failed(ConfigDiagnostic(.error, file: file, message: message))
        }
    }

    private static func notUTF8(_ bytes: [UInt8], _ file: String) -> ConfigDiagnostic {
        let hint =
            bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) ? " (it looks like UTF-16)" : ""
        return ConfigDiagnostic(.error, file: file, message: "the file is not UTF-8\(hint); save it as UTF-8")
    }

    private static func failed(_ diagnostic: ConfigDiagnostic) -> LoadedConfig {
        LoadedConfig(config: KeystoneConfig(), diagnostics: [diagnostic], file: diagnostic.file, origins: [:])
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Named after the directory; Bun runs where there is a `bun` directory, with a window for its `app` component.
    private static func developmentDefaults(_ directory: String) -> LoadedConfig {
        let name = baseName(of: directory)
        var config = KeystoneConfig()
        config.name = name
        config.id = AppID.development(for: name)
        var status = stat()
        if stat(directory + "/bun", &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            config.bun = BunConfig()
            var window = WindowConfig()
            window.component = "app"
            window.title = name
            config.windows = [window]
        }
        return LoadedConfig(config: config, diagnostics: [], file: nil, origins: [:])
    }

    private static func baseName(of directory: String) -> String {
        let resolved = realpath(directory, nil)
        defer { free(resolved) }
        let path = resolved.map { String(cString: $0) } ?? directory
        let name = path.split(separator: "/").last.map { String($0.filter { !$0.isNewline && $0 != "\0" }) } ?? ""
        return name.isEmpty || name == "." || name == ".." ? "app" : name
    }

    /// What the environment says, over everything else. To be called last where code changes what was loaded.
    package static func override(_ loaded: inout LoadedConfig, _ environment: [String: String]) {
        let variable = "KEYSTONE_RENDERING"
        guard let text = environment[variable], !text.isEmpty else { return }
        guard let rendering = RenderingConfig(rawValue: text) else {
            loaded.diagnostics.append(
                ConfigDiagnostic(
                    .warning, file: variable,
                    message: "found \"\(text.prefix(60))\", expected \"auto\", \"gpu\" or \"software\"; it is ignored"))
            return
        }
        loaded.config.rendering = rendering
        loaded.origins["rendering"] = .environment(variable: variable)
    }
}

internal import KeystoneCore

/// An app's directory with its configuration, known to be free of errors.
struct AppProject: Sendable {
    /// Absolute.
    let directory: String
    let loaded: LoadedConfig
    /// For an app that is a program of its own; what the file lacks may then stand in its code.
    var executable: AppExecutable?

    var config: KeystoneConfig { loaded.config }

    /// The Bun side's directory, or `nil` when the app has none.
    var bunRoot: String? {
        guard let bun = config.bun, bun.enabled else {
            // The program's own code may say that there is one.
            return executable != nil && Files.isDirectory(directory + "/bun") ? directory + "/bun" : nil
        }
        return bun.root.hasPrefix("/") ? bun.root : Files.absolute("\(directory)/\(bun.root)")
    }

    /// Where the app's scripts lie, or `nil` when it has none.
    var scriptDirectory: String? {
        guard config.scripts.enabled else { return nil }
        let path = config.scripts.dir
        return path.hasPrefix("/") ? path : Files.absolute("\(directory)/\(path)")
    }

    /// Where things of the Bun side are added.
    func requiredBunRoot() throws(CommandFailure) -> String {
        if let bunRoot { return bunRoot }
        let file = loaded.file ?? ConfigLoader.fileNames[1]
        throw CommandFailure(
            "the app has no Bun side", hint: "Add \"bun\": { \"root\": \"bun\" } to \(file), and make the directory.")
    }

    /// Opens an app and shows its warnings; throws with all errors of its configuration.
    static func open(_ argument: String?, _ context: CommandContext) throws(CommandFailure) -> AppProject {
        let project = try AppProject.load(argument, context)
        for warning in project.loaded.warnings { Console.note(warning.description) }
        guard project.loaded.hasErrors else {
            try project.checkBunRoot()
            return project
        }
        for error in project.loaded.errors { Console.note(error.description) }
        throw CommandFailure(
            "the configuration has \(project.loaded.errors.count(of: "error")); the app was not started")
    }

    /// Finds the app without judging its configuration.
    static func load(_ argument: String?, _ context: CommandContext) throws(CommandFailure) -> AppProject {
        let directory = Files.absolute(argument ?? ".")
        guard Files.isDirectory(directory) else {
            throw CommandFailure(
                Files.exists(directory) ? "\(directory) is not a directory" : "there is no directory \(directory)",
                hint: "To make a new app: keystone create \(argument ?? "DIR")")
        }
        var loaded = ConfigLoader.load(appDirectory: directory, environment: context.environment)
        // A program that is named by `KEYSTONE_HOST` may be built on `KeystoneApp`, too.
        let executable = context.variable("KEYSTONE_HOST") == nil ? try AppExecutable.find(in: directory, context) : nil
        if executable != nil || context.variable("KEYSTONE_HOST") != nil {
            loaded.diagnostics.removeAll { ["name", "id"].contains($0.key) && $0.severity == .error }
        }
        guard loaded.file != nil || executable != nil || Files.isDirectory(directory + "/bun") else {
            throw CommandFailure(
                "\(directory) holds no Keystone app: no \(ConfigLoader.fileNames.joined(separator: ", no ")), no bun/, "
                    + "no Package.swift of a program",
                hint: "To make a new app: keystone create DIR")
        }
        return AppProject(directory: directory, loaded: loaded, executable: executable)
    }

    private func checkBunRoot() throws(CommandFailure) {
        guard let bunRoot, !Files.isDirectory(bunRoot) else { return }
        let file = loaded.file ?? directory
        throw CommandFailure(
            "\(file): error: bun.root: there is no directory \(bunRoot)",
            hint: "Make the directory, mend bun.root, or remove the bun block for an app without Bun.")
    }
}

extension Collection {
    /// For example `1 error` or `3 errors`.
    func count(of noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

internal import KeystoneBuild
internal import KeystoneCore
/// What a plugin in Swift is.
enum PluginKind: String, Sendable, CaseIterable {
    case service, logic, library, window, core

    private var suffix: String {
        switch self {
        case .service: "Service"
        case .logic: "Logic"
        case .library: "Library"
        case .window: "Window"
        case .core: "Core"
        }
    }

    fileprivate func type(_ name: PartName) -> String { name.type(suffix) }

    /// From the longest to the shortest.
    fileprivate func replacements(_ name: PartName) -> [(String, String)] {
        // A window is opened by its name as it stands in the configuration.
        let own = self == .window ? name.text : name.channel
        return [
            ("Example\(suffix)", type(name)), ("Example Title", name.title), ("Example", name.type), ("example", own),
        ]
    }
}

extension Addition {
    /// A plugin of one file; for a core, the file that makes `app/` one.
    static func plugin(_ name: PartName, _ kind: PluginKind, _ project: AppProject) throws(CommandFailure) -> Addition {
        try checkModule(name, kind, project)
        if !project.config.plugins.enabled {
            Console.warning("plugins.enabled is false in the app's configuration: no plugin is loaded")
        }
        let path = kind == .core ? "app/\(kind.type(name)).swift" : "plugins/\(name.type).swift"
        return Addition(
            title: kind == .core ? "the core \(kind.type(name))" : "the \(kind.rawValue) plugin \(name.type)",
            files: [File(template: "\(kind.rawValue)-plugin.swift", path: "\(project.directory)/\(path)")],
            replacements: kind.replacements(name), next: next(kind, name))
    }

    private static func checkModule(
        _ name: PartName, _ kind: PluginKind, _ project: AppProject
    ) throws(CommandFailure) {
        if kind == .core {
            let files = (try? Files.names(in: project.directory + "/app")) ?? []
            guard let other = files.first(where: { $0.hasSuffix(".swift") }) else { return }
            throw CommandFailure(
                "the app has a core: \(project.directory)/app/\(other)", hint: "An app has one. Nothing was changed.")
        }
        if let fault = NativeModule.fault(ofName: name.type) { throw CommandFailure(fault, code: 2) }
        let directory = "\(project.directory)/plugins/\(name.type)"
        if Files.isPresent(directory) {
            throw CommandFailure("\(directory) is there already", hint: "Nothing was changed.")
        }
    }

    private static func next(_ kind: PluginKind, _ name: PartName) -> String {
        switch kind {
        case .core: "keystone run compiles it and starts the app with it; a changed core asks for a restart."
        case .library: "Plugins that say `import \(name.type)` are built, loaded and reloaded with it."
        case .window: "keystone add window \(name.text) makes the app open one; keystone run compiles and loads it."
        case .service, .logic: "keystone run compiles and loads it; saved while the app runs, it takes over at once."
        }
    }
}

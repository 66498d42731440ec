internal import KeystoneCore
internal import KeystoneSupport

extension Addition {
    /// A service of the main Bun process.
    static func service(_ name: PartName, _ project: AppProject) throws(CommandFailure) -> Addition {
        let bun = try project.requiredBunRoot()
        let directory = "\(bun)/services"
        try checkFree(name, in: directory, ["", ".tsx", ".js", ".jsx", ".mts", ".mjs"])
        return Addition(
            title: "the service \(name.text)",
            files: [File(template: "service.ts", path: "\(directory)/\(name.text).ts")],
            replacements: [("example", name.text)],
            next: "It starts with the app, and at once where the app runs. Pages call it with "
                + "invokeBun(\"\(name.text):hello\", …).")
    }

    /// A worker with one service.
    static func worker(_ name: PartName, _ project: AppProject) throws(CommandFailure) -> Addition {
        let bun = try project.requiredBunRoot()
        guard !project.config.workers.contains(where: { $0.name == name.text }) else {
            throw CommandFailure("the app has a worker \(name.text)", hint: "Nothing was changed.")
        }
        let directory = "workers/\(name.text)"
        try checkFree(name, in: "\(bun)/workers", [""])
        return Addition(
            title: "the worker \(name.text)",
            files: [File(template: "worker-service.ts", path: "\(bun)/\(directory)/\(name.text).ts")],
            entry: Entry(key: "workers", value: ["name": .string(name.text), "servicesDir": .string(directory)]),
            replacements: [("example", name.text)],
            next: "It starts with the next run of the app. Services ask it with svc.ipc.worker(\"\(name.text)\").")
    }

    /// An entry for a window, and its web component where nothing is there that it could show.
    static func window(_ name: PartName, _ project: AppProject) throws(CommandFailure) -> Addition {
        guard !project.config.windows.contains(where: { $0.component == name.text }) else {
            throw CommandFailure("the app has a window \(name.text)", hint: "Nothing was changed.")
        }
        var addition = Addition(title: "the window \(name.text)", replacements: [], next: "")
        let isNative = hasWindowPlugin(name, project)
        if let bun = project.bunRoot, !isNative, !hasComponent(name, bun) { addition.addComponent(name, bun) }
        addition.entry = Entry(
            key: "windows",
            value: [
                "component": .string(name.text), "title": .string(name.title), "width": 800, "height": 600,
            ])
        addition.next =
            project.bunRoot == nil && !isNative
            ? "It shows a window plugin of that type: keystone add plugin \(name.text) --kind window"
            : "It opens with the next run; with \"spawn\": false, when nativeWindow.open(\"\(name.text)\") asks for it."
        return addition
    }

    /// A web component, in the framework of the app's `package.json`.
    static func component(_ name: PartName, _ project: AppProject) throws(CommandFailure) -> Addition {
        let bun = try project.requiredBunRoot()
        try checkFree(name, in: "\(bun)/web", [".ts", ".tsx", ".js", ".jsx"])
        var addition = Addition(title: "the component \(name.text)", replacements: [], next: "")
        addition.addComponent(name, bun)
        addition.next = "keystone add window \(name.text) makes a window that shows it."
        return addition
    }

    private mutating func addComponent(_ name: PartName, _ bun: String) {
        let framework = WebFramework(bunRoot: bun)
        let script = framework == .react ? "tsx" : "ts"
        files.append(
            File(template: framework.componentTemplate, path: "\(bun)/web/\(name.text).\(script)"))
        if framework == .svelte {
            files.append(File(template: "component.svelte", path: "\(bun)/src/\(name.type).svelte"))
        }
        replacements = [("Example Title", name.title), ("Example", name.type), ("example", name.text)]
    }

    private static func hasWindowPlugin(_ name: PartName, _ project: AppProject) -> Bool {
        let text = try? SmallFile.read("\(project.directory)/plugins/\(name.type).swift", limit: 1 << 20)
        return text.map { String(decoding: $0, as: UTF8.self).contains("WindowPlugin") } ?? false
    }

    private static func hasComponent(_ name: PartName, _ bun: String) -> Bool {
        [".ts", ".tsx", ".js", ".jsx"].contains { Files.isPresent("\(bun)/web/\(name.text)\($0)") }
    }

    private static func checkFree(
        _ name: PartName, in directory: String, _ endings: [String]
    ) throws(CommandFailure) {
        let paths = endings.map { "\(directory)/\(name.text)\($0)" }
        guard let taken = paths.first(where: Files.isPresent) else { return }
        throw CommandFailure("\(taken) is there already", hint: "Nothing was changed.")
    }
}

/// What an app's components are written in, as its `package.json` tells.
enum WebFramework: String, CaseIterable {
    case react, svelte, vue, vanilla

    init(bunRoot: String) {
        let manifest = Manifest.read(bunRoot + "/package.json")
        self =
            Self.allCases.first { framework in
                ["dependencies", "devDependencies"].contains { manifest?[$0]?[framework.rawValue] != nil }
            } ?? .vanilla
    }

    fileprivate var componentTemplate: String {
        switch self {
        case .react: "component.react.tsx"
        case .svelte: "component.svelte.ts"
        case .vue: "component.vue.ts"
        case .vanilla: "component.ts"
        }
    }
}

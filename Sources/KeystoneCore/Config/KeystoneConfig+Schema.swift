internal import KeystoneSupport

extension KeystoneConfig {
    /// The table of the whole file: reading, checking, printing and the reference come from it.
    static let schema = ConfigSchema<KeystoneConfig>(
        defaults: { KeystoneConfig() },
        fields: [
            ConfigField("name", \.name, .nonEmpty, required: true, "The app's name, as people see it."),
            ConfigField("id", \.id, .appID, required: true, "Names the app's directories, sockets and desktop entry."),
            ConfigField("version", \.version, .nonEmpty, "The app's version."),
            ConfigField(
                "windows", \.windows, .list(of: .object { WindowConfig.schema }, expected: "an array of windows"),
                "The kinds of window."),
            ConfigField("security", \.security, .object { SecurityConfig.schema }, "What the app may reach."),
            ConfigField(
                "bun", \.bun, .optional(.object { BunConfig.schema }),
                "The Bun side. Without this block no Bun process starts."),
            ConfigField(
                "appAssembly", \.appAssembly, .optionalText,
                "The shared library with the core plugin, relative to the app."),
            ConfigField("plugins", \.plugins, .object { PluginsConfig.schema }, "Native plugins."),
            ConfigField("scripts", \.scripts, .object { ScriptsConfig.schema }, "Swift scripts."),
            ConfigField("iconDir", \.iconDir, .text, "The directory of the app's icons."),
            ConfigField("menus", \.menus, .menus, "Menus by title, merged with the built-in ones."),
            ConfigField(
                "workers", \.workers, .list(of: .object { WorkerConfig.schema }, expected: "an array of workers"),
                "More Bun processes."),
            ConfigField(
                "processRecovery", \.processRecovery, .object { ProcessRecoveryConfig.schema },
                "What happens when a process dies."),
            ConfigField("build", \.build, .object { BuildConfig.schema }, "Packaging."),
            ConfigField(
                "rendering", \.rendering, .choice, "How pixels are drawn. The variable KEYSTONE_RENDERING comes first."),
            ConfigField(
                "quitOnLastWindowClosed", \.quitOnLastWindowClosed, .flag,
                "Whether the app ends with its last visible window."),
        ],
        check: checkWorkers, ignored: ["$schema"])

    /// Every key of the file with its type, default and purpose, in the file's order.
    public static var reference: [ConfigKeyDescription] { schema.descriptions }

    @Sendable
    private static func checkWorkers(
        _ config: inout KeystoneConfig, _ object: ConfigObject, _ reader: inout ConfigReader
    ) {
        if !config.workers.isEmpty, config.bun?.enabled != true {
            object.warning("workers", "none of them starts: the app has no Bun side (the bun block)", &reader)
        }
        if config.workers.count > WorkerConfig.maximumCount {
            object.error("workers", "has \(config.workers.count); \(WorkerConfig.maximumCount) are allowed", &reader)
        }
        guard case .array(let workers)? = object.members["workers"]?.content else { return }
        var seen: Set<String> = []
        for (index, worker) in workers.enumerated() {
            guard case .object(let members) = worker.content,
                let name = members.first(where: { $0.key == "name" }), let text = name.value.value.string
            else { continue }
            guard !seen.insert(text).inserted else { continue }
            reader.report(
                .error, at: name.value.offset, key: "workers[\(index)].name",
                "the name \"\(text)\" is taken by an earlier worker; names must be unique")
        }
    }
}

extension SecurityConfig {
    static let schema = ConfigSchema<SecurityConfig>(
        defaults: { SecurityConfig() },
        fields: [ConfigField("network", \.network, .object { NetworkConfig.schema }, "What services may fetch.")])
}

extension NetworkConfig {
    static let schema = ConfigSchema<NetworkConfig>(
        defaults: { NetworkConfig() },
        fields: [
            ConfigField("mode", \.mode, .choice, "\"auto\" is open in development and an allow-list in packages."),
            ConfigField(
                "allowedEndpoints", \.allowedEndpoints,
                .list(of: .nonEmpty, expected: "an array of non-empty strings"),
                "host, host:port or *.domain; 127.0.0.1 and localhost are always allowed."),
        ],
        check: { network, object, reader in
            for endpoint in network.allowedEndpoints where endpoint.contains("/") {
                object.warning(
                    "allowedEndpoints",
                    "\"\(endpoint)\" matches nothing: write the host alone, as in \"api.example.com\"",
                    &reader)
            }
        })
}

extension BunConfig {
    static let schema = ConfigSchema<BunConfig>(
        defaults: { BunConfig() },
        fields: [
            ConfigField("enabled", \.enabled, .flag, "Whether Bun runs."),
            ConfigField("root", \.root, .text, "The directory with keystone.config.ts, relative to the app."),
            ConfigField("compiledExe", \.compiledExe, .optionalText, "Set by the packager."),
            ConfigField("compiledWorkerExe", \.compiledWorkerExe, .optionalText, "Set by the packager."),
        ],
        check: { bun, object, reader in
            if bun.enabled, bun.root.isEmpty {
                object.error("root", "must not be empty while bun.enabled is true", &reader)
            }
        })
}

extension PluginsConfig {
    static let schema = ConfigSchema<PluginsConfig>(
        defaults: { PluginsConfig() },
        fields: [
            ConfigField("enabled", \.enabled, .flag, "Whether plugins are loaded."),
            ConfigField("dir", \.dir, .text, "The app's own plugins."),
            ConfigField(
                "userDir", \.userDir, .optionalText, "Plugins of the publisher; ~/ and $APP_SUPPORT/ are known."),
            ConfigField(
                "extensionDir", \.extensionDir, .optionalText, "Plugins of others; ~/ and $APP_SUPPORT/ are known."),
            ConfigField("hotReload", \.hotReload, .flag, "Reload a plugin when its file changes."),
            ConfigField("debounceMs", \.debounceMs, .count, "How long a file must be quiet, in milliseconds."),
            ConfigField(
                "allowExternalSignatures", \.allowExternalSignatures, .flag,
                "Allow libraries in extensionDir that others signed, each name with the key that signed it first."),
            ConfigField(
                "publicKeys", \.publicKeys, .list(of: .publicKey, expected: "an array of public keys"),
                "Ed25519 keys, as \"ed25519:\" and base64: with any, only libraries that one of them signed are loaded."
            ),
        ],
        check: { plugins, object, reader in
            if plugins.enabled, plugins.dir.isEmpty {
                object.error("dir", "must not be empty while plugins.enabled is true", &reader)
            }
        })
}

extension ScriptsConfig {
    static let schema = ConfigSchema<ScriptsConfig>(
        defaults: { ScriptsConfig() },
        fields: [
            ConfigField("enabled", \.enabled, .flag, "Whether scripts run; true where there is a scripts block."),
            ConfigField("dir", \.dir, .text, "Relative to the app."),
            ConfigField("hotReload", \.hotReload, .flag, "Run a script anew when its file changes."),
            ConfigField("autoCreateDir", \.autoCreateDir, .flag, "Make the directory when it is missing."),
        ],
        check: { scripts, object, reader in
            if !object.gives("enabled") { scripts.enabled = true }
            if scripts.enabled, scripts.dir.isEmpty {
                object.error("dir", "must not be empty while scripts.enabled is true", &reader)
            }
        })
}

extension MenuItemConfig {
    static let schema = ConfigSchema<MenuItemConfig>(
        defaults: { MenuItemConfig() },
        fields: [
            ConfigField("title", \.title, .nonEmpty, required: true, "What the item says."),
            ConfigField("action", \.action, .nonEmpty, required: true, "The action that it sends."),
            ConfigField("shortcut", \.shortcut, .optionalText, "For example cmd+n."),
        ])
}

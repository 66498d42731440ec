extension WindowConfig {
    static let schema = ConfigSchema<WindowConfig>(
        defaults: { WindowConfig() },
        fields: [
            ConfigField(
                "component", \.component, .nonEmpty, required: true, "A web component or a window plugin's type."),
            ConfigField("title", \.title, .text, "The window's title; the component's name without it."),
            ConfigField("width", \.width, .length, "In points."),
            ConfigField("height", \.height, .length, "In points."),
            ConfigField(
                "x", \.x, .optional(.coordinate), "The window's place on the screen; needs y. Not under Wayland."),
            ConfigField(
                "y", \.y, .optional(.coordinate), "The window's place on the screen; needs x. Not under Wayland."),
            ConfigField("minWidth", \.minWidth, .optional(.length), "The least width, in points."),
            ConfigField("minHeight", \.minHeight, .optional(.length), "The least height, in points."),
            ConfigField("resizable", \.resizable, .flag, "Whether the user can change the size."),
            ConfigField("spawn", \.spawn, .flag, "Open on launch."),
            ConfigField("titleBarStyle", \.titleBarStyle, .choice, "How the frame looks."),
            ConfigField("floating", \.floating, .flag, "Above other windows."),
            ConfigField("renderless", \.renderless, .flag, "No native drawing under the web content."),
            ConfigField("headless", \.headless, .flag, "Never shown; implies renderless."),
        ],
        check: finish)

    /// What follows from other keys, and what must fit together.
    @Sendable
    private static func finish(_ window: inout WindowConfig, _ object: ConfigObject, _ reader: inout ConfigReader) {
        if window.headless { window.renderless = true }
        if (window.x == nil) != (window.y == nil) {
            let (given, missing) = window.x == nil ? ("y", "x") : ("x", "y")
            object.error(given, "a position needs both coordinates, and \(missing) is missing", &reader)
        }
        if let least = window.minWidth, least > window.width {
            object.error("minWidth", "\(shown(least)) is more than the width, \(shown(window.width))", &reader)
        }
        if let least = window.minHeight, least > window.height {
            object.error("minHeight", "\(shown(least)) is more than the height, \(shown(window.height))", &reader)
        }
    }

    /// Without a needless `.0`.
    private static func shown(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? number.description
    }
}

extension WorkerConfig {
    static let schema = ConfigSchema<WorkerConfig>(
        defaults: { WorkerConfig() },
        fields: [
            ConfigField("name", \.name, .nonEmpty, required: true, "Unique among the workers."),
            ConfigField("servicesDir", \.servicesDir, .nonEmpty, required: true, "Relative to the Bun root."),
            ConfigField("autoStart", \.autoStart, .flag, "Start once the main Bun process is ready."),
            ConfigField("browserAccess", \.browserAccess, .flag, "Serve a WebSocket for direct connections."),
            ConfigField("isExtensionHost", \.isExtensionHost, .flag, "Runs code of others: channels limited, no eval."),
            ConfigField(
                "allowedChannels", \.allowedChannels,
                .optional(.list(of: .nonEmpty, expected: "an array of channel prefixes")),
                "Prefixes of the channels an extension host may push to; without it, none."),
            ConfigField("maxRestarts", \.maxRestarts, .count, "Give up after so many restarts."),
            ConfigField("baseBackoffMs", \.baseBackoffMs, .count, "The first restart's delay; doubles, at most 30 s."),
            ConfigField("sandbox", \.sandbox, .flag, "Run in a sandbox; true for extension hosts."),
            ConfigField(
                "memoryLimitMiB", \.memoryLimitMiB, .count, "Of a sandboxed worker: more than this, and it is killed."),
            ConfigField(
                "maxProcesses", \.maxProcesses, .count, "Of a sandboxed worker: how many processes it may start."),
            ConfigField(
                "networkEndpoints", \.networkEndpoints,
                .optional(.list(of: .nonEmpty, expected: "an array of non-empty strings")),
                "What a sandboxed worker may reach if it declares it; security.network.allowedEndpoints without it."),
            ConfigField("ownStore", \.ownStore, .flag, "A store of its own instead of the app's."),
            ConfigField("env", \.env, .environment, "More environment variables."),
        ],
        check: { worker, object, reader in
            for problem in worker.problems where object.gives(problem.key) {
                object.error(problem.key, problem.message, &reader)
            }
            if worker.browserAccess, worker.sandbox {
                object.warning("browserAccess", "has no effect: nobody can connect into the sandbox", &reader)
            }
            guard worker.isExtensionHost else { return }
            if !worker.sandbox {
                object.warning("sandbox", "the extension host runs with all rights of the app's user", &reader)
            }
            if worker.allowedChannels?.isEmpty == true {
                object.error("allowedChannels", "must not be empty while isExtensionHost is true", &reader)
            } else if worker.allowedChannels == nil {
                object.warning("allowedChannels", "without it the extension host may push to no channel", &reader)
            }
        })
}

extension ProcessRecoveryConfig {
    static let schema = ConfigSchema<ProcessRecoveryConfig>(
        defaults: { ProcessRecoveryConfig() },
        fields: [
            ConfigField("bunAutoRestart", \.bunAutoRestart, .flag, "Restart Bun after a crash."),
            ConfigField("bunMaxRestarts", \.bunMaxRestarts, .count, "Give up after so many failed attempts."),
            ConfigField(
                "bunRestartBaseDelayMs", \.bunRestartBaseDelayMs, .count, "The first delay; doubles each time."),
            ConfigField("bunRestartMaxDelayMs", \.bunRestartMaxDelayMs, .count, "The longest delay."),
            ConfigField("webViewAutoReload", \.webViewAutoReload, .flag, "Reload a page whose process died."),
            ConfigField("webViewReloadDelayMs", \.webViewReloadDelayMs, .count, "The delay before it."),
        ],
        check: { recovery, object, reader in
            guard recovery.bunRestartMaxDelayMs < recovery.bunRestartBaseDelayMs else { return }
            let name = object.gives("bunRestartMaxDelayMs") ? "bunRestartMaxDelayMs" : "bunRestartBaseDelayMs"
            object.error(
                name,
                "bunRestartMaxDelayMs (\(recovery.bunRestartMaxDelayMs)) must be at least bunRestartBaseDelayMs "
                    + "(\(recovery.bunRestartBaseDelayMs))", &reader)
        })
}

extension BuildConfig {
    static let schema = ConfigSchema<BuildConfig>(
        defaults: { BuildConfig() },
        fields: [
            ConfigField("pluginMode", \.pluginMode, .choice, "Whether plugins lie beside the package or in it."),
            ConfigField("category", \.category, .text, "The app's category."),
            ConfigField("outDir", \.outDir, .nonEmpty, "Where packages are written."),
            ConfigField("signingIdentity", \.signingIdentity, .optionalText, "macOS: the certificate's name."),
            ConfigField(
                "requireSigningIdentity", \.requireSigningIdentity, .flag, "macOS: fail without a real identity."),
            ConfigField("notarize", \.notarize, .flag, "macOS: submit for notarization."),
            ConfigField("notaryProfile", \.notaryProfile, .optionalText, "macOS: the keychain profile for it."),
            ConfigField("dmg", \.dmg, .flag, "macOS: make a disk image."),
            ConfigField("minimumSystemVersion", \.minimumSystemVersion, .text, "macOS: the oldest system it runs on."),
            ConfigField(
                "extraResources", \.extraResources, .list(of: .nonEmpty, expected: "an array of paths"),
                "More files to put into the package."),
        ])
}

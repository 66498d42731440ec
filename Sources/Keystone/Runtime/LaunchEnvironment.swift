internal import KeystoneSupport

/// Where the engine lies and how the app was started.
package struct LaunchEnvironment: Sendable {
    /// The engine's directory: it holds `bun/`.
    package var engine: String
    /// Variables of the process.
    package var variables: [String: String]
    /// Not packaged: hot reload, the inspector, stacks in errors.
    package var isDevelopment: Bool
    /// What a page may take for its first paint before the watchdog acts: `KEYSTONE_PAINT_TIMEOUT` in seconds, 20 without
    /// it.
    package var paintTimeLimit: Duration
    /// Whether pages may have connections of their own to the host: unless `KEYSTONE_FAST_PATH` is `off`.
    package var wantsFastPath: Bool
    /// Where the library for them may lie: beside the program, in an installation, in a checkout.
    package var pageExtensionPlaces: [String] {
        [programDirectory, engine + "/lib", engine + "/Host/.build/release"].map { $0 + "/web-process" }
    }
    /// The running program, without links.
    package let executable: String
    package var programDirectory: String { parentDirectory(of: executable) }

    /// `KEYSTONE_ENGINE`, else the nearest directory above the executable that holds `bun/host.ts`, else, in a build for
    /// debugging, the checkout that it was made from.
    package init(variables: [String: String], executable: String) throws {
        self.variables = variables
        isDevelopment = variables["KEYSTONE_MODE"] != "packaged"
        paintTimeLimit = try Self.paintTimeLimit(variables["KEYSTONE_PAINT_TIMEOUT"] ?? "")
        wantsFastPath = try Self.wantsFastPath(variables["KEYSTONE_FAST_PATH"] ?? "")
        self.executable = executable
        if let given = variables["KEYSTONE_ENGINE"], !given.isEmpty {
            engine = given
            guard fileExists(engine + "/bun/host.ts") else {
                throw StartError("KEYSTONE_ENGINE is \(given), but there is no \(given)/bun/host.ts")
            }
            return
        }
        guard let found = Self.engine(above: executable) ?? Self.checkout else {
            throw StartError(
                "the engine's directory was not found above \(executable). Set KEYSTONE_ENGINE to the directory that "
                    + "holds bun/host.ts.")
        }
        engine = found
    }

    private static func engine(above executable: String) -> String? {
        var directory = parentDirectory(of: executable)
        while !directory.isEmpty {
            for candidate in [directory, directory + "/share/keystone"] where fileExists(candidate + "/bun/host.ts") {
                return candidate
            }
            guard directory != "/" else { return nil }
            directory = parentDirectory(of: directory)
        }
        return nil
    }

    /// The sources that this library was compiled from, for an app in a package anywhere else. Only builds for debugging
    /// know them: what is built for release may run on another machine.
    private static var checkout: String? {
        #if DEBUG
            var directory = #filePath
            for _ in ["LaunchEnvironment.swift", "Runtime", "Keystone", "Sources"] {
                directory = parentDirectory(of: directory)
            }
            return fileExists(directory + "/bun/host.ts") ? directory : nil
        #else
            return nil
        #endif
    }

    private static func wantsFastPath(_ text: String) throws -> Bool {
        switch text {
        case "", "on": true
        case "off": false
        default: throw StartError("KEYSTONE_FAST_PATH is \"\(text)\"; it takes on or off")
        }
    }

    private static func paintTimeLimit(_ text: String) throws -> Duration {
        guard !text.isEmpty else { return .seconds(20) }
        guard let seconds = Double(text), seconds > 0, seconds <= 3600 else {
            throw StartError("KEYSTONE_PAINT_TIMEOUT is \"\(text)\"; it takes seconds, up to 3600")
        }
        return .seconds(seconds)
    }
}

/// Why the host can't start, in words for the user.
package struct StartError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

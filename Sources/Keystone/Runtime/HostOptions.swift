internal import KeystoneSupport

/// What `keystone-host` is told on its command line.
package struct HostOptions: Sendable {
    package var directory = "."
    /// Capture every window into this PNG file once all have painted, then exit.
    package var screenshot: String?
    /// Evaluate this expression in a mounted page, print its JSON, then exit.
    package var evaluate: String?
    /// Whose page evaluates: the first window of this component; the first window when `nil`.
    package var window: String?
    /// Write TypeScript declarations of the app's handlers to this file, then exit; nothing is shown.
    package var types: String?
    /// Say whether that file is up to date instead.
    package var checksTypes = false
    /// Seconds that `screenshot`, `evaluate` and `types` may take.
    package var timeout = 30.0
    /// Load plugins again that were left out because they ended the app.
    package var retryPlugins = false
    /// Take commands as NDJSON on standard input and write events to standard output (for tests).
    package var control = false

    /// Print the configuration as the app would run with it, and where each value comes from, then exit.
    package var printConfig = false

    package struct UsageError: Error, Sendable {
        package var message: String
    }

    package init() {}

    /// - Parameter arguments: Without the program's name. Throws `UsageError`.
    package init(arguments: [String]) throws {
        try read(arguments)
    }

    mutating func read(_ arguments: [String]) throws {
        var rest = arguments[...]
        var positional: [String] = []
        while let argument = rest.popFirst() {
            switch argument {
            case "--screenshot": screenshot = try Self.value(of: argument, &rest)
            case "--eval": evaluate = try Self.value(of: argument, &rest)
            case "--window": window = try Self.value(of: argument, &rest)
            case "--timeout": timeout = try Self.seconds(try Self.value(of: argument, &rest))
            case "--retry-plugins": retryPlugins = true
            case "--types": types = try Self.value(of: argument, &rest)
            case "--check": checksTypes = true
            case "--control": control = true
            case "--print-config": printConfig = true
            default:
                guard !argument.hasPrefix("-") else { throw UsageError(message: "unknown option \(argument)") }
                positional.append(argument)
            }
        }
        guard positional.count <= 1 else { throw UsageError(message: "more than one app directory") }
        if let first = positional.first { directory = first }
    }

    /// The process ends by itself when its task is done; `types` is a way of its own.
    package var isOneShot: Bool { screenshot != nil || evaluate != nil }

    private static func value(of option: String, _ rest: inout ArraySlice<String>) throws -> String {
        guard let value = rest.popFirst() else { throw UsageError(message: "\(option) needs a value") }
        return value
    }

    private static func seconds(_ text: String) throws -> Double {
        guard let seconds = Double(text), seconds > 0, seconds <= 86_400 else {
            throw UsageError(message: "--timeout takes seconds from 0 to 86400, not \"\(text)\"")
        }
        return seconds
    }
}

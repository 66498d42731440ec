import Keystone

/// Compiled against an older interface of the framework than the one that runs it: see `compatibility.test.ts`.
final class Older: ServicePlugin {
    let serviceName = "older"

    struct Answer: Codable, Sendable {
        var name: String
        var version: String
        var windows: [String]
        var workers: Int
        var restarts: Int
        var width: Double
    }

    func initialize(_ context: CoreContext) async throws {
        let config = context.config
        context.handle("older:config") { () -> Answer in
            // A value that this code makes, changes and lays out, though it doesn't know all of it.
            var window = WindowConfig()
            window.component = "made"
            window.width = 321
            let windows = config.windows + [window]
            return Answer(
                name: config.name, version: config.version, windows: windows.map(\.component),
                workers: config.workers.count, restarts: config.processRecovery.bunMaxRestarts,
                width: windows.last?.width ?? 0)
        }
        context.handle("older:who") { (word: String, request: InvokeRequest) in "\(word) \(request.component)" }
        context.http.get("/api/older/:id") { request in
            .json(["id": request.params["id"] ?? "", "method": request.method])
        }
        await MainActor.run {
            context.onUnhandledAction { action, source in
                switch source {
                case .window(let id): context.log.info("older heard \(action) of window \(id)")
                default: context.log.info("older heard \(action) of something else")
                }
            }
        }
    }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Older() } }

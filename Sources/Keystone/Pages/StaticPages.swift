internal import KeystoneCore
internal import KeystoneServices
internal import KeystoneSupport

/// Serves the host page, the SDK and the app's static files where no Bun process does.
@MainActor
struct StaticPages {
    static let scheme = "keystone-app"
    static let origin = "\(scheme)://app"

    let environment: any WebEnvironment
    /// The engine's `bun/dist`.
    let engineFiles: String
    /// The app's `bun` directory.
    let appFiles: String

    func register() {
        environment.registerScheme(Self.scheme, maximumBody: 0) { request in
            await answer(request)
        }
    }

    private func answer(_ request: SchemeRequest) async -> SchemeResponse {
        guard request.method == "GET" || request.method == "HEAD" else { return text(405, "method not allowed") }
        let path = request.uri.dropFirst(Self.origin.count).split(separator: "?", omittingEmptySubsequences: false)[0]
        let file: StaticFiles.Resolution
        if path == "/__host__" {
            file = .file(path: engineFiles + "/host.html", type: "text/html; charset=utf-8")
        } else if path.hasPrefix("/__keystone__/") {
            let name = path.dropFirst("/__keystone__".count)
            file = StaticFiles.resolve("/" + name, root: engineFiles)
        } else {
            file = StaticFiles.resolve(String(path), root: appFiles)
        }
        guard case .file(let name, let type) = file else { return text(404, "not found") }
        let read = Task.detached { try SmallFile.read(name, limit: 256 << 20) }
        do {
            return SchemeResponse(
                status: 200, contentType: type, headers: ["Content-Security-Policy": "frame-ancestors 'self'"],
                body: try await read.value)
        } catch {
            Logger("host").error("\(name) could not be read: \(error)")
            return text(500, "could not be read")
        }
    }

    private func text(_ status: Int, _ message: String) -> SchemeResponse {
        SchemeResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(message.utf8))
    }
}

import KeystoneCore

@testable import KeystoneGtk

/// Pages served from the scheme `test`.
@MainActor
final class TestPages {
    static let origin = "test://pages"
    private(set) var requests: [SchemeRequest] = []

    init(_ environment: any WebEnvironment, _ pages: [String: String], maximumBody: Int = 1024) {
        environment.registerScheme("test", maximumBody: maximumBody) { [self] request in
            requests.append(request)
            let path = request.uri.dropFirst(Self.origin.count)
            guard let page = pages[String(path)] else {
                return SchemeResponse(
                    status: request.method == "POST" ? 200 : 404, contentType: "application/octet-stream",
                    body: request.body)
            }
            return SchemeResponse(status: 200, contentType: "text/html", body: Array(page.utf8))
        }
    }

    /// Loads a page into a view and waits until it has finished.
    static func load(_ path: String, in view: any PlatformWebView, _ stage: Stage) async throws -> PageEvents {
        let events = PageEvents(view)
        view.allowedOrigins = [origin]
        view.load(origin + path)
        try await stage.until("the load of \(path)") { events.finishedLoads > 0 || !events.failures.isEmpty }
        stage.expectEqual(events.failures, [])
        return events
    }
}

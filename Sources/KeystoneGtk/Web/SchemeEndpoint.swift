internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore

/// Serves one URI scheme: reads the request within its bound, asks the handler, answers.
@MainActor
final class SchemeEndpoint {
    private weak var environment: WebKitEnvironment?
    private let maximumBody: Int
    private let handler: @MainActor (SchemeRequest) async -> SchemeResponse

    init(
        environment: WebKitEnvironment, maximumBody: Int,
        handler: @escaping @MainActor (SchemeRequest) async -> SchemeResponse
    ) {
        self.environment = environment
        self.maximumBody = maximumBody
        self.handler = handler
    }

    func receive(_ request: OpaquePointer) {
        let exchange = SchemeExchange(request)
        let view = exchange.viewObject.flatMap { environment?.view(at: $0) }
        let origin = exchange.headers["origin"]
        if let origin, view?.isAllowed(origin) != true {
            return exchange.answer(.text(403, "This origin may not use this scheme."), origin: nil)
        }
        if exchange.method == "OPTIONS" {
            return exchange.answer(.preflight(exchange.headers), origin: origin)
        }
        Task {
            guard let body = await exchange.readBody(maximum: maximumBody) else {
                return exchange.answer(
                    .text(413, "The body is larger than \(maximumBody) bytes."), origin: origin)
            }
            let response = await handler(
                SchemeRequest(
                    method: exchange.method, uri: exchange.uri, headers: exchange.headers, body: body,
                    webViewID: view?.id))
            exchange.answer(response, origin: origin)
        }
    }
}

extension SchemeResponse {
    fileprivate static func text(_ status: Int, _ message: String) -> SchemeResponse {
        SchemeResponse(status: status, contentType: "text/plain", body: Array(message.utf8))
    }

    fileprivate static func preflight(_ headers: [String: String]) -> SchemeResponse {
        SchemeResponse(
            status: 204, contentType: "text/plain",
            headers: [
                "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
                "Access-Control-Allow-Headers": headers["access-control-request-headers"] ?? "*",
                "Access-Control-Max-Age": "600",
            ],
            body: [])
    }
}

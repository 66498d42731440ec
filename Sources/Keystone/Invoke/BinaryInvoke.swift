internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneServices
internal import KeystoneSupport

/// `POST keystone://invoke/CHANNEL?id=ID`: calls whose arguments or replies are bytes.
@MainActor
struct BinaryInvoke {
    static let scheme = "keystone"
    /// Bytes in one call's body.
    static let maximumBody = 128 << 20

    let windows: WindowManager
    let context: WindowContext

    func register() {
        context.webEnvironment.registerScheme(Self.scheme, maximumBody: Self.maximumBody) { request in
            await answer(request)
        }
    }

    private func answer(_ request: SchemeRequest) async -> SchemeResponse {
        guard let id = request.webViewID, let window = windows.all.first(where: { $0.web?.id == id }) else {
            return error(WireError(.unavailable, "the window is closed"), origin: nil)
        }
        guard let origin = request.headers["origin"], window.web?.allowedOrigins.contains(origin) == true else {
            return error(WireError(.forbidden, "only the app's own pages may call the host"), origin: nil)
        }
        guard request.method == "POST" else {
            return error(WireError(.badRequest, "binary calls are POST requests"), origin: origin, status: 405)
        }
        guard let call = Self.parse(request.uri) else {
            return error(WireError(.badRequest, "malformed address of a binary call"), origin: origin)
        }
        let invoke = InvokeCall(id: call.id, channel: call.channel, payload: .bytes(request.body))
        let result = await withCheckedContinuation { continuation in
            window.dispatcher.pageCalls.runOnMain(invoke) { continuation.resume(returning: $0) }
        }
        switch result {
        case .success(let reply): return success(reply, origin: origin)
        case .failure(let failure): return error(failure, origin: origin)
        }
    }

    /// The channel and the call's id out of `keystone://invoke/CHANNEL?id=ID`.
    static func parse(_ uri: String) -> (channel: String, id: String)? {
        let prefix = "\(scheme)://invoke/"
        guard uri.hasPrefix(prefix) else { return nil }
        let parts = uri.dropFirst(prefix.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, let channel = percentDecoded(path), !channel.isEmpty else { return nil }
        guard parts.count == 2, parts[1].hasPrefix("id=") else { return nil }
        let id = parts[1].dropFirst("id=".count)
        guard !id.isEmpty, id.utf8.count <= 64 else { return nil }
        return (channel, String(id))
    }

    private func success(_ reply: InvokeReply, origin: String) -> SchemeResponse {
        switch reply {
        case .none: response(200, "application/json", [], origin: origin)
        case .json(let value): response(200, "application/json", value.serialized(), origin: origin)
        case .jsonText(let text): response(200, "application/json", Array(text.utf8), origin: origin)
        case .bytes(let bytes): response(200, "application/octet-stream", bytes, origin: origin)
        }
    }

    private func error(_ failure: WireError, origin: String?, status: Int? = nil) -> SchemeResponse {
        response(status ?? failure.httpStatus, "application/json", Array(failure.jsonText.utf8), origin: origin)
    }

    private func response(_ status: Int, _ type: String, _ body: [UInt8], origin: String?) -> SchemeResponse {
        var headers = ["Cache-Control": "no-store"]
        if let origin { headers["Access-Control-Allow-Origin"] = origin }
        return SchemeResponse(status: status, contentType: type, headers: headers, body: body)
    }
}

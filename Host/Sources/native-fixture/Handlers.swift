import Keystone

struct Item: Codable, Sendable {
    var name: String
    var count: Int
    var tags: [String]?
}

struct Plain: Error { let secret = "hunter2" }

struct Explained: Error, CustomStringConvertible { let description = "the shelf is empty" }

@MainActor
func addHandlers(_ context: CoreContext) {
    context.handle("native:double") { (item: Item) in Item(name: item.name, count: item.count * 2, tags: item.tags) }
    context.handle("native:any") { (value: JSONValue) in value }
    context.handle("native:tick") { () async throws -> Int in
        guard let clock = ServiceLocator.get(Clock.self) else { throw WireError(.unavailable, "no clock") }
        return await clock.tick()
    }
    context.handle("native:who") { (_: JSONValue, request) in "\(request.component) \(request.windowID)" }
    context.handle("native:main") { @MainActor () -> Int in context.windows.all.count }
    context.handle("native:wire") { () async throws -> Void in throw WireError("SOLD_OUT", "none left") }
    context.handle("native:plain") { () async throws -> Void in throw Plain() }
    context.handle("native:explained") { () async throws -> Void in throw Explained() }
    context.handle("native:slow") { () async throws -> Void in
        do {
            try await Task.sleep(for: .seconds(60))
        } catch {
            context.log.info("slow was cancelled")
            throw error
        }
    }
    context.handleBytes("native:reverse") { bytes, _ in bytes.reversed() }
    context.handlers(component: "other").handle("native:own") { () -> String in "component" }
    context.handle("native:own") { () -> String in "app" }
    context.handle("native:open") { @MainActor (component: String) in
        try context.windows.open(context.windows.options(for: component)).id
    }
    context.handle("native:bun") { (word: String) async throws -> JSONValue in
        try await context.bun.call("echo:back", word)
    }
    context.handle("native:push") { @MainActor (value: Item) in try context.bun.push("native:item", value, retain: true)
    }
    context.handle("native:action") { @MainActor (name: String) in context.action(name) }
    context.handle("native:ends") { @MainActor () -> Int in try context.database().value(forKey: "ends") ?? 0 }
}

@MainActor
func addRoutes(_ http: HTTPRouter) {
    http
        .get("/api/items/:id") { request in
            .json(["id": request.params["id"], "sort": request.query["sort"], "window": request.windowID])
        }
        .post("/api/items") { request in .json(try request.decode(Item.self), status: 201) }
        .put("/api/bytes") { request in
            var response = HTTPResponse.bytes(request.body.reversed(), contentType: "application/x-reversed")
            response.headers["X-Type"] = request.headers["content-type"]
            return response
        }
        .delete("/api/items/:id") { _ in .noContent() }
        .get("/api/plain") { _ in throw Plain() }
        .get("/api/lines") { request in
            let count = Int(request.query["count"] ?? "") ?? 3
            return .stream(contentType: "text/plain") { writer in
                for line in 0..<count { try await writer.write("line \(line)\n") }
            }
        }
        .get("/api/endless") { _ in
            .stream { writer in
                var written = 0
                do {
                    while true {
                        try await writer.write([UInt8](repeating: 1, count: 64 << 10))
                        written += 64
                    }
                } catch {
                    Logger("app").info("endless ended after \(written) KiB: \(type(of: error))")
                    throw error
                }
            }
        }
        .route("*", "/api/slow") { _ in
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                Logger("app").info("the slow route was cancelled")
            }
            return .noContent()
        }
        .get("/api/kinds/:kind") { request in answer(request.params["kind"] ?? "") }
        .get("/api/kinds/text") { _ in .text("never reached: the route above matches first") }
        .get("/api/files/*") { request in .text(request.params["*"] ?? "") }
        .route("*", "/api/any") { request in .text(request.method) }
        .post("/api/text") { request in .text(try request.text()) }
        .get("/api/half") { _ in
            .stream { writer in
                try await writer.write("half")
                throw HTTPError(500, "the disk is gone")
            }
        }
}

/// One answer of each kind.
private func answer(_ kind: String) -> HTTPResponse {
    switch kind {
    case "json": .json(["a": 1])
    case "text": .text("plain", status: 202)
    case "bytes": .bytes([0, 255], contentType: "application/x-two")
    case "none": .noContent()
    case "missing": .notFound("no such thing")
    case "error": .error("it broke", status: 502)
    case "sequence":
        .stream(
            AsyncStream { continuation in
                for part in ["one ", "two ", "three"] { continuation.yield(Array(part.utf8)) }
                continuation.finish()
            })
    case "lines":
        .jsonLines(
            AsyncStream { continuation in
                for count in 1...3 { continuation.yield(Item(name: "n", count: count)) }
                continuation.finish()
            })
    default: .notFound()
    }
}

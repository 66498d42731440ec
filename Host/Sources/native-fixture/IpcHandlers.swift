import Keystone

/// A push as a test orders it.
struct Order: Codable, Sendable {
    var channel: String
    var data: JSONValue?
    var window: String?
}

/// What Swift says to Bun, to pages and to a worker.
@MainActor
func addIpcHandlers(_ context: CoreContext) {
    let ipc = context.ipc
    context.handle("ipc:bun.query") { (value: JSONValue) async throws -> JSONValue in
        try await ipc.bun.query("echo", value)
    }
    context.handle("ipc:bun.call") { (word: String) async throws -> JSONValue in
        try await ipc.bun.call("echo:back", word)
    }
    context.handle("ipc:bun.action") { (action: String) in try ipc.bun.send(action: action) }
    context.handle("ipc:web.push") { (order: Order) in
        try ipc.web.push(order.channel, order.data ?? .null, window: order.window)
    }
    context.handle("ipc:web.pushValue") { (order: Order) in
        try ipc.web.pushValue(order.channel, order.data ?? .null, window: order.window)
    }
    context.handle("ipc:web.endValue") { (order: Order) in
        try ipc.web.endValue(order.channel, window: order.window)
    }
    context.handle("ipc:worker.query") { (name: String) async throws -> Int in
        try await ipc.worker(name).query("sums", [1, 2, 3])
    }
    context.handle("ipc:worker.call") { (name: String) async throws -> Int in
        try await ipc.worker(name).call("sums:product", [2, 3, 4])
    }
    context.handle("ipc:worker.push") { (order: Order) in
        try ipc.worker("sums").push(order.channel, order.data ?? .null)
    }
    context.handle("ipc:worker.action") { (action: String) in try ipc.worker("sums").send(action: action) }
    context.handle("ipc:wrongType") { () async throws -> Item in try await ipc.bun.call("echo:back", "x") }
    context.handle("native:windows") { () async -> Int in await context.onMainThread { context.windows.all.count } }
}

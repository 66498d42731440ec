import Keystone

/// How often pages have said hello to this version of the script.
@MainActor private var greetings = 0

@MainActor func run(_ context: CoreContext) async throws {
    context.handle("script:hello") { @MainActor (name: String) -> String in
        greetings += 1
        return "Hello \(name), number \(greetings)"
    }
    while true {
        try context.bun.push("script:tick", greetings, retain: true)
        try await Task.sleep(for: .seconds(1))
    }
}

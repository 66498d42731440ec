import KeystoneCore

@testable import KeystoneGtk

/// Every scenario by name.
@MainActor
enum Scenarios {
    typealias Body = @MainActor (Stage) async throws -> Void

    static let all: [String: Body] = [
        "window shows web content": showsWebContent
    ]

    nonisolated static let names = ["window shows web content"]
}

import KeystoneProtocol
import KeystoneSupport
import Testing

@testable import Keystone

@MainActor
@Suite struct ActionTests {
    private func policy(_ security: JSONValue?, development: Bool) -> ActionPolicy {
        ActionPolicy(resolved: security.map { ["security": $0] }, isDevelopment: development)
    }

    @Test func `auto is open in development, and the list in a packaged app`() {
        let list: JSONValue = ["app:quit", "my:*"]
        for mode: JSONValue in ["auto", nil, "nonsense"] {
            #expect(policy(["mode": mode, "allowedActions": list], development: true).allows("other"))
            #expect(!policy(["mode": mode, "allowedActions": list], development: false).allows("other"))
            #expect(policy(["mode": mode, "allowedActions": list], development: false).allows("app:quit"))
        }
        #expect(policy(nil, development: true).allows("x"))
        #expect(!policy(nil, development: false).allows("x"))
        #expect(policy(["mode": "open"], development: false).allows("x"))
        #expect(!policy(["mode": "allowlist"], development: true).allows("x"))
    }

    @Test(arguments: [
        ("app:quit", true), ("app:quit2", false), ("app:", false), ("my:", true), ("my:save", true),
        ("xmy:save", false),
        ("My:save", false), ("", false),
    ])
    func `A star at the end stands for any ending`(action: String, isAllowed: Bool) {
        let policy = policy(["mode": "allowlist", "allowedActions": ["app:quit", "my:*", 5]], development: true)
        #expect(policy.allows(action) == isAllowed)
    }

    @Test func `A page's direct action is refused where Bun checks actions, and where the list doesn't have it`() {
        let router = ActionRouter()
        var heard: [String] = []
        router.onUnhandled { action, source in heard.append("\(action) of \(source.text)") }
        #expect(throws: WireError.self) { try router.dispatchDirect("my:save", windowID: "1") }
        router.directPolicy = policy(["mode": "allowlist", "allowedActions": ["my:*"]], development: true)
        #expect(throws: WireError.self) { try router.dispatchDirect("other", windowID: "1") }
        #expect(throws: Never.self) { try router.dispatchDirect("my:save", windowID: "1") }
        #expect(heard == ["my:save of window:1"])
    }
}

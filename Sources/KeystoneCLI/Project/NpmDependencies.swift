internal import KeystoneSupport

/// The npm packages that an app's `package.json` asks for.
struct NpmDependencies: Sendable {
    let bunRoot: String

    /// What is asked for and not installed, by name.
    var missing: [String] {
        guard let manifest = Manifest.read(bunRoot + "/package.json") else { return [] }
        let names = ["dependencies", "devDependencies"].flatMap { manifest[$0]?.object?.keys ?? [] }
        let directories = Manifest.directories(from: bunRoot)
        return names.filter { name in
            !isVendored(name) && !directories.contains { Files.exists("\($0)/node_modules/\(name)/package.json") }
        }
    }

    /// Installs what is missing with Bun; shows what it does.
    func install(_ bun: BunTool) throws {
        let missing = missing
        guard !missing.isEmpty else { return }
        Console.step("Installing \(missing.joined(separator: ", ")) in \(bunRoot)")
        let code = try Tool.show(bun.path, ["install"], in: bunRoot)
        let left = self.missing
        guard code == 0, left.isEmpty else {
            throw CommandFailure(
                "bun install \(code == 0 ? "did not install \(left.joined(separator: ", "))" : "failed with code \(code)")",
                hint: "Is the network up? Mend what it says above, then run it again: cd \(bunRoot) && bun install")
        }
    }

    private func isVendored(_ name: String) -> Bool {
        name.hasPrefix("@keystone/") || name == "keystone-desktop"
    }
}

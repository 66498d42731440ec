internal import KeystoneSupport

/// An app that is an executable of its own: a package of Swift's package manager in the app's directory.
struct AppExecutable: Sendable {
    /// Absolute.
    let directory: String
    /// The product that is the app.
    let product: String

    /// What the directory's `Package.swift` makes; `nil` where there is none, or it makes no executable: then it is there
    /// for editors, or for plugins.
    static func find(in directory: String, _ context: CommandContext) throws(CommandFailure) -> AppExecutable? {
        let manifest = directory + "/Package.swift"
        guard Files.exists(manifest) else { return nil }
        let swift = try swift(context, needed: "\(manifest) is there")
        guard let text = Tool.output(swift, ["package", "--package-path", directory, "dump-package"]) else {
            throw CommandFailure(
                "\(manifest) can't be read",
                hint: "See what is wrong with it: swift package --package-path \(Shell.quoted(directory)) dump-package")
        }
        let products = products(ofDump: text)
        guard products.count <= 1 else {
            throw CommandFailure(
                "\(manifest) makes several programs (\(products.joined(separator: ", "))), and only one can be the app",
                hint: "Run the one you mean: swift run --package-path \(Shell.quoted(directory)) \(products[0])")
        }
        return products.first.map { AppExecutable(directory: directory, product: $0) }
    }

    /// The package's executable products: those that the manifest names, and one for each executable target that none of
    /// them has.
    static func products(ofDump text: String) -> [String] {
        guard let dump = try? JSONValue.parse(Array(text.utf8)) else { return [] }
        var products: [String] = []
        var covered: Set<String> = []
        for product in dump["products"]?.array ?? [] where product["type"]?["executable"] != nil {
            if let name = product["name"]?.string { products.append(name) }
            covered.formUnion(product["targets"]?.array?.compactMap(\.string) ?? [])
        }
        for target in dump["targets"]?.array ?? [] where target["type"]?.string == "executable" {
            if let name = target["name"]?.string, !covered.contains(name) { products.append(name) }
        }
        return products
    }

    /// Builds it and becomes it. Only returns by throwing.
    func run(
        _ options: [String], environment: [String: String], _ context: CommandContext
    ) throws(CommandFailure) -> Never {
        let swift = try Self.swift(context, needed: "the app is a Swift package")
        let arguments = ["run", "--package-path", directory] + Self.buildOptions(context) + [product, directory]
        try Tool.become(swift, arguments + options, environment: environment)
    }

    /// `KEYSTONE_SWIFT_BUILD_OPTIONS`, for example `-c release`.
    private static func buildOptions(_ context: CommandContext) -> [String] {
        context.variable("KEYSTONE_SWIFT_BUILD_OPTIONS")?.split(separator: " ").map(String.init) ?? []
    }

    private static func swift(_ context: CommandContext, needed: String) throws(CommandFailure) -> String {
        if let found = Files.onPath("swift", context.environment) { return found }
        throw CommandFailure(
            "\(needed), but no Swift was found",
            hint: "Install Swift 6.3 or newer from https://www.swift.org/install/linux/ and put it on PATH.")
    }
}

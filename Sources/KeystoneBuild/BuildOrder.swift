/// The order in which modules are compiled: what is imported before what imports it.
enum BuildOrder {
    /// Throws where modules need each other in a circle, with its names.
    static func sorted(_ modules: [NativeModule], imports: [String: [String]]) throws(BuildError) -> [NativeModule] {
        var order: [NativeModule] = []
        var done: Set<String> = []
        let byName = Dictionary(modules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

        func visit(_ module: NativeModule, _ path: [String]) throws(BuildError) {
            if let start = path.firstIndex(of: module.name) {
                let circle = (path[start...] + [module.name]).joined(separator: " → ")
                throw BuildError(
                    "plugins import each other in a circle: \(circle). Move what they share to a plugin of its own.")
            }
            guard !done.contains(module.name) else { return }
            for name in imports[module.name] ?? [] {
                if let other = byName[name] { try visit(other, path + [module.name]) }
            }
            done.insert(module.name)
            order.append(module)
        }
        for module in modules { try visit(module, []) }
        return order
    }

    /// What a module imports, directly or by way of others.
    static func closure(of name: String, imports: [String: [String]]) -> Set<String> {
        var found: Set<String> = []
        var rest = imports[name] ?? []
        while let next = rest.popLast() {
            if found.insert(next).inserted { rest += imports[next] ?? [] }
        }
        return found
    }
}

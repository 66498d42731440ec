const GROUPS = ["Note", "Tag", "Person", "Event", "Place", "Task"];

/** A plugin of 300 lines as one writes them: Codable types, a store behind a lock, handlers, routes. */
export function pluginSource(version: number): string {
  return IMPORTS + plugin(version) + GROUPS.map(types).join("");
}

/** The same in several files, by their names. `BenchPlugin.swift` alone depends on the version. */
export function pluginFiles(version: number): Record<string, string> {
  const files: Record<string, string> = { "BenchPlugin.swift": IMPORTS + plugin(version) };
  for (const name of GROUPS) files[`${name}.swift`] = IMPORTS + types(name);
  return files;
}

const IMPORTS = "import Keystone\nimport Synchronization\n";

const plugin = (version: number) => `
final class BenchPlugin: ServicePlugin {
    let serviceName = "bench"
${GROUPS.map((name) => `    private let ${name.toLowerCase()}s = ${name}Store()`).join("\n")}

    func initialize(_ context: CoreContext) async throws {
        context.handle("bench:version") { () -> Int in ${version} }
${GROUPS.map((name) => `        register${name}s(context)`).join("\n")}
    }
${GROUPS.map(registration).join("")}}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { BenchPlugin() } }
`;

const registration = (name: string) => {
  const [one, many] = [name.toLowerCase(), `${name.toLowerCase()}s`];
  return `
    private func register${name}s(_ context: CoreContext) {
        let store = ${many}
        context.handle("bench:${one}:add") { (${one}: ${name}) async throws -> ${name}Summary in try store.add(${one}) }
        context.handle("bench:${one}:remove") { (id: Int) -> Bool in store.remove(id) }
        context.handle("bench:${one}:find") { (word: String) -> [${name}] in store.find(word) }
        context.http
            .get("/api/${many}") { _ in .json(store.all) }
            .post("/api/${many}") { request in .json(try store.add(try request.decode(${name}.self)), status: 201) }
    }
`;
};

const types = (name: string) => `
struct ${name}: Codable, Sendable, Hashable {
    var id: Int
    var title: String
    var tags: [String] = []
    var weight: Double?
}

struct ${name}Summary: Codable, Sendable {
    var count: Int
    var titles: [String]
    var total: Double
}

final class ${name}Store: Sendable {
    private let items = Mutex<[Int: ${name}]>([:])

    var all: [${name}] { items.withLock { $0.values.sorted { $0.id < $1.id } } }

    func add(_ item: ${name}) throws -> ${name}Summary {
        guard !item.title.isEmpty else { throw WireError(.badRequest, "an item needs a title") }
        let known = items.withLock { items in
            items[item.id] = item
            return items.values.sorted { $0.title < $1.title }
        }
        let total = known.reduce(0) { $0 + ($1.weight ?? 0) }
        return ${name}Summary(count: known.count, titles: known.map(\\.title), total: total)
    }

    /// Whether it was there.
    func remove(_ id: Int) -> Bool {
        items.withLock { $0.removeValue(forKey: id) != nil }
    }

    func find(_ word: String) -> [${name}] {
        all.filter { $0.title.contains(word) || $0.tags.contains(word) }
    }
}
`;

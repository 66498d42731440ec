/// Checks `bun/keystone.config.ts`, which only Bun can read: the engine's `bun/check-config.ts` does, where it has one.
enum BunConfigCheck {
    /// Whether the file is fine; what is wrong was shown. True where it can't be checked.
    static func run(_ project: AppProject, _ context: CommandContext) throws -> Bool {
        guard let bunRoot = project.bunRoot, Files.isDirectory(bunRoot),
            let engine = try? Engine.find(context), let bun = try? BunTool.find(engine, context)
        else { return true }
        let script = engine.bun + "/check-config.ts"
        guard Files.exists(script) else { return true }
        return try Tool.show(bun.path, [script, bunRoot], in: project.directory) == 0
    }
}

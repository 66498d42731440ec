/// What has to be there before an app can start.
struct Preparation: Sendable {
    let project: AppProject
    let engine: Engine
    /// `nil` for an app without a Bun side.
    let bun: BunTool?

    /// Checks the configuration, finds the tools, installs npm packages, links the SDK.
    static func make(_ argument: String?, _ context: CommandContext) throws -> Preparation {
        let project = try AppProject.open(argument, context)
        let engine = try Engine.find(context)
        guard let bunRoot = project.bunRoot else { return Preparation(project: project, engine: engine, bun: nil) }
        let bun = try BunTool.find(engine, context)
        try NpmDependencies(bunRoot: bunRoot).install(bun)
        try Vendoring(engine: engine, bunRoot: bunRoot).apply()
        return Preparation(project: project, engine: engine, bun: bun)
    }
}

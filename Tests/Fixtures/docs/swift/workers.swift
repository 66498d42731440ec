import Keystone

/// What the guide to workers shows; compiled by the tests.
@MainActor
func useWorkers(_ context: CoreContext) {
    // A worker of the configuration: it waits for main Bun, and questions to it wait with it.
    let processor = context.workers["data-processor"]
    processor?.onCrash { code in print("the processor ended with \(code ?? -1)") }
    processor?.onRestart { attempt in print("the processor is back, attempt \(attempt)") }

    context.handleRaw("report:make") { request in
        let sum = try await processor?.query("heavy-compute", args: try request.arguments())
        return .json(sum ?? .null)
    }

    // One for a single job.
    context.handleRaw("report:crunch") { [workers = context.workers] request in
        var config = WorkerConfig()
        config.name = "cruncher"
        config.servicesDir = "workers/data-processor"
        config.maxRestarts = 0
        let cruncher = try workers.spawn(config)
        let result = try await cruncher.query("heavy-compute", args: try request.arguments(), timeout: .seconds(60))
        await cruncher.stop()
        return .json(result)
    }
}

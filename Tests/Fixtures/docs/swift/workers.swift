import Keystone

/// What the guide to workers shows; compiled by the tests.
@MainActor
func useWorkers(_ runtime: ApplicationRuntime) {
    // A worker of the configuration: it waits for main Bun, and questions to it wait with it.
    let processor = runtime.workers["data-processor"]
    processor?.onCrash { code in print("the processor ended with \(code ?? -1)") }
    processor?.onRestart { attempt in print("the processor is back, attempt \(attempt)") }

    runtime.handle("report:make") { request in
        let sum = try await processor?.query("heavy-compute", args: try request.arguments())
        return .json(sum ?? .null)
    }

    // One for a single job.
    runtime.handle("report:crunch") { [workers = runtime.workers] request in
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

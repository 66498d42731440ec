package import KeystoneCore

extension BunEnvironment {
    /// All variables for a worker: those of main Bun without its secrets, and the worker's own.
    /// - Parameter token: For direct connections; `nil` where there are none.
    package func variables(
        of worker: WorkerConfig, inherited: [String: String], token: String?
    ) -> [String: String] {
        var result = variables(inherited: inherited, port: 0)
        result["KEYSTONE_SESSION_TOKEN"] = nil
        result["KEYSTONE_PORT"] = nil
        // The configuration's reader lets none of ours through.
        result.merge(worker.env) { _, own in own }
        result["KEYSTONE_WORKER_NAME"] = worker.name
        result["KEYSTONE_SERVICES_DIR"] = worker.servicesDir
        result["KEYSTONE_BROWSER_ACCESS"] = worker.servesDirectly ? "true" : "false"
        result["KEYSTONE_EXTENSION_HOST"] = worker.isExtensionHost ? "true" : "false"
        result["KEYSTONE_ALLOWED_CHANNELS"] = (worker.allowedChannels ?? []).joined(separator: ",")
        // From a sandbox the app's own is out of reach.
        result["KEYSTONE_STORE"] = worker.ownStore || worker.sandbox ? "own" : "shared"
        result["KEYSTONE_WORKER_TOKEN"] = token
        return result
    }
}

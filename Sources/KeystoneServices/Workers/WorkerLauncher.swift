internal import Glibc
package import KeystoneCore
internal import KeystoneSupport

/// How workers are started.
package struct WorkerLauncher: Sendable {
    /// The variables of main Bun; a worker gets its own from them.
    package var environment: BunEnvironment
    /// What the host inherited.
    package var inherited: [String: String]
    /// Finds Bun.
    package var executable: @Sendable () async throws -> String

    package init(
        environment: BunEnvironment, inherited: [String: String],
        executable: @escaping @Sendable () async throws -> String
    ) {
        self.environment = environment
        self.inherited = inherited
        self.executable = executable
    }

    /// Throws `BunError` with the remedy.
    package func launch(_ config: WorkerConfig, token: String?) async throws -> BunLaunch {
        let services = environment.appRoot + "/" + config.servicesDir
        var status = stat()
        guard stat(services, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw BunError(
                .notFound,
                "\(services) is not a directory: it is servicesDir of the worker \"\(config.name)\". Make it, or correct "
                    + "servicesDir, which is relative to the bun root.")
        }
        return BunLaunch(
            executable: try await executable(), arguments: [environment.engine + "/bun/worker-host.ts"],
            directory: environment.appRoot,
            environment: environment.variables(of: config, inherited: inherited, token: token))
    }
}

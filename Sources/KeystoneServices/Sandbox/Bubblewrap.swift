internal import KeystoneSupport

/// The program that makes the sandbox. It is looked for, and tried, once before each start: somebody may install it.
package enum Bubblewrap {
    package static let places = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"]

    /// The path of a bubblewrap that works here.
    ///
    /// Throws a permanent `BunError` that says what is missing and how to get it.
    package static func find(for worker: String, in places: [String] = places) async throws(BunError) -> String {
        guard let path = places.first(where: BunExecutable.isExecutable) else {
            throw refusal(worker, "it needs bubblewrap, and there is none. \(Remedy.install)")
        }
        let result: ChildResult
        do throws(SystemError) {
            result = try await tryOut(path)
        } catch {
            throw refusal(worker, "\(path) could not be started: \(error). \(Remedy.install)")
        }
        guard !result.status.isSuccess else { return path }
        let said = String(decoding: result.errorOutput.prefix(500), as: UTF8.self)
        throw refusal(worker, "bubblewrap can't make it (\(firstLine(said))). \(remedy(for: said))")
    }

    /// What the sandbox itself will ask for, around a program that does nothing.
    private static func tryOut(_ path: String) async throws(SystemError) -> ChildResult {
        let configuration = ChildConfiguration(
            executable: path,
            arguments: [
                "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
                "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--ro-bind", "/", "/", "--proc", "/proc",
                "--size", "4096", "--tmpfs", "/tmp", "--", "/usr/bin/true",
            ])
        do {
            return try await ChildProcess.run(configuration, timeout: .seconds(10))
        } catch let error as SystemError {
            throw error
        } catch {
            throw SystemError(code: 0, operation: "start", path: path)
        }
    }

    private static func refusal(_ worker: String, _ reason: String) -> BunError {
        BunError(
            .noSandbox,
            "The worker \"\(worker)\" runs in a sandbox, and does not start without one: \(reason)"
                + " (\"sandbox\": false in its configuration would run it with all of your rights.)")
    }

    private static func firstLine(_ text: String) -> String {
        String(text.split(whereSeparator: \.isNewline).first ?? "it said nothing")
    }

    private enum Remedy {
        static let install = "Install it: apt install bubblewrap, or your system's equivalent."
        static let namespaces =
            "This system refuses user namespaces to ordinary users. To allow them: "
            + "sysctl -w kernel.unprivileged_userns_clone=1, or on Ubuntu 24.04 and newer "
            + "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; "
            + "user.max_user_namespaces must not be 0. A container must allow them too."
        static let update = "Install a newer one: 0.7 or later is needed."
    }

    private static func remedy(for said: String) -> String {
        said.contains("Unknown option") ? Remedy.update : Remedy.namespaces
    }
}

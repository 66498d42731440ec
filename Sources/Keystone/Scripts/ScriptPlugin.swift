/// What a script becomes: `scripts/NAME.swift` is compiled with an entry that exports one of these.
///
/// `run` is called on the main thread when the script comes into service. What it does before it first waits belongs to
/// the start: what it registers takes effect together, and where it throws, an older version stays. After that it may take
/// as long as it likes; its task is cancelled when a new version takes over, the script is deleted, or the app ends.
@MainActor
public final class ScriptPlugin: ServicePlugin {
    public nonisolated let serviceName: String
    private let script: @MainActor (CoreContext) async throws -> Void
    private var current: ScriptRun?

    /// - Parameters:
    ///   - name: The script's, without `.swift`.
    ///   - run: Its `run`.
    public init(name: String, run: @escaping @MainActor (CoreContext) async throws -> Void) {
        serviceName = "script \(name)"
        script = run
    }

    public func initialize(_ context: CoreContext) async throws {
        let script = script
        current = try ScriptRun {
            try await script(context)
        } onFailure: { error in
            context.log.error("the script failed: \(error)")
        }
    }

    /// Cancels what still runs and waits for its end.
    public func shutdown() async {
        await current?.end()
        current = nil
    }
}

/// One call of a script's `run`.
@MainActor
final class ScriptRun {
    private var task: Task<Void, Never>?
    private var hasStarted = false
    private var failure: (any Error)?

    /// Calls it, up to the first place where it waits; throws what it throws until then.
    ///
    /// - Parameter onFailure: Told what it throws later.
    init(
        _ body: @escaping @MainActor () async throws -> Void, onFailure: @escaping @MainActor (any Error) -> Void
    ) throws {
        task = Task.immediate {
            do {
                try await body()
            } catch is CancellationError where Task.isCancelled {
                // Ended as it was told to.
            } catch {
                if hasStarted { onFailure(error) } else { failure = error }
            }
        }
        hasStarted = true
        if let failure { throw failure }
    }

    func end() async {
        task?.cancel()
        await wait()
    }

    /// Until it has returned.
    func wait() async { await task?.value }
}

internal import BareWebKit
internal import Keystone
internal import Synchronization

/// What the pages of the benchmarks call: echoes, and the times between the calls.
@MainActor
final class BenchmarkHandlers {
    /// Calls of the Keystone echoes; off the main thread as well.
    private final class Arrivals: Sendable {
        private let times = Mutex(ArrivalTimes())

        func record() {
            times.withLock { $0.record() }
        }

        func takeIntervals() -> [UInt64] {
            times.withLock { $0.takeIntervals() }
        }
    }

    private let arrivals = Arrivals()
    private var bareEcho: BareEcho?

    func register(with context: CoreContext) {
        let arrivals = arrivals
        context.handleOnMain("bench:echo") { request in
            arrivals.record()
            return Self.echo(request)
        }
        context.handleRaw("bench:echoAsync") { request in
            arrivals.record()
            return Self.echo(request)
        }
        context.handleOnMain("bench:intervals") { _ in .jsonText(Self.json(arrivals.takeIntervals())) }
        context.handleOnMain("bench:bareIntervals") { [weak self] _ in
            .jsonText(Self.json(self?.bareEcho?.takeIntervals() ?? []))
        }
        // The bare handler sits in the same web view, beside Keystone's own. GTK knows all windows of the process, so
        // Keystone needs no hook for it.
        context.handleOnMain("bench:attachBare") { [weak self] _ in
            self?.bareEcho = firstWebView().flatMap { BareEcho(name: "bench", webView: $0) }
            return .jsonText(self?.bareEcho == nil ? "false" : "true")
        }
    }

    private nonisolated static func echo(_ request: InvokeRequest) -> InvokeReply {
        switch request.payload {
        case .json(let text): .jsonText(String(text))
        case .bytes(let bytes): .bytes(bytes)
        }
    }

    private static func json(_ intervals: [UInt64]) -> String {
        "[" + intervals.map(String.init).joined(separator: ",") + "]"
    }
}

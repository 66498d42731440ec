/// Waits for the body, but no longer than the limit; the body then goes on alone.
@MainActor
func bounded(by limit: Duration, _ body: @escaping @MainActor () async -> Void) async {
    await withCheckedContinuation { continuation in
        var waiting: CheckedContinuation<Void, Never>? = continuation
        func end() {
            waiting?.resume()
            waiting = nil
        }
        let timer = Task {
            do { try await Task.sleep(for: limit) } catch { return }
            end()
        }
        Task {
            await body()
            timer.cancel()
            end()
        }
    }
}

/// Waits for the body, but no longer than the limit; the body then goes on alone. Answers whether the body has ended.
@MainActor
@discardableResult
package func bounded(
    by limit: Duration, time: any TimeSource = SystemTime(), _ body: @escaping @MainActor () async -> Void
) async -> Bool {
    await withCheckedContinuation { continuation in
        var waiting: CheckedContinuation<Bool, Never>? = continuation
        func end(_ isOver: Bool) {
            waiting?.resume(returning: isOver)
            waiting = nil
        }
        let timer = Task {
            do { try await time.sleep(for: limit) } catch { return }
            end(false)
        }
        Task {
            await body()
            timer.cancel()
            end(true)
        }
    }
}

/// The directories that a window has shown, and which of them it shows.
struct History: Codable, Sendable {
    private static let maximum = 100

    private var paths = [""]
    private var index = 0

    var current: String? { paths.indices.contains(index) ? paths[index] : nil }

    func canGo(by steps: Int) -> Bool { paths.indices.contains(index + steps.signum()) && steps != 0 }

    /// What was ahead is forgotten, as in every browser.
    mutating func visit(_ path: String) {
        guard path != current else { return }
        paths = Array((paths.prefix(index + 1) + [path]).suffix(Self.maximum))
        index = paths.count - 1
    }

    /// Goes one step back or forward, past what is no longer there.
    mutating func go(by steps: Int, _ isThere: (String) -> Bool) {
        let step = steps.signum()
        while canGo(by: step) {
            guard !isThere(paths[index + step]) else { return index += step }
            paths.remove(at: index + step)
            if step < 0 { index -= 1 }
        }
    }
}

internal import Synchronization

/// Events on their way to one consumer, which may be slower than their source: what waits is bounded.
///
/// The source never waits: it may be the thread that also settles answers. Beyond the bound, events that may be lost are,
/// until the consumer has caught up on half of it.
package struct BoundedEvents<Element: Sendable>: AsyncSequence, Sendable {
    /// What became of an event.
    package enum Offer: Sendable, Hashable {
        case taken
        /// It was taken, after so many that were not.
        case takenAfterLoss(Int)
        /// The bound is reached, and this event is the first to be lost.
        case lossBegins
        case lost
    }

    fileprivate struct Item: Sendable {
        var element: Element
        var cost: Int
    }

    fileprivate struct Load {
        var waiting = 0
        var isFull = false
        var lost = 0
    }

    fileprivate final class State: Sendable {
        let load = Mutex(Load())
    }

    private let limit: Int
    private let state = State()
    private let stream: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation

    /// - Parameter limit: The sum of the costs of what may wait.
    package init(limit: Int) {
        self.limit = limit
        (stream, continuation) = AsyncStream.makeStream()
    }

    /// Adds an event that must arrive, whatever waits.
    package func send(_ element: Element) {
        continuation.yield(Item(element: element, cost: 0))
    }

    /// Adds an event that may be lost where too much waits already. `cost`: its bytes.
    package func offer(_ element: Element, cost: Int) -> Offer {
        let offer: Offer = state.load.withLock { load in
            if load.isFull {
                load.isFull = load.waiting > limit / 2
            } else if load.waiting > 0, load.waiting + cost > limit {
                load.isFull = true
                load.lost = 1
                return .lossBegins
            }
            if load.isFull {
                load.lost += 1
                return .lost
            }
            defer { load.lost = 0 }
            load.waiting += cost
            return load.lost == 0 ? .taken : .takenAfterLoss(load.lost)
        }
        switch offer {
        case .taken, .takenAfterLoss: continuation.yield(Item(element: element, cost: cost))
        case .lossBegins, .lost: break
        }
        return offer
    }

    /// Ends the sequence after what waits.
    package func finish() { continuation.finish() }

    package struct Iterator: AsyncIteratorProtocol {
        private var base: AsyncStream<Item>.Iterator
        private let state: State

        fileprivate init(base: AsyncStream<Item>.Iterator, state: State) {
            self.base = base
            self.state = state
        }

        package mutating func next() async -> Element? {
            await next(isolation: nil)
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async -> Element? {
            guard let item = await base.next(isolation: actor) else { return nil }
            if item.cost > 0 { state.load.withLock { $0.waiting -= item.cost } }
            return item.element
        }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(base: stream.makeAsyncIterator(), state: state)
    }
}

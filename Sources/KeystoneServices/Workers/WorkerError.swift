/// Why a worker can't be started or addressed.
public struct WorkerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is; more may come.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// The configuration of the worker is wrong.
        public static let badConfiguration = Code(rawValue: "badConfiguration")
        /// A worker of this name is there already.
        public static let duplicate = Code(rawValue: "duplicate")
        /// There is no worker of this name.
        public static let unknown = Code(rawValue: "unknown")
        /// The app has no Bun side, has too many workers, or ends.
        public static let unavailable = Code(rawValue: "unavailable")
    }

    public var code: Code
    /// What is wrong and how to mend it.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

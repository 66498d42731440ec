/// Why a database could not do what was asked.
public struct DatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        let name: String
        public var description: String { name }

        /// The file can't be opened, or its directory can't be made.
        public static let cannotOpen = Code(name: "cannotOpen")
        /// The file is not a database, or a damaged one.
        public static let corrupt = Code(name: "corrupt")
        /// Another process held the database for longer than `KeystoneDatabase.busyTimeout`.
        public static let busy = Code(name: "busy")
        public static let diskFull = Code(name: "diskFull")
        public static let readOnly = Code(name: "readOnly")
        /// The key or the value is not one that can be stored.
        public static let invalidValue = Code(name: "invalidValue")
        /// A method of the database was called inside its own `transaction`, or a transaction after its end.
        public static let nestedUse = Code(name: "nestedUse")
        public static let other = Code(name: "other")
    }

    public let code: Code
    /// What was tried, on which file, and what SQLite says.
    public let message: String

    public var description: String { message }
}

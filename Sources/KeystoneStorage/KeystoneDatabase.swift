internal import Glibc
internal import KeystoneSupport
internal import Synchronization

/// A key–value database in one SQLite file: texts, bytes and `Codable` values under text keys.
///
/// What a call has stored when it returns survives a crash or a kill of the process. After a loss of power the file is
/// whole, and may lack the last moments' changes (SQLite's WAL mode, `synchronous = NORMAL`).
///
/// Usable from any thread. Calls are synchronous and follow each other; each takes some microseconds, and longer where
/// another process holds the file. Several processes may use one file.
public final class KeystoneDatabase: Sendable {
    /// Milliseconds that a call waits for another process before it throws `.busy`.
    public static let busyTimeout = 5000

    /// The file's path.
    public let path: String

    private let exclusive = Mutex(())
    /// The thread that is inside `transaction`; 0 for none.
    private let owner = Atomic<UInt>(0)
    // SAFETY: touched only inside `locked`, which lets in one thread at a time.
    private nonisolated(unsafe) let connection: SQLiteConnection

    /// Opens the database, and makes the file and its directory where they are missing.
    ///
    /// A file that is no database, or a damaged one, is set aside as `PATH.corrupt-TIME`, and a new one is begun: see
    /// `setAside`.
    ///
    /// - Parameter path: An absolute path, or one relative to the working directory.
    /// - Throws: `DatabaseError`
    public init(path: String) throws {
        self.path = path
        do throws(SystemError) {
            try makeDirectories(parentDirectory(of: path), private: true)
        } catch {
            throw DatabaseError(code: .cannotOpen, message: "could not open the database \(path): \(error)")
        }
        do {
            connection = try Self.open(path)
            setAside = nil
        } catch let error as DatabaseError where error.code == .corrupt {
            setAside = try Self.setAside(path)
            Logger("database").error("\(error); the file was set aside as \(setAside ?? "") and a new one begun")
            connection = try Self.open(path)
        }
    }

    /// Where the file went that could not be read when the database was opened; `nil` in the ordinary case.
    public let setAside: String?

    private static func open(_ path: String) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(path: path, busyTimeout: Int32(busyTimeout))
        try connection.run("PRAGMA journal_mode = WAL")
        try connection.run("PRAGMA synchronous = NORMAL")
        try connection.run("CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL)")
        return connection
    }

    /// Moves the file and its log out of the way. Answers the new path.
    private static func setAside(_ path: String) throws -> String {
        var seconds = timeval()
        gettimeofday(&seconds, nil)
        let new = "\(path).corrupt-\(seconds.tv_sec)"
        for suffix in ["", "-wal", "-shm"] where rename(path + suffix, new + suffix) != 0 {
            let error = SystemError.last("rename", path: path + suffix)
            if suffix.isEmpty || error.code != ENOENT {
                throw DatabaseError(code: .corrupt, message: "\(path) is damaged and can't be set aside: \(error)")
            }
        }
        return new
    }

    // MARK: Transactions

    /// Does several things as one: all of them are stored, or, where `body` throws, none.
    ///
    /// Other threads and processes wait meanwhile, so `body` should be short. Inside it, use what it is given: a method of
    /// the database itself throws `.nestedUse` there.
    ///
    /// - Throws: `DatabaseError`, or what `body` throws.
    public func transaction<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
        try locked {
            try connection.run("BEGIN IMMEDIATE")
            let transaction = Transaction(connection: connection)
            defer { transaction.end() }
            do {
                let result = try body(transaction)
                try connection.run("COMMIT")
                return result
            } catch {
                // What went wrong first is what matters; SQLite has rolled back by itself after some errors.
                do {
                    try connection.run("ROLLBACK")
                } catch let second {
                    Logger("database").debug("after \(error): \(second)")
                }
                throw error
            }
        }
    }

    /// One call outside a transaction is one by itself.
    func single<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
        try locked {
            let transaction = Transaction(connection: connection)
            defer { transaction.end() }
            return try body(transaction)
        }
    }

    private func locked<Result>(_ body: () throws -> Result) throws -> Result {
        let thread = UInt(pthread_self())
        guard owner.load(ordering: .relaxed) != thread else {
            throw DatabaseError(
                code: .nestedUse,
                message: "the database \(path) was used inside its own transaction; use the transaction's methods")
        }
        var result: Swift.Result<Result, any Error>?
        exclusive.withLock { _ in
            owner.store(thread, ordering: .relaxed)
            defer { owner.store(0, ordering: .relaxed) }
            result = Swift.Result { try body() }
        }
        guard let result else { throw DatabaseError(code: .other, message: "the database \(path) did nothing") }
        return try result.get()
    }
}

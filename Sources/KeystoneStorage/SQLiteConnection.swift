internal import CSQLite

/// One open database with its prepared statements. Not to be used from two threads at once.
final class SQLiteConnection {
    let path: String
    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    /// Opens the file, and makes it where it is missing. Throws `DatabaseError`.
    init(path: String, busyTimeout: Int32) throws {
        self.path = path
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let status = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle, status == SQLITE_OK else {
            let error = DatabaseError(status: status, trying: "open", path: path, handle: handle)
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyTimeout)
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes64(handle)) }

    /// Runs one statement to its end and hands each row to `row`. Throws `DatabaseError`.
    func run(_ sql: String, _ values: [SQLiteValue] = [], row: (SQLiteRow) -> Void = { _ in }) throws {
        let statement = try prepared(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() {
            let status = value.bind(to: statement, at: Int32(index + 1))
            guard status == SQLITE_OK else { throw error(status, trying: "bind a value") }
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: row(SQLiteRow(statement: statement))
            case SQLITE_DONE: return
            case let status: throw error(status, trying: "run \"\(sql.prefix(40))\"")
            }
        }
    }

    private func prepared(_ sql: String) throws -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        let status = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard let statement, status == SQLITE_OK else { throw error(status, trying: "prepare \"\(sql.prefix(40))\"") }
        statements[sql] = statement
        return statement
    }

    private func error(_ status: Int32, trying what: String) -> DatabaseError {
        DatabaseError(status: status, trying: what, path: path, handle: handle)
    }
}

/// What a parameter of a statement is bound to.
enum SQLiteValue {
    case text(String)
    case bytes([UInt8])
    case integer(Int64)

    fileprivate func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .text(var text):
            text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) {
                    ks_sqlite_bind_text(statement, index, $0.baseAddress, UInt64($0.count))
                }
            }
        case .bytes(let bytes):
            bytes.withUnsafeBytes { ks_sqlite_bind_blob(statement, index, $0.baseAddress, UInt64($0.count)) }
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        }
    }
}

/// The current row of a running statement; only good until the next step.
struct SQLiteRow {
    fileprivate let statement: OpaquePointer

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    func bytes(_ column: Int32) -> [UInt8] {
        // Blob before length: the other way round, SQLite may convert in between.
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
}

extension DatabaseError {
    /// From SQLite's extended result code. The only reader of its error texts.
    fileprivate init(status: Int32, trying what: String, path: String, handle: OpaquePointer?) {
        let reason = sqlite3_errmsg(handle).map { String(cString: $0) } ?? String(cString: sqlite3_errstr(status))
        code =
            switch status & 0xFF {
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .diskFull
            case SQLITE_READONLY, SQLITE_PERM: .readOnly
            case SQLITE_TOOBIG: .invalidValue
            default: .other
            }
        message = "could not \(what) in the database \(path): \(reason) (SQLite code \(status))"
    }
}

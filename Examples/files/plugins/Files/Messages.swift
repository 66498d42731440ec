import FileTree
import Keystone

/// What the page asks and is answered with `invoke`.
struct OpenRequest: Decodable, Sendable {
    var path: String
}

struct GoRequest: Decodable, Sendable {
    /// -1 back, 1 forward.
    var steps: Int
}

struct Place: Encodable, Sendable {
    /// Below the root; empty for the root.
    var path: String
    /// Absolute, to be shown.
    var root: String
    var canGoBack: Bool
    var canGoForward: Bool
    /// A file in it that was asked for.
    var selected: String?
}

/// Does something with files away from Swift's own threads, and turns its errors into answers of a route.
func answering<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    do {
        return try await withTaskExecutorPreference(Blocking.executor) { try await body() }
    } catch let error as FileError {
        throw HTTPError(error.status, error.description)
    }
}

/// The same for a handler of `invoke`.
func calling<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    do {
        return try await withTaskExecutorPreference(Blocking.executor) { try await body() }
    } catch let error as FileError {
        throw WireError(error.wireCode, error.description)
    }
}

extension FileError {
    fileprivate var wireCode: WireError.Code {
        switch code {
        case .bad: .badRequest
        case .notFound: "NOT_FOUND"
        case .forbidden: .forbidden
        case .conflict: "CONFLICT"
        case .tooLarge: .tooLarge
        case .failed: .handlerFailed
        }
    }

    fileprivate var status: Int {
        switch code {
        case .bad: 400
        case .notFound: 404
        case .forbidden: 403
        case .conflict: 409
        case .tooLarge: 413
        case .failed: 500
        }
    }
}

extension Entry {
    /// `["name","file",size,modified]`: arrays, since there may be a hundred thousand.
    func write(to line: inout [UInt8]) {
        line.append(UInt8(ascii: "["))
        writeFields(to: &line)
        line.append(UInt8(ascii: "]"))
    }

    func writeFields(to line: inout [UInt8]) {
        JSONValue.write(name.text, to: &line)
        line += ",\"\(kind.rawValue)\",\(size),\(modified)".utf8
    }
}

import KeystoneSupport
import Testing

/// The golden messages that the TypeScript tests decode too.
enum Golden {
    static func load(_ name: String) throws -> JSONValue {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try JSONValue.parse(try SmallFile.read("/\(root)/Protocol/golden/\(name).json", limit: 1 << 20))
    }
}

internal import KeystoneSupport

/// One line of Bun's standard output.
package enum BunLine: Sendable, Hashable {
    case message(BunToHost)
    /// What somebody printed: anything that is not an object with a `type`.
    case output(String)
    /// A message, but not as the grammar says.
    case malformed(type: String, reason: String)

    package init(_ line: some Collection<UInt8>) {
        // Printed text is the common case that is no JSON; don't parse it to find out.
        guard line.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{"),
            let value = BunLine.parse(line), let type = value["type"]?.string
        else {
            self = .output(String(decoding: line, as: UTF8.self))
            return
        }
        do {
            self = .message(try BunToHost(value))
        } catch {
            self = .malformed(type: type, reason: error.message)
        }
    }

    /// `nil` for text that only looks like JSON: a program may print anything, so that is no error.
    private static func parse(_ line: some Collection<UInt8>) -> JSONValue? {
        do {
            return try JSONValue.parse(line)
        } catch {
            return nil
        }
    }
}

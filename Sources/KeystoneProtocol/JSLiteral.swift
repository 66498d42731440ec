package import KeystoneSupport

/// Values as JavaScript source that is safe inside any script, also inside a `<script>` element.
package enum JSLiteral {
    /// JSON with `<`, U+2028 and U+2029 escaped: no value can end the script or a line of it.
    package static func json(_ value: JSONValue) -> String { embed(value.serialized()) }

    package static func string(_ text: String) -> String { json(.string(text)) }

    /// JSON text that is already there.
    package static func embed(jsonText: String) -> String { embed(Array(jsonText.utf8)) }

    private static func embed(_ json: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(json.count)
        var index = 0
        while index < json.count {
            let byte = json[index]
            if byte == UInt8(ascii: "<") {
                output.append(contentsOf: "\\u003c".utf8)
            } else if byte == 0xe2, index + 2 < json.count, json[index + 1] == 0x80, json[index + 2] | 1 == 0xa9 {
                output.append(contentsOf: (json[index + 2] == 0xa8 ? "\\u2028" : "\\u2029").utf8)
                index += 2
            } else {
                output.append(byte)
            }
            index += 1
        }
        return String(decoding: output, as: UTF8.self)
    }
}

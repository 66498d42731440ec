extension JSONScanner {
    /// Reads a number; the offset is at its first character.
    mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = offset
        let negative = take(UInt8(ascii: "-"))
        let firstDigit = offset
        try digits("a number needs a digit here")
        if bytes[firstDigit] == UInt8(ascii: "0"), offset - firstDigit > 1 {
            throw error("a number must not begin with 0", at: firstDigit)
        }
        let integerEnd = offset
        if take(UInt8(ascii: ".")) { try digits("a digit must follow the decimal point") }
        if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            try digits("a digit must follow the exponent's sign")
        }
        if offset == integerEnd, let value = integer(firstDigit..<integerEnd, negative) {
            return .integer(value)
        }
        guard let value = Double(String(decoding: bytes[start..<offset], as: UTF8.self)), value.isFinite
        else {
            throw error("this number is too large", at: start)
        }
        return .number(value)
    }

    private mutating func digits(_ message: String) throws(JSONSyntaxError) {
        let start = offset
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
        guard offset > start else { throw error("\(message), found \(found())") }
    }

    /// `nil` for a number that doesn't fit, and for `-0`, which only a `Double` can hold.
    private func integer(_ range: Range<Int>, _ negative: Bool) -> Int64? {
        var value: Int64 = 0
        for byte in bytes[range] {
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                negative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
        }
        return negative && value == 0 ? nil : value
    }
}

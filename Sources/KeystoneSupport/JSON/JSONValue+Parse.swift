extension JSONValue {
    /// Reads JSON text.
    ///
    /// Usable from any thread; takes time linear in the text.
    /// - Throws: `JSONSyntaxError` for text that is not JSON or goes beyond the limits.
    public static func parse(_ text: String, options: JSONOptions = .wire) throws(JSONSyntaxError)
        -> JSONValue
    {
        try parse(text.utf8, options: options)
    }

    /// Reads JSON text in UTF-8.
    public static func parse(
        _ utf8: some Sequence<UInt8>, options: JSONOptions = .wire
    ) throws(JSONSyntaxError) -> JSONValue {
        let parsed = utf8.withContiguousStorageIfAvailable { bytes in
            Result { () throws(JSONSyntaxError) in
                try parse(UnsafeRawBufferPointer(bytes), options: options)
            }
        }
        if let parsed { return try parsed.get() }
        return try parse(Array(utf8), options: options)
    }

    /// Reads JSON text in UTF-8 from memory that is only read during the call.
    public static func parse(
        _ utf8: UnsafeRawBufferPointer, options: JSONOptions = .wire
    ) throws(JSONSyntaxError) -> JSONValue {
        var scanner = try JSONScanner(utf8, options)
        let value = try scanner.value(depth: 0)
        try scanner.finish()
        return value
    }
}

extension JSONScanner {
    fileprivate mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        try skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        default: return try scalar()
        }
    }

    /// A value that holds no others.
    mutating func scalar() throws(JSONSyntaxError) -> JSONValue {
        switch next ?? 0 {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"):
            try literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try literal("null")
            return .null
        default: throw error("expected a value, found \(unknownWord())")
        }
    }

    /// Takes the opening bracket, within the limit of nesting.
    mutating func open(depth: Int) throws(JSONSyntaxError) {
        guard depth <= options.maximumDepth else {
            throw error("arrays and objects are nested more than \(options.maximumDepth) levels deep")
        }
        offset += 1
    }

    /// Takes a key and its colon.
    mutating func key() throws(JSONSyntaxError) -> String {
        guard next == UInt8(ascii: "\"") else {
            throw error("expected a key in quotes, found \(unknownWord())")
        }
        let key = try string()
        try skipSpace()
        guard take(UInt8(ascii: ":")) else {
            throw error("expected ':' after the key \"\(key.prefix(60))\", found \(found())")
        }
        return key
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        try open(depth: depth)
        var elements: [JSONValue] = []
        try self.elements(until: UInt8(ascii: "]")) { scanner throws(JSONSyntaxError) in
            elements.append(try scanner.value(depth: depth))
        }
        return elements
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        try open(depth: depth)
        var object = JSONObject()
        try elements(until: UInt8(ascii: "}")) { scanner throws(JSONSyntaxError) in
            let start = scanner.offset
            let key = try scanner.key()
            if scanner.options.duplicateKeys == .reject, object[key] != nil {
                throw scanner.error("the key \"\(key.prefix(60))\" appears twice", at: start)
            }
            object[key] = try scanner.value(depth: depth)
        }
        return object
    }
}

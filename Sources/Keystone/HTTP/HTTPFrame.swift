internal import KeystoneProtocol
internal import KeystoneSupport

/// A head in JSON and a body in bytes, as one message: the head's length (u32, little-endian), the head, the body.
struct HTTPFrame {
    var head: JSONValue
    var body: [UInt8]

    init(head: JSONValue, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    /// What a page sent with `http:request`: JSON alone where there is no body. Throws `BAD_REQUEST`.
    init(_ request: InvokeRequest) throws {
        guard case .bytes(let bytes) = request.payload else {
            head = try request.arguments()
            body = []
            return
        }
        guard bytes.count >= 4 else { throw WireError(.badRequest, "a request of \(bytes.count) bytes has no head") }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        guard length <= bytes.count - 4 else { throw WireError(.badRequest, "the request's head is cut short") }
        do {
            head = try JSONValue.parse(bytes[4..<(4 + length)])
        } catch {
            throw WireError(.badRequest, "the request's head is not JSON: \(error)")
        }
        body = Array(bytes[(4 + length)...])
    }

    var bytes: [UInt8] {
        let text = head.serialized()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + text.count + body.count)
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: text.count >> shift)) }
        return bytes + text + body
    }
}

extension HTTPHeaders {
    /// `[[name, value], …]`; what is anything else is left out.
    init(_ json: JSONValue?) {
        self.init()
        for field in json?.array ?? [] {
            if let name = field[0]?.string, let value = field[1]?.string { add(name, value) }
        }
    }

    var json: JSONValue { .array(fields.map { [.string($0.name), .string($0.value)] }) }
}

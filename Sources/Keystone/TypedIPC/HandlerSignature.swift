/// What a handler takes and answers, as its registration tells.
package struct HandlerSignature: Sendable {
    package enum Argument: Sendable {
        case nothing
        case bytes
        /// The handler reads the call itself.
        case raw
        case json(any (Decodable & Sendable).Type)
    }

    package enum Result: Sendable {
        case nothing
        case bytes
        /// The handler writes its answer itself.
        case raw
        case json(any (Encodable & Sendable).Type)
    }

    package var argument: Argument
    package var result: Result

    package init(_ argument: Argument, _ result: Result) {
        self.argument = argument
        self.result = result
    }

    package static let bytes = HandlerSignature(.bytes, .bytes)
    package static let raw = HandlerSignature(.raw, .raw)
}

package import KeystoneSupport

/// A question's id: a string or an integer, chosen by the asker.
package enum MessageID: Sendable, Hashable {
    case string(String)
    case number(Int64)

    package init?(_ value: JSONValue?) {
        switch value {
        case .string(let text): self = .string(text)
        case .some(let value):
            guard let number = value.int else { return nil }
            self = .number(Int64(number))
        case nil: return nil
        }
    }

    package var json: JSONValue {
        switch self {
        case .string(let text): .string(text)
        case .number(let number): .integer(number)
        }
    }
}

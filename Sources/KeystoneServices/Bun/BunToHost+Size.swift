internal import KeystoneProtocol
internal import KeystoneSupport

extension BunToHost {
    /// About the bytes of memory that it takes, to bound what waits. Only what a message may carry without a bound is
    /// looked at.
    var roughSize: Int {
        switch self {
        case .servicePush(let channel, let data, _): 256 + channel.utf8.count + data.roughSize
        case .relay(let target, let channel, let data):
            256 + target.utf8.count + channel.utf8.count + data.roughSize
        case .actionFromWeb(let action, _), .actionFromService(let action, _): 256 + action.utf8.count
        case .components(let components): 256 + 256 * components.count
        case .fatal(let text): 256 + text.utf8.count
        default: 256
        }
    }
}

extension JSONValue {
    var roughSize: Int {
        switch self {
        case .null, .bool, .integer, .number: 32
        case .string(let text): 32 + text.utf8.count
        case .array(let values): values.reduce(32) { $0 + $1.roughSize }
        case .object(let members): members.reduce(64) { $0 + 64 + $1.key.utf8.count + $1.value.roughSize }
        }
    }
}

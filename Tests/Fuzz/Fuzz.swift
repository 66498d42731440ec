import Glibc
import KeystoneCore
import KeystoneProtocol
import KeystoneSupport

/// What libFuzzer feeds: one of the readers of untrusted bytes, chosen by `KEYSTONE_FUZZ`. Started by `scripts/fuzz`.
@c(LLVMFuzzerTestOneInput) public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    target(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

private let target: @Sendable ([UInt8]) -> Void = {
    let name = ProcessEnvironment.current["KEYSTONE_FUZZ"] ?? ""
    guard let target = targets[name] else {
        print("KEYSTONE_FUZZ is \"\(name)\"; targets: \(targets.keys.sorted().joined(separator: ", "))")
        exit(2)
    }
    return target
}()

private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "json": fuzzJSON, "lines": fuzzLines, "messages": fuzzMessages, "calls": fuzzCalls, "config": fuzzConfig,
]

/// Both readers agree, and what they read can be written and read again.
@Sendable private func fuzzJSON(_ bytes: [UInt8]) {
    var options = JSONOptions.config
    options.duplicateKeys = .lastWins
    let value = try? JSONValue.parse(bytes, options: options)
    precondition(value == (try? JSONDocument(bytes, options: options).root.value))
    if let value { precondition((try? JSONValue.parse(value.serialized())) == value) }
}

/// The first bytes say how the others are cut.
@Sendable private func fuzzLines(_ bytes: [UInt8]) {
    guard bytes.count > 2 else { return }
    let limit = Int(bytes[0])
    let step = Int(bytes[1]) + 1
    var reader = NDJSONReader(limit: limit)
    var rest = bytes[2...]
    var longest = 0
    func take(_ item: NDJSONReader.Item) {
        guard case .line(let line) = item else { return }
        precondition(!line.contains(0x0a))
        longest = max(longest, line.count)
    }
    while !rest.isEmpty {
        reader.append(rest.prefix(step), take)
        rest = rest.dropFirst(step)
        precondition(reader.heldBytes <= limit + 1)
    }
    reader.finish(take)
    precondition(longest <= limit)
}

@Sendable private func fuzzMessages(_ bytes: [UInt8]) {
    if case .message(let message) = BunLine(bytes) {
        if case .unknown = message { return }
        precondition(BunLine(message.json.serialized()) == .message(message))
    }
    guard let value = try? JSONValue.parse(bytes) else { return }
    if let message = try? HostToBun(value) { precondition((try? HostToBun(message.json)) == message) }
    _ = try? PageToBun(value)
    _ = try? BunToPage(value)
    _ = try? PageSignal(value)
    _ = WireError(value)
}

@Sendable private func fuzzCalls(_ bytes: [UInt8]) {
    let body = String(decoding: bytes, as: UTF8.self)
    switch try? PageCall(body) {
    case .invoke(let id, let channel, let args):
        precondition("\(id)\n\(channel)\n\(args)" == body)
        _ = try? PageCall.parseArgs(args)
    case .cancel, nil: break
    }
    _ = try? PageSignal(body: body)
}

@Sendable private func fuzzConfig(_ bytes: [UInt8]) {
    for diagnostic in ConfigLoader.parse(bytes, file: "k").diagnostics { precondition(!diagnostic.description.isEmpty) }
}

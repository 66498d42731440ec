import Keystone

@MainActor
func addStreams(to context: CoreContext) {
    context.onStream("host:echo") { stream in
        for try await chunk in stream { try await stream.write(chunk) }
    }
}

@MainActor
func checksum(of parts: [[UInt8]], by context: CoreContext) async throws -> String {
    let stream = try await context.openStream("checksum")
    for part in parts { try await stream.write(part) }
    stream.finish()
    var answer: [UInt8] = []
    for try await chunk in stream { answer += chunk }
    return String(decoding: answer, as: UTF8.self)
}

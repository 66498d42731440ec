import Keystone

@MainActor
func addStreams(to runtime: ApplicationRuntime) {
    runtime.onStream("host:echo") { stream in
        for try await chunk in stream { try await stream.write(chunk) }
    }
}

@MainActor
func checksum(of parts: [[UInt8]], by runtime: ApplicationRuntime) async throws -> String {
    let stream = try await runtime.openStream("checksum")
    for part in parts { try await stream.write(part) }
    stream.finish()
    var answer: [UInt8] = []
    for try await chunk in stream { answer += chunk }
    return String(decoding: answer, as: UTF8.self)
}

internal import KeystoneServices

/// All runs of a type's `init(from:)`: what came to an end, and what it made.
struct DecodingRuns {
    /// What may be kept of a type's values.
    private static let sampleLimit = 40
    /// Questions in a row that may be refused: how many forms a member may be tried as.
    private static let fallbackLimit = 4
    private static let questionLimit = 200

    private var recordings: [Recording] = []
    private(set) var samples: [Any] = []
    private var lastError: (any Error)?
    private let type: Any.Type

    init<Value: Decodable>(_ type: Value.Type, _ describer: TypeDescriber) {
        self.type = type
        var number = 0, limit = 13, questions = 0
        while number < limit {
            for isFull in [true, false] {
                let attempt = DecodingAttempt(number, isFull: isFull, describer: describer)
                run(type, attempt)
                limit = max(limit, min(attempt.widest, Self.sampleLimit))
                questions = max(questions, attempt.questions)
            }
            number += 1
        }
        // Who overlooks an error takes several forms.
        for start in 0..<min(questions + Self.fallbackLimit, Self.questionLimit) {
            for length in 1...Self.fallbackLimit {
                run(type, DecodingAttempt(refused: start..<start + length, describer: describer))
            }
        }
    }

    private mutating func run<Value: Decodable>(_ type: Value.Type, _ attempt: DecodingAttempt) {
        do {
            let value = try Value(from: RecordingDecoder(attempt: attempt, recording: attempt.recording))
            recordings.append(attempt.recording)
            if samples.count < Self.sampleLimit, attempt.refused.isEmpty { samples.append(value) }
        } catch {
            if attempt.refused.isEmpty { lastError = error }
        }
    }

    var shape: TypeShape {
        guard !recordings.isEmpty else {
            let reason = lastError.map { JSONCoding.explain($0) } ?? "nothing was decoded"
            return .unknown("\(type) could not be tried out: \(reason)")
        }
        do {
            return try RecordedShape.make(recordings)
        } catch {
            return .unknown("\(type) \(error.reason)")
        }
    }
}

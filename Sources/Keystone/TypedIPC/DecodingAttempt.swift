/// One run of a type's `init(from:)`, and what its decoder answers.
final class DecodingAttempt {
    /// Which of its samples each type gives.
    let number: Int
    /// Whether what may be missing is there.
    let isFull: Bool
    /// The questions that find JSON of another kind, by their places in the order of all.
    let refused: Range<Int>
    let describer: TypeDescriber
    /// What was asked of the decoder that it was given.
    let recording = Recording()
    private(set) var questions = 0
    /// A question was refused since the last container was opened.
    private var hasRefused = false
    /// The most samples of a type that were met.
    var widest = 0

    init(_ number: Int = 0, isFull: Bool = true, refused: Range<Int> = 0..<0, describer: TypeDescriber) {
        self.number = number
        self.isFull = isFull
        self.refused = refused
        self.describer = describer
    }

    /// Counts a question; throws where its answer is that the JSON is of another kind.
    func ask(_ type: Any.Type, _ path: [any CodingKey]) throws {
        defer { questions += 1 }
        guard refused.contains(questions) else { return }
        hasRefused = true
        throw DecodingError.typeMismatch(type, .init(codingPath: path, debugDescription: "refused"))
    }

    /// Whoever opens a container after a refusal tries another form.
    func opens(_ recording: Recording) {
        if hasRefused { recording.forget() }
        hasRefused = false
    }

    /// A value for the one who decodes; its shape is recorded, whether there is one or not.
    func give<Value: Decodable>(
        _ type: Value.Type, _ path: [any CodingKey], record: (TypeShape) -> Void
    ) throws -> Value {
        let known = describer.describe(type)
        record(known.shape)
        try ask(type, path)
        widest = max(widest, known.samples.count)
        guard let sample = known.sample(type, number) else {
            throw DecodingError.dataCorrupted(.init(codingPath: path, debugDescription: "there is no \(type) to try"))
        }
        return sample
    }
}

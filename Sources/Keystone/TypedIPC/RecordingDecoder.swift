/// A decoder that has no JSON: it notes what it is asked for, and answers with samples.
struct RecordingDecoder: Decoder {
    let attempt: DecodingAttempt
    let recording: Recording
    var codingPath: [any CodingKey] = []
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try attempt.ask([String: Any].self, codingPath)
        attempt.opens(recording)
        return keyed(by: type)
    }

    fileprivate func keyed<Key: CodingKey>(by type: Key.Type) -> KeyedDecodingContainer<Key> {
        let cases = PlainEnum.cases(of: type)
        recording.keySets.append(cases.map { $0.map(\.stringValue) })
        return KeyedDecodingContainer(Keyed(cases: cases ?? [], decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try attempt.ask([Any].self, codingPath)
        attempt.opens(recording)
        return unkeyed()
    }

    fileprivate func unkeyed() -> any UnkeyedDecodingContainer {
        recording.isUnkeyed = true
        return Unkeyed(decoder: self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }
}

extension RecordingDecoder {
    struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        /// Empty where they aren't known.
        let cases: [Key]
        let decoder: RecordingDecoder

        var codingPath: [any CodingKey] { decoder.codingPath }
        private var attempt: DecodingAttempt { decoder.attempt }

        /// One at a time: that is how enumerations with payloads are read.
        var allKeys: [Key] {
            attempt.widest = max(attempt.widest, cases.count)
            guard !cases.isEmpty else { return [] }
            let key = cases[attempt.number % cases.count]
            decoder.recording.selectedKey = key.stringValue
            return [key]
        }

        func contains(_ key: Key) -> Bool {
            decoder.recording.member(key.stringValue) { $0.isOptional = true }
            return attempt.isFull
        }

        func decodeNil(forKey key: Key) -> Bool {
            decoder.recording.member(key.stringValue) { $0.isNullable = true }
            return !attempt.isFull
        }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            let name = key.stringValue
            do {
                return try attempt.give(type, codingPath + [key]) { shape in
                    decoder.recording.member(name) { $0.shapes.append(shape) }
                }
            } catch {
                // Whoever goes on after this takes anything there, or nothing.
                decoder.recording.member(name) { $0.isOptional = true }
                throw error
            }
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedDecodingContainer<Nested> {
            nested(key).keyed(by: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { nested(key).unkeyed() }

        func superDecoder() -> any Decoder { nested("super", []) }

        func superDecoder(forKey key: Key) -> any Decoder { nested(key) }

        private func nested(_ key: Key) -> RecordingDecoder { nested(key.stringValue, [key]) }

        private func nested(_ name: String, _ path: [any CodingKey]) -> RecordingDecoder {
            RecordingDecoder(
                attempt: attempt, recording: decoder.recording.nested(name), codingPath: codingPath + path)
        }
    }

    struct Unkeyed: UnkeyedDecodingContainer {
        let decoder: RecordingDecoder
        private(set) var currentIndex = 0

        init(decoder: RecordingDecoder) { self.decoder = decoder }

        var codingPath: [any CodingKey] { decoder.codingPath }

        var count: Int? {
            decoder.recording.isCounted = true
            return decoder.attempt.isFull ? 1 : 0
        }

        var isAtEnd: Bool { currentIndex >= (count ?? 0) }

        mutating func decodeNil() -> Bool {
            decoder.recording.isNullable = true
            if !decoder.attempt.isFull { currentIndex += 1 }
            return !decoder.attempt.isFull
        }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let value = try decoder.attempt.give(type, codingPath) { decoder.recording.elements.append($0) }
            currentIndex += 1
            return value
        }

        mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedDecodingContainer<Nested> {
            nested().keyed(by: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { nested().unkeyed() }

        mutating func superDecoder() -> any Decoder { nested() }

        /// Read, but not described: see `TypeDescriber.shape`.
        private mutating func nested() -> RecordingDecoder {
            currentIndex += 1
            decoder.recording.elements.append(.unknown("an element is read by hand"))
            return RecordingDecoder(attempt: decoder.attempt, recording: Recording(), codingPath: codingPath)
        }
    }

    struct Single: SingleValueDecodingContainer {
        let decoder: RecordingDecoder

        var codingPath: [any CodingKey] { decoder.codingPath }

        func decodeNil() -> Bool {
            decoder.recording.isNullable = true
            return !decoder.attempt.isFull
        }

        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            decoder.attempt.opens(decoder.recording)
            return try decoder.attempt.give(type, codingPath) { decoder.recording.values.append($0) }
        }
    }
}

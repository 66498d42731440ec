internal import FoundationEssentials

extension JSONCoding {
    /// How a type is written, where that is the coder's own business.
    package enum Form: Sendable {
        case number, string
    }

    /// A type whose JSON the coder, or the type, makes of something else than its parts.
    package struct FoundationType {
        package let type: Any.Type
        package let form: Form
        /// What the text or number means, in a few words.
        package let note: String
        package let samples: [Any]
    }

    /// Foundation's value types, as `encode` writes them.
    package static var foundationTypes: [FoundationType] {
        [
            FoundationType(
                type: Date.self, form: .number, note: "Date: seconds since 2001-01-01T00:00:00Z",
                samples: [Date(timeIntervalSinceReferenceDate: 1)]),
            FoundationType(type: Data.self, form: .string, note: "Data: base64", samples: [Data([1]), Data()]),
            FoundationType(
                type: URL.self, form: .string, note: "URL",
                samples: ["https://a.example/b", "file:///a"].compactMap { URL(string: $0) }),
            FoundationType(type: UUID.self, form: .string, note: "UUID", samples: [UUID()]),
            FoundationType(type: Decimal.self, form: .number, note: "Decimal", samples: [Decimal(1)]),
        ]
    }
}

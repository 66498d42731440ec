/// What `keystone doctor` found out about one thing.
struct Finding: Sendable, Equatable {
    enum State: Sendable, Equatable {
        case fine
        /// Apps run, with something missing.
        case optionalMissing
        case requiredMissing
    }

    var state: State
    let subject: String
    /// The version, the path, or what is missing.
    let detail: String
    /// The command that mends it.
    var mend: String?

    static func fine(_ subject: String, _ detail: String) -> Finding {
        Finding(state: .fine, subject: subject, detail: detail)
    }

    static func missing(_ subject: String, _ detail: String, mend: String?, required: Bool) -> Finding {
        Finding(state: required ? .requiredMissing : .optionalMissing, subject: subject, detail: detail, mend: mend)
    }

    /// One line, and the mend below it.
    var lines: String {
        let mark =
            switch state {
            case .fine: "ok     "
            case .optionalMissing: "note   "
            case .requiredMissing: "MISSING"
            }
        let padding = String(repeating: " ", count: max(1, 22 - subject.count))
        return "\(mark)  \(subject)\(padding)\(detail)" + (mend.map { "\n         → \($0)" } ?? "")
    }
}

/// How strictly JSON text is read, and how much of it.
public struct JSONOptions: Sendable {
    public enum DuplicateKeys: Sendable {
        /// The last value wins, as in JavaScript.
        case lastWins
        case reject
    }

    public enum LoneSurrogates: Sendable {
        /// An escape such as `\ud800` without its partner becomes U+FFFD. Pages can send these.
        case replace
        case reject
    }

    /// In bytes.
    public var maximumSize: Int
    /// How many arrays and objects may lie within each other.
    public var maximumDepth: Int
    /// Allows `//` and `/* */` comments, trailing commas and a byte order mark.
    public var relaxed: Bool
    public var duplicateKeys: DuplicateKeys
    public var loneSurrogates: LoneSurrogates

    public init(
        maximumSize: Int, maximumDepth: Int, relaxed: Bool, duplicateKeys: DuplicateKeys,
        loneSurrogates: LoneSurrogates
    ) {
        self.maximumSize = maximumSize
        self.maximumDepth = maximumDepth
        self.relaxed = relaxed
        self.duplicateKeys = duplicateKeys
        self.loneSurrogates = loneSurrogates
    }

    /// For messages between processes: strict grammar, 128 MiB, 512 levels.
    public static let wire = JSONOptions(
        maximumSize: 128 << 20, maximumDepth: 512, relaxed: false, duplicateKeys: .lastWins,
        loneSurrogates: .replace)

    /// For files that people write: comments and trailing commas, 4 MiB, 128 levels.
    public static let config = JSONOptions(
        maximumSize: 4 << 20, maximumDepth: 128, relaxed: true, duplicateKeys: .reject,
        loneSurrogates: .reject)
}

/// The name of something that is added to an app, and what files and code call it.
struct PartName: Sendable, Equatable {
    /// As it was given: `file-list`, `FileList`.
    let text: String

    /// As in "expected …".
    static let rule =
        "a name of ASCII letters, digits, \"-\" and \"_\", 60 at most, that begins with a letter and ends with no dash"

    /// `nil` where the text is no name: it becomes part of paths and of code.
    init?(_ text: String) {
        let isAllowed = text.utf8.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || $0 == 0x2D || $0 == 0x5F }
        guard isAllowed, text.utf8.count <= 60, let first = text.utf8.first, Self.isLetter(first), text.last != "-"
        else { return nil }
        self.text = text
    }

    /// The words of a name: `file-list`, `file_list` and `FileList` have two.
    private var words: [String] {
        var words: [String] = []
        var previous: Character = "-"
        for character in text {
            if character == "-" || character == "_" {
                previous = "-"
                continue
            }
            let isStart = previous == "-" || character.isUppercase && !previous.isUppercase
            if isStart { words.append("") }
            words[words.count - 1].append(character)
            previous = character
        }
        return words
    }

    /// `FileList`: a Swift module, a type.
    var type: String { words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

    /// `FileListService`; a name that ends so stays.
    func type(_ suffix: String) -> String { type.hasSuffix(suffix) ? type : type + suffix }

    /// `file-list`: channels.
    var channel: String { words.map { $0.lowercased() }.joined(separator: "-") }

    /// `File List`: what people read.
    var title: String { words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ") }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

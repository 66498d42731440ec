/// Something that the compiler or the linker said.
package struct CompilerDiagnostic: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable, Hashable {
        case error, warning, note, remark
    }

    /// Absolute; `nil` for what has no place, as the linker's.
    package var file: String?
    /// From 1.
    package var line: Int?
    /// From 1, in bytes.
    package var column: Int?
    package var severity: Severity
    package var text: String
    /// The source line, with spaces for its tabs.
    package var source: String?
    /// Where in `source` the compiler points, in bytes from 0.
    package var mark: Int?

    package init(file: String? = nil, line: Int? = nil, column: Int? = nil, severity: Severity, text: String) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.text = text
    }

    /// `file:line:column: error: text`.
    package var description: String { described(from: "") }

    /// The same, with a file below the directory named from there.
    package func described(from directory: String) -> String {
        let place = [place(from: directory), line.map(String.init), column.map(String.init)].compactMap { $0 }
        let head = place.isEmpty ? "" : place.joined(separator: ":") + ": "
        return "\(head)\(severity): \(text)"
    }

    /// The file, named from a directory that it lies below.
    package func place(from directory: String) -> String? {
        guard let file, !directory.isEmpty, file.hasPrefix(directory + "/") else { return file }
        return String(file.dropFirst(directory.utf8.count + 1))
    }
}

extension CompilerDiagnostic {
    /// What a user can read at once; a broken header makes thousands.
    private static let maximumCount = 200

    /// Each once, and without those that only say that there were others: the driver's processes see the same errors.
    static func essential(_ diagnostics: [CompilerDiagnostic]) -> [CompilerDiagnostic] {
        var seen: Set<CompilerDiagnostic> = []
        let distinct = diagnostics.filter { seen.insert($0).inserted }
        let telling = distinct.filter { !($0.file == nil && $0.text.hasSuffix("(use -v to see invocation)")) }
        return telling.contains { $0.severity == .error } ? telling : distinct
    }

    /// The messages in what the compiler or the linker printed (`-diagnostic-style llvm`). Text that is no message is left
    /// out.
    package static func parse(_ output: String) -> [CompilerDiagnostic] {
        var found: [CompilerDiagnostic] = []
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst(), found.count < maximumCount {
            guard var diagnostic = message(line) else { continue }
            // The source line, and below it a mark.
            if diagnostic.line != nil, let source = lines.first, let mark = lines.dropFirst().first,
                let pointer = mark.utf8.firstIndex(of: UInt8(ascii: "^")),
                mark.utf8.allSatisfy({ " ^~".utf8.contains($0) })
            {
                diagnostic.source = String(source)
                diagnostic.mark = mark.utf8.distance(from: mark.utf8.startIndex, to: pointer)
                lines.removeFirst(2)
            }
            found.append(diagnostic)
        }
        return found
    }

    /// `file:line:column: error: text`, or `program: error: text`.
    private static func message(_ line: Substring) -> CompilerDiagnostic? {
        for severity in [Severity.error, .warning, .note, .remark] {
            guard let range = line.firstRange(of: "\(severity): ") else { continue }
            let text = String(line[range.upperBound...]), head = line[..<range.lowerBound]
            if head.isEmpty { return CompilerDiagnostic(severity: severity, text: text) }
            guard head.hasSuffix(": ") else { continue }
            let parts = head.dropLast(2).split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count >= 3, let row = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1]),
                row > 0
            else {
                // For example `ld.lld: error: …` and `<unknown>:0: error: …`.
                return CompilerDiagnostic(severity: severity, text: text)
            }
            let file = parts.dropLast(2).joined(separator: ":")
            return CompilerDiagnostic(file: file, line: row, column: column, severity: severity, text: text)
        }
        return nil
    }
}

import Keystone

/// One part of a file (RFC 9110, 14.1.2).
struct ByteRange: Sendable {
    /// What is sent without a range; and the most that one range has.
    static let maximumWhole = 64 << 20

    let bytes: Range<Int>

    /// `bytes=0-99`, `bytes=100-`, `bytes=-50`. `nil` for what is no such range, which counts as none, and throws 416 for one
    /// that is outside of the file.
    init?(_ header: String, of size: Int) throws(HTTPError) {
        guard header.hasPrefix("bytes=") else { return nil }
        let parts = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch (Int(parts[0]), Int(parts[1])) {
        case (nil, let last?) where parts[0].isEmpty && last >= 0: bytes = max(0, size - last)..<size
        case (let first?, nil) where parts[1].isEmpty && first < size: bytes = first..<size
        case (let first?, let last?) where first <= last && first < size: bytes = first..<min(last, size - 1) + 1
        case (let first?, _) where first >= size: throw HTTPError(416, "the file has only \(size) bytes")
        default: return nil
        }
        guard !bytes.isEmpty else { throw HTTPError(416, "the file has only \(size) bytes") }
        guard bytes.count <= Self.maximumWhole else {
            throw HTTPError(413, "at most \(Self.maximumWhole >> 20) MiB are sent at once")
        }
    }

    var text: String { "\(bytes.lowerBound)-\(bytes.upperBound - 1)" }
}

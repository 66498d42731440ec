/// What a file's content is, by its name and its first bytes.
public func contentType(of name: FileName, beginning: [UInt8]) -> String {
    let text = name.text.lowercased()
    if let dot = text.lastIndex(of: "."), let known = contentTypes[String(text[text.index(after: dot)...])] {
        return known
    }
    // Half a character may be at the end.
    let whole = beginning.lastIndex { $0 & 0xC0 != 0x80 } ?? 0
    let isText = !beginning.contains(0) && String(validating: beginning[..<whole], as: UTF8.self) != nil
    return isText ? plainText : "application/octet-stream"
}

private let plainText = "text/plain; charset=utf-8"

private let contentTypes: [String: String] = [
    "apng": "image/apng", "avif": "image/avif", "bmp": "image/bmp", "gif": "image/gif", "ico": "image/x-icon",
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png", "svg": "image/svg+xml", "webp": "image/webp",
    "flac": "audio/flac", "m4a": "audio/mp4", "mp3": "audio/mpeg", "oga": "audio/ogg", "ogg": "audio/ogg",
    "wav": "audio/wav", "mp4": "video/mp4", "ogv": "video/ogg", "webm": "video/webm",
    "css": "text/css; charset=utf-8", "csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "json": "application/json", "md": "text/markdown; charset=utf-8",
    "txt": plainText, "xml": "application/xml",
    "7z": "application/x-7z-compressed", "gz": "application/gzip", "pdf": "application/pdf", "tar": "application/x-tar",
    "wasm": "application/wasm", "xz": "application/x-xz", "zip": "application/zip", "zst": "application/zstd",
]

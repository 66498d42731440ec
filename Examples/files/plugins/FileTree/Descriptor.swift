internal import Glibc

/// An open file, closed when nobody has it any more.
public final class Descriptor: Sendable {
    let number: Int32

    /// `AT_FDCWD` and other numbers that nobody opened are not for this.
    private init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    static func root(_ path: String) throws(FileError) -> Descriptor {
        let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last(path) }
        return Descriptor(number)
    }

    /// Opens what is directly in this directory, never through a link.
    func opened(_ name: FileName, directory: Bool) throws(FileError) -> Descriptor {
        // Without O_NONBLOCK, a pipe without a writer would hold us for ever.
        let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (directory ? O_DIRECTORY : O_NONBLOCK)
        let number = name.withCString { openat(self.number, $0, flags) }
        guard number >= 0 else { throw .last(name.text) }
        return Descriptor(number)
    }

    func status() throws(FileError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .last("") }
        return status
    }

    /// What is known of an entry itself, not of what it leads to.
    func status(of name: FileName) throws(FileError) -> stat {
        var status = stat()
        let result = name.withCString { fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW) }
        guard result == 0 else { throw .last(name.text) }
        return status
    }

    /// Reads up to `count` bytes at a place; fewer at the end.
    public func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(number, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = .last("") }
                guard got > 0 else { return }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension FileName {
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                // There is at least the zero.
                characters.baseAddress.map(body) ?? withUnsafePointer(to: 0, body)
            }
        }
    }
}

internal import Glibc

/// What went wrong with a file, in words for the one who asked.
public struct FileError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        /// The path or name can't be one.
        case bad
        case notFound
        case forbidden
        /// Something of that name is there already, or something is in the way.
        case conflict
        case tooLarge
        case failed
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// The error that a call to the system has just set, about `subject`.
    static func last(_ subject: String) -> FileError { FileError(errno: errno, subject) }

    init(errno number: Int32, _ subject: String) {
        let name = subject.isEmpty ? "the folder" : "“\(subject)”"
        switch number {
        case ENOENT: self.init(.notFound, "\(name) is not there, or no longer")
        // A folder is opened without following links: what says so is no folder.
        case ENOTDIR, ELOOP: self.init(.notFound, "\(name) is no folder")
        case EACCES, EPERM: self.init(.forbidden, "\(name): you may not do that here")
        case EROFS: self.init(.forbidden, "\(name): this disk can only be read")
        case EEXIST: self.init(.conflict, "\(name) is there already")
        case ENOTEMPTY: self.init(.conflict, "\(name) is not empty")
        case EBUSY: self.init(.conflict, "\(name) is in use")
        case ENAMETOOLONG: self.init(.bad, "\(name): the name is too long")
        default: self.init(.failed, "\(name): \(String(cString: strerror(number)))")
        }
    }
}

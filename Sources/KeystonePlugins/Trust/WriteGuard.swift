internal import Glibc
internal import KeystoneSupport

/// Says who besides root and the user could change a file.
struct WriteGuard: Sendable {
    /// The user that this process runs as.
    let user: UInt32
    /// A group with nobody but the user in it, as most Linux systems make one for each user: that it may write is no harm.
    let privateGroup: UInt32?

    /// Of this process.
    static let own = WriteGuard(user: geteuid(), privateGroup: ownGroup())

    /// What is wrong, in words that go on after "it" or the name of a directory; `nil`: nothing.
    func objection(to status: FileStatus) -> String? {
        if status.owner != 0 && status.owner != user {
            return "belongs to another user (\(status.owner)): chown it to yourself if you trust it"
        }
        if status.mode & S_IWOTH != 0 { return "can be written to by everybody: chmod o-w" }
        if status.mode & S_IWGRP != 0, status.group != privateGroup || status.hasAccessList {
            return "can be written to by its group (\(status.group)): chmod g-w"
        }
        return nil
    }

    /// For a directory above: in a sticky one (`/tmp`), others can't touch what isn't theirs.
    func objection(toParent status: FileStatus) -> String? {
        guard status.isSticky, status.owner == 0 || status.owner == user else { return objection(to: status) }
        return nil
    }

    /// The user's own group, where it has the user's name and no other members.
    private static func ownGroup() -> UInt32? {
        guard let user = getpwuid(geteuid()), let name = user.pointee.pw_name else { return nil }
        let userName = String(cString: name)
        let groupID = user.pointee.pw_gid
        guard let group = getgrgid(groupID), let groupName = group.pointee.gr_name,
            String(cString: groupName) == userName
        else { return nil }
        var member = group.pointee.gr_mem
        while let name = member?.pointee {
            guard String(cString: name) == userName else { return nil }
            member = member?.advanced(by: 1)
        }
        return groupID
    }
}

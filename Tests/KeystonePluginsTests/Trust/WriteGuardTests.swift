import Glibc
import Testing

@testable import KeystonePlugins

@Suite struct WriteGuardTests {
    private let guardian = WriteGuard(user: 1000, privateGroup: 1000)

    private func status(_ mode: UInt32, owner: UInt32 = 1000, group: UInt32 = 1000, list: Bool = false) -> FileStatus {
        FileStatus(owner: owner, group: group, mode: mode, hasAccessList: list)
    }

    @Test func `Who may write to a file decides`() {
        for owner: UInt32 in [0, 1000, 1001, 65534] {
            for group: UInt32 in [0, 100, 1000] {
                for mode: UInt32 in 0...0o777 {
                    let ours = owner == 0 || owner == 1000
                    let groupIsHarmless = mode & 0o020 == 0 || group == 1000
                    let allowed = ours && mode & 0o002 == 0 && groupIsHarmless
                    let found = guardian.objection(to: status(S_IFREG | mode, owner: owner, group: group)) == nil
                    #expect(found == allowed, "owner \(owner), group \(group), mode \(String(mode, radix: 8))")
                }
            }
        }
    }

    @Test func `With an access list, the private group proves nothing`() {
        #expect(guardian.objection(to: status(0o664)) == nil)
        #expect(guardian.objection(to: status(0o664, list: true)) != nil)
        #expect(guardian.objection(to: status(0o644, list: true)) == nil)
    }

    @Test func `Without a private group, no group may write`() {
        #expect(WriteGuard(user: 1000, privateGroup: nil).objection(to: status(0o664)) != nil)
    }

    @Test func `A sticky directory above is fine, the plugins' own is not`() {
        #expect(guardian.objection(toParent: status(0o1777, owner: 0, group: 0)) == nil)
        #expect(guardian.objection(to: status(0o1777, owner: 0, group: 0)) != nil)
        #expect(guardian.objection(toParent: status(0o777, owner: 0, group: 0)) != nil)
        #expect(guardian.objection(toParent: status(0o1777, owner: 1001, group: 0)) != nil)
    }
}

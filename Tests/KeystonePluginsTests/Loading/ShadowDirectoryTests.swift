import Glibc
import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

@Suite struct ShadowDirectoryTests {
    private let parent: TemporaryDirectory
    private let file = PluginFile(name: "A", path: "/apps/dylib/libA.so", origin: .bundled)

    init() throws { parent = try TemporaryDirectory() }

    @Test func directoriesOfProcessesThatAreGoneAreRemovedAndOthersStay() throws {
        let other = try ShadowDirectory(below: parent.path)
        try parent.write("1-0123abcd/0/libA.1.so", "x")
        try parent.write("notes/1.txt", "x")
        let own = try ShadowDirectory(below: parent.path)
        #expect(fileExists(other.path) && fileExists(own.path) && other.path != own.path)
        #expect(!fileExists(parent.path + "/1-0123abcd"))
        #expect(fileExists(parent.path + "/notes/1.txt"))
    }

    @Test func copiesGoWithIt() throws {
        let shadow = try ShadowDirectory(below: parent.path)
        try shadow.prepare(.bundled, originals: parent.path)
        try shadow.prepare(.bundled, originals: parent.path)
        try SmallFile.replace(shadow.path(for: file, generation: 2), with: [1])
        try parent.write("native/libN.so", "x")
        #expect(fileExists(shadow.path + "/0/native/libN.so"))
        shadow.remove()
        #expect(!fileExists(shadow.path))
        #expect(fileExists(parent.path + "/native/libN.so"))
    }

    @Test func nobodyElseMayLookIn() throws {
        let shadow = try ShadowDirectory(below: parent.path + "/new")
        for path in [shadow.path, parent.path + "/new"] {
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)
        }
    }
}

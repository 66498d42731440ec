import KeystoneSupport
import TestSupport
import Testing

@testable import KeystonePlugins

/// A library that takes the place of the checked one before that is mapped is not mapped.
@Suite(.timeLimit(.minutes(2))) @MainActor
struct CheckedIsMappedTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func value(of image: PluginImage) -> Int32 { image.makeExport().load(as: Int32.self) }

    private func mapped(with shadow: ShadowDirectory?) throws -> PluginImage {
        let mapper = LibraryMapper(shadow: shadow, patchelf: "patchelf", trust: PluginTrust())
        try workshop.plugin("App", "1")
        let candidate = try PluginCandidate(workshop.file("App"), trust: PluginTrust(), quarantine: nil)
        try workshop.plugin("App", "666")
        let prepared = try mapper.prepare(candidate, generation: 1, dependencies: [:])
        return try mapper.map(prepared, watch: nil)
    }

    @Test func `Without shadows`() throws { #expect(try value(of: mapped(with: nil)) == 1) }

    @Test func `With shadows`() throws {
        #expect(try value(of: mapped(with: ShadowDirectory(below: workshop.shadows))) == 1)
    }

    /// The system's loader takes a path that it knows for the image that it knows.
    @Test func `Two libraries that are mapped by their descriptors are two`() throws {
        for number in 1...3 {
            try workshop.plugin("P\(number)", "\(number)")
            let mapper = LibraryMapper(shadow: nil, patchelf: "patchelf", trust: PluginTrust())
            let candidate = try PluginCandidate(workshop.file("P\(number)"), trust: PluginTrust(), quarantine: nil)
            let prepared = try mapper.prepare(candidate, generation: 1, dependencies: [:])
            #expect(try value(of: mapper.map(prepared, watch: nil)) == Int32(number))
        }
    }

    @Test func `A native library that takes the place of the checked one is not mapped either`() throws {
        try workshop.library(
            "n", "int n(void) { return 1; }", in: workshop.plugins + "/native", flags: ["-Wl,-soname,libn.so"])
        try workshop.plugin("App", "n()", needs: ["n"])
        let mapper = LibraryMapper(shadow: nil, patchelf: "patchelf", trust: PluginTrust())
        let candidate = try PluginCandidate(workshop.file("App"), trust: PluginTrust(), quarantine: nil)
        let prepared = try mapper.prepare(candidate, generation: 1, dependencies: [:])
        try workshop.library(
            "n", "int n(void) { return 666; }", in: workshop.plugins + "/native", flags: ["-Wl,-soname,libn.so"])
        #expect(try value(of: mapper.map(prepared, watch: nil)) == 1)
    }
}

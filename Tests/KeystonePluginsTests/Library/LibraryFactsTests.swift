import KeystonePlugins
import KeystoneSupport
import TestSupport
import Testing

@Suite struct LibraryFactsTests {
    private let workshop: Workshop
    private let whole: [UInt8]

    init() throws {
        workshop = try Workshop()
        try workshop.plugin("Base", "1", flags: ["-Wl,-soname,libBase.so"])
        try workshop.plugin("App", "Base() + 1", needs: ["Base"])
        whole = try workshop.bytes("App")
    }

    private func facts(_ bytes: [UInt8]) throws(PluginError) -> LibraryFacts {
        try LibraryFacts(bytes, file: workshop.file("App"))
    }

    private func error(_ bytes: [UInt8]) -> PluginError? {
        do {
            _ = try facts(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func aLibrarySaysWhatItNeedsAndDefines() throws {
        let facts = try facts(whole)
        #expect(facts.soname == nil)
        #expect(facts.needed.starts(with: ["libBase.so", "libKeystone.so"]))
        #expect(facts.frameworkABIs == [1])
        #expect(facts.code.contains(try #require(facts.entry)))
        #expect(facts.mappedBytes >= facts.code.count)
        try facts.checkEntry(file: workshop.file("App"))
        let base = try LibraryFacts(workshop.bytes("Base"), file: workshop.file("Base"))
        #expect(base.soname == "libBase.so")
    }

    @Test(arguments: ["-Wl,--hash-style=sysv", "-Wl,--hash-style=gnu", "-Wl,--hash-style=both"])
    func symbolsAreFoundWithEitherTable(_ style: String) throws {
        try workshop.plugin("App", "3", flags: [style])
        let facts = try facts(workshop.bytes("App"))
        #expect(facts.entry != nil)
        #expect(facts.frameworkABIs == [1])
    }

    @Test func aStrippedOneIsAsGood() throws {
        try workshop.run("strip", [workshop.path("App")])
        #expect(try facts(workshop.bytes("App")).entry != nil)
    }

    @Test func whatIsCutOffAnywhereIsNoLibrary() {
        for length in 0..<whole.count {
            let error = error(Array(whole[..<length]))
            #expect(error?.code == .notALibrary, "cut off after \(length) of \(whole.count) bytes: \(error as Any)")
        }
    }

    @Test func damagedOnesNeverTrap() throws {
        var generator = SeededGenerator(seed: 4)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = whole
            // The parts that are read are few: the headers, the dynamic section and the symbols.
            for _ in 0..<generator.number(1...6) {
                let part = generator.chance(0.5) ? 1024 : bytes.count
                bytes[generator.number(0...part - 1)] = UInt8.random(in: .min ... .max, using: &generator)
            }
            if error(bytes) != nil { refused += 1 }
        }
        #expect(refused > 1000)
    }

    @Test func numbersAtTheirLimitsNeverTrap() {
        let limits: [UInt64] = [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max]
        for offset in stride(from: 16, to: min(whole.count, 4096) - 8, by: 4) {
            for limit in limits {
                var bytes = whole
                for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: limit >> (8 * UInt64(index))) }
                _ = error(bytes)
            }
        }
    }

    @Test func theMachineIsNamed() throws {
        var bytes = whole
        bytes[18] = bytes[18] == 183 ? 62 : 183
        let error = try #require(self.error(bytes))
        #expect(error.code == .wrongArchitecture)
        #expect(error.message.contains("aarch64") && error.message.contains("x86_64"))
        #expect(error.message.contains("keystone build --plugins"))
    }

    @Test func otherFilesAreNoLibraries() throws {
        #expect(error([])?.code == .notALibrary)
        #expect(error(Array("#!/bin/sh\n".utf8))?.message.contains("no shared library") == true)
        let program = workshop.directory.path + "/program"
        try workshop.compile("int main(void) { return 0; }", to: program, ["-pie"])
        let text = error(try SmallFile.read(program, limit: 1 << 20))
        #expect(text?.code == .notALibrary)
        #expect(text?.message.contains("-emit-library") == true)
        try workshop.compile("int part(void) { return 0; }", to: program, ["-c"])
        #expect(error(try SmallFile.read(program, limit: 1 << 20))?.code == .notALibrary)
    }

    @Test func aLibraryWithoutAnEntryIsNoPlugin() throws {
        try workshop.library("App", "int App(void) { return 1; }")
        let file = workshop.file("App")
        let facts = try facts(workshop.bytes("App"))
        #expect(throws: PluginError.self) { try facts.checkEntry(file: file) }
        // Nor is one whose entry nobody can call.
        try workshop.library(
            "App",
            "void keystone_abi_1(void); __attribute__((visibility(\"hidden\"))) void *keystone_plugins(void) "
                + "{ keystone_abi_1(); return 0; }")
        #expect(try self.facts(workshop.bytes("App")).entry == nil)
    }

    @Test func anotherABIIsNamedWithBothNumbers() throws {
        try workshop.library(
            "App", "void keystone_abi_7(void); void *keystone_plugins(void) { keystone_abi_7(); return 0; }")
        let file = workshop.file("App")
        let facts = try facts(workshop.bytes("App"))
        let error = #expect(throws: PluginError.self) { try facts.checkEntry(file: file) }
        #expect(error?.code == .incompatible)
        #expect(error?.message.contains("ABI 7") == true && error?.message.contains("ABI 1:") == true)
    }
}

import Testing

@testable import KeystoneCLI

@Suite struct AppExecutableTests {
    @Test func executablesAreThoseThatTheManifestNamesAndTargetsThatNobodyNames() {
        let dump = #"""
            {"products": [{"name": "tool", "type": {"executable": null}, "targets": ["main"]},
                          {"name": "Lib", "type": {"library": ["automatic"]}, "targets": ["Lib"]}],
             "targets": [{"name": "main", "type": "executable"}, {"name": "app", "type": "executable"},
                         {"name": "Lib", "type": "regular"}, {"name": "T", "type": "test"}]}
            """#
        #expect(AppExecutable.products(ofDump: dump) == ["tool", "app"])
        for none in ["{}", "", "nonsense", #"{"targets": [{"name": "Lib", "type": "regular"}]}"#] {
            #expect(AppExecutable.products(ofDump: none).isEmpty)
        }
    }
}

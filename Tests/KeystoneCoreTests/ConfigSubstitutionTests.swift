import KeystoneCore
import KeystoneSupport
import Testing

/// Every value of a file replaced by every other kind of value: told with its place, or taken, but never fatal.
@Suite struct ConfigSubstitutionTests {
    private static let replacements: [JSONValue] = [
        nil, true, -1, 0, 1.5, 1e300, .integer(.max), "", "x", [], [nil], [[]], [:], ["x": 1],
    ]

    /// All variants of a value with one place within it replaced.
    private func variants(of value: JSONValue) -> [JSONValue] {
        var result = Self.replacements
        if let object = value.object {
            for (key, inner) in object {
                result += variants(of: inner).map { changed in
                    var copy = object
                    copy[key] = changed
                    return .object(copy)
                }
            }
        }
        if let array = value.array {
            for (index, inner) in array.enumerated() {
                result += variants(of: inner).map { changed in
                    var copy = array
                    copy[index] = changed
                    return .array(copy)
                }
            }
        }
        return result
    }

    @Test func everyProblemHasAPlaceAndEveryResultCanBePrinted() throws {
        let loaded = ConfigLoader.parse(Array(fullConfig.utf8), file: "k")
        let whole = JSONObject(try #require(JSONValue.parse(fullConfig, options: .config).object).map { ($0, $1) })
        #expect(!loaded.hasErrors)
        // Every third of them; 14 replacements for each place, so that each place has its turn.
        let all = variants(of: .object(whole)).enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
        #expect(all.count > 300)
        var refused = 0
        for variant in all {
            let loaded = ConfigLoader.parse(variant.serialized(), file: "k")
            #expect(loaded.diagnostics.allSatisfy { $0.position != nil && !$0.message.isEmpty })
            #expect(loaded.values.count > 30)
            if loaded.hasErrors { refused += 1 }
        }
        #expect(refused > all.count / 2)
    }
}

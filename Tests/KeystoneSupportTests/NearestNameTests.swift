import KeystoneSupport
import Testing

@Suite struct NearestNameTests {
    private let keys = ["windows", "processRecovery", "bun", "plugins", "width", "height"]

    @Test(arguments: [
        ("window", "windows"), ("Bun", "bun"), ("widht", "width"), ("procesRecovry", "processRecovery"), ("bn", "bun"),
    ])
    func findsTheNameThatWasMeant(typed: String, meant: String) {
        #expect(nearestName(to: typed, in: keys) == meant)
    }

    @Test func hugeNamesCostNothing() {
        #expect(nearestName(to: String(repeating: "windows", count: 10_000), in: keys) == nil)
    }

    @Test(arguments: ["", "zebra", "x"])
    func offersNothingForTheRest(typed: String) {
        #expect(nearestName(to: typed, in: keys) == nil)
    }
}

// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since executables of the library's package would link a second, static copy of it.
let package = Package(
    name: "KeystoneHost",
    products: [
        .executable(name: "keystone-host", targets: ["keystone-host"]),
        .executable(name: "native-fixture", targets: ["native-fixture"]),
        .executable(name: "trading-fixture", targets: ["trading-fixture"]),
        .executable(name: "keystone-test-host", targets: ["keystone-test-host"]),
    ],
    dependencies: [
        .package(name: "Keystone", path: "..")
    ],
    targets: [
        .executableTarget(name: "keystone-host", dependencies: [.product(name: "Keystone", package: "Keystone")]),
        // Apps of the integration tests.
        .executableTarget(name: "native-fixture", dependencies: [.product(name: "Keystone", package: "Keystone")]),
        .executableTarget(name: "trading-fixture", dependencies: [.product(name: "Keystone", package: "Keystone")]),
        // For the integration tests: the host with handlers that answer as they need it.
        .executableTarget(name: "keystone-test-host", dependencies: [.product(name: "Keystone", package: "Keystone")]),
    ]
)

for target in package.targets {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}

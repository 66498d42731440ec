// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [
        // By path, so that libKeystone.so is linked as an app would link it.
        .package(name: "Keystone", path: "..")
    ],
    targets: [
        // MARK: System libraries
        .systemLibrary(
            name: "CBareWebKit", pkgConfig: "webkitgtk-6.0", providers: [.apt(["libwebkitgtk-6.0-dev"])]),

        // MARK: What Keystone is measured against
        .target(name: "BareWebKit", dependencies: ["CBareWebKit"]),
        .executableTarget(name: "bare", dependencies: ["BareWebKit", "CBareWebKit"]),

        // MARK: Keystone's side
        .executableTarget(
            name: "bench-host",
            dependencies: ["BareWebKit", "CBareWebKit", .product(name: "Keystone", package: "Keystone")]),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}

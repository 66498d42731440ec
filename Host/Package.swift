// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since executables of the library's package would link a second, static copy of it.
let package = Package(
    name: "KeystoneHost",
    products: [
        .executable(name: "keystone-host", targets: ["keystone-host"])
    ],
    dependencies: [
        .package(name: "Keystone", path: "..")
    ],
    targets: [
        .executableTarget(name: "keystone-host", dependencies: [.product(name: "Keystone", package: "Keystone")])
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

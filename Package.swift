// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Keystone",
    products: [
        // Exactly one library: a second one would embed its own copy of the shared modules.
        .library(name: "Keystone", type: .dynamic, targets: ["Keystone"]),
        // The command shares no types with plugins. It links what it needs statically, so that it starts at once.
        .executable(name: "keystone", targets: ["KeystoneCommand"]),
    ],
    targets: [
        // MARK: System libraries
        .systemLibrary(name: "CGtk", pkgConfig: "gtk4", providers: [.apt(["libgtk-4-dev"])]),
        .systemLibrary(name: "CKeystonePlugin"),
        .systemLibrary(name: "CPosix"),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CWebKitGtk", pkgConfig: "webkitgtk-6.0", providers: [.apt(["libwebkitgtk-6.0-dev"])]),

        // MARK: What tests share
        .target(name: "TestSupport", dependencies: ["KeystoneSupport"], path: "Tests/TestSupport"),

        // MARK: Support
        .target(name: "KeystoneSupport"),
        .testTarget(name: "KeystoneSupportTests", dependencies: ["KeystoneSupport", "TestSupport"]),

        // MARK: Protocol
        .target(name: "KeystoneProtocol", dependencies: ["KeystoneSupport"]),
        .testTarget(
            name: "KeystoneProtocolTests", dependencies: ["KeystoneProtocol", "KeystoneSupport", "TestSupport"]),

        // MARK: Core
        .target(name: "KeystoneCore", dependencies: ["KeystoneSupport"]),
        .testTarget(name: "KeystoneCoreTests", dependencies: ["KeystoneCore", "KeystoneSupport", "TestSupport"]),

        // MARK: Scene
        .target(name: "KeystoneScene", dependencies: ["KeystoneCore"]),
        .testTarget(name: "KeystoneSceneTests", dependencies: ["KeystoneScene", "KeystoneCore"]),

        // MARK: Services
        .target(
            name: "KeystoneServices", dependencies: ["CPosix", "KeystoneCore", "KeystoneProtocol", "KeystoneSupport"]),
        .testTarget(
            name: "KeystoneServicesTests",
            dependencies: ["KeystoneServices", "KeystoneCore", "KeystoneProtocol", "KeystoneSupport", "TestSupport"]),

        // MARK: Storage
        .target(name: "KeystoneStorage", dependencies: ["CSQLite", "KeystoneSupport"]),
        .testTarget(name: "KeystoneStorageTests", dependencies: ["DatabaseWriter", "KeystoneStorage"]),
        .executableTarget(
            name: "DatabaseWriter", dependencies: ["KeystoneStorage"], path: "Tests/Helpers/DatabaseWriter"),

        // MARK: Plugins
        .target(name: "CCrashReport"),
        .target(name: "KeystoneSigning", dependencies: ["CSodium", "KeystoneSupport"]),
        .testTarget(name: "KeystoneSigningTests", dependencies: ["KeystoneSigning", "KeystoneSupport", "TestSupport"]),
        .target(
            name: "KeystonePlugins",
            dependencies: [
                "CCrashReport", "CKeystonePlugin", "CPosix", "KeystoneCore", "KeystoneSigning", "KeystoneSupport",
            ]),
        .testTarget(
            name: "KeystonePluginsTests",
            dependencies: [
                "CrashingProgram", "KeystonePlugins", "KeystoneCore", "KeystoneSigning", "KeystoneSupport",
                "TestSupport",
            ]),
        .executableTarget(
            name: "CrashingProgram", dependencies: ["KeystonePlugins", "KeystoneSigning", "KeystoneSupport"],
            path: "Tests/Helpers/CrashingProgram"),

        // MARK: Building apps' Swift
        .target(name: "KeystoneBuild", dependencies: ["KeystoneCore", "KeystoneSupport"]),
        .testTarget(
            name: "KeystoneBuildTests",
            dependencies: ["KeystoneBuild", "KeystoneCore", "KeystoneSupport", "TestSupport"]),

        // MARK: GTK
        .target(name: "KeystoneGtk", dependencies: ["CGtk", "CWebKitGtk", "KeystoneCore", "KeystoneSupport"]),
        .testTarget(name: "KeystoneGtkTests", dependencies: ["KeystoneGtk", "KeystoneCore", "KeystoneSupport"]),

        // MARK: Umbrella
        .target(
            name: "Keystone",
            dependencies: [
                "CKeystonePlugin", "KeystoneBuild", "KeystoneCore", "KeystoneGtk", "KeystonePlugins",
                "KeystoneProtocol", "KeystoneScene", "KeystoneServices", "KeystoneSigning", "KeystoneStorage",
                "KeystoneSupport",
            ]),
        .testTarget(
            name: "KeystoneTests",
            dependencies: [
                "Keystone", "KeystoneCore", "KeystonePlugins", "KeystoneProtocol", "KeystoneServices",
                "KeystoneSupport", "TestSupport",
            ]),

        // MARK: The command
        .target(
            name: "KeystoneCLI",
            dependencies: ["CPosix", "KeystoneBuild", "KeystoneCore", "KeystoneSigning", "KeystoneSupport"]),
        .executableTarget(name: "KeystoneCommand", dependencies: ["KeystoneCLI"]),
        .testTarget(name: "KeystoneCLITests", dependencies: ["KeystoneCLI", "KeystoneCommand"]),
    ]
)

for target in package.targets where target.type != .system && !target.name.hasPrefix("C") {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}

// Plugins that were built against an older version of the library keep loading: its public types may grow. Within the
// package nothing pays for that.
let libraryTargets: Set = [
    "KeystoneSupport", "KeystoneProtocol", "KeystoneCore", "KeystoneScene", "KeystoneServices", "KeystoneStorage",
    "KeystoneSigning", "KeystonePlugins", "KeystoneBuild", "KeystoneGtk", "Keystone",
]
for target in package.targets where libraryTargets.contains(target.name) {
    target.swiftSettings?.append(.unsafeFlags(["-enable-library-evolution"]))
}

// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "hello-swift",
    dependencies: [
        .package(name: "Keystone", path: "../..")
    ],
    targets: [
        .executableTarget(name: "hello-swift", dependencies: [.product(name: "Keystone", package: "Keystone")])
    ]
)

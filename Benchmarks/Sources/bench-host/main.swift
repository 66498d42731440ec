// A Keystone host with the benchmarks' handlers: `bench-host APP_DIR --control`.
internal import BareWebKit
internal import Keystone

let arguments = Array(CommandLine.arguments.dropFirst())
let handlers = BenchmarkHandlers()
KeystoneHost.main(arguments: arguments) { handlers.register(with: $0) }

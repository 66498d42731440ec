// A Keystone host with the benchmarks' handlers: `bench-host APP_DIR --control`.
internal import BareWebKit
internal import Keystone

let arguments = Array(CommandLine.arguments.dropFirst())
let handlers = BenchmarkHandlers()
let streams = StreamBenchmarks()
KeystoneHost.main(arguments: arguments) { runtime in
    handlers.register(with: runtime)
    streams.register(with: runtime)
}

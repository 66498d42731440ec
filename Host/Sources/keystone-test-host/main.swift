// A Keystone host with handlers for the integration tests: `KEYSTONE_HOST=… keystone run APP_DIR`.
import Keystone

let handlers = TestHandlers()
KeystoneHost.main(arguments: Array(CommandLine.arguments.dropFirst())) { handlers.register(with: $0) }

import Foundation
import KeystoneCLI

exit(KeystoneCommand.run(Array(CommandLine.arguments.dropFirst()), environment: ProcessInfo.processInfo.environment))

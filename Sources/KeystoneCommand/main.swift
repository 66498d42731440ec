import Glibc
import KeystoneCLI

exit(KeystoneCommand.run(Array(CommandLine.arguments.dropFirst())))

import Keystone

KeystoneHost.main(arguments: Array(CommandLine.arguments.dropFirst()))

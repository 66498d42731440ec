internal import Glibc
internal import KeystoneSigning
internal import KeystoneSupport

/// `keystone sign`: keys, and signatures of plugin libraries.
enum SignCommand {
    static let spec = CommandSpec(
        name: "sign", summary: "Sign plugin libraries, or the libraries in directories, with a secret key.",
        arguments: ["[LIBRARY|DIR...]"],
        options: [
            OptionSpec(
                name: "key", value: "FILE", doc: "The secret key; the file that KEYSTONE_SIGNING_KEY names without it."),
            OptionSpec(name: "new-key", value: "FILE", doc: "Make a secret key and print its public one."),
            OptionSpec(name: "public-key", doc: "Print the public key of the secret one."),
            OptionSpec(name: "verify", doc: "Check signatures; by the key's public half where one is given."),
        ],
        notes: """
            The signature of dylib/libX.so is dylib/libX.so.sig. It holds for these bytes under this name.
            A public key belongs into keystone.json: "plugins": { "publicKeys": ["ed25519:..."] }
            Keep the secret key out of the app and out of version control: who has it signs as you.
            """,
        takesMore: true)

    static func run(_ arguments: ParsedArguments, _ context: CommandContext) throws -> Int32 {
        let modes = ["new-key", "public-key", "verify"].filter(arguments.has)
        guard modes.count <= 1 else { throw CommandFailure.usage("--\(modes[0]) goes without --\(modes[1])", spec) }
        let path = arguments.options["key"] ?? context.variable(BuildSigning.variable)
        switch modes.first {
        case "new-key": try makeKey(arguments)
        case "public-key":
            guard arguments.positional.isEmpty else {
                throw CommandFailure.usage("--public-key takes no library", spec)
            }
            Console.print("\(try key(path).publicKey)")
        case "verify": return try verify(libraries(arguments), by: path.map { try key($0).publicKey })
        default: try sign(libraries(arguments), with: key(path))
        }
        return 0
    }

    // MARK: Keys

    private static func makeKey(_ arguments: ParsedArguments) throws {
        guard arguments.positional.isEmpty, !arguments.has("key") else {
            throw CommandFailure.usage("--new-key takes nothing but its file", spec)
        }
        let path = Files.absolute(arguments.options["new-key"] ?? "")
        let key: SecretKey
        do {
            key = try SecretKey()
            try SecretKeyFile.write(key, to: path)
        } catch {
            throw CommandFailure("\(error)")
        }
        Console.note("The secret key is in \(path): keep it to yourself, and keep a copy of it.")
        Console.note(
            "The public key, for keystone.json:\n\n  \"plugins\": { \"publicKeys\": [\"\(key.publicKey)\"] }\n")
        Console.print("\(key.publicKey)")
    }

    private static func key(_ path: String?) throws(CommandFailure) -> SecretKey {
        guard let path else {
            throw CommandFailure(
                "no key: name one with --key FILE or in KEYSTONE_SIGNING_KEY",
                hint: "To make one: keystone sign --new-key FILE", code: 2)
        }
        do throws(SigningError) {
            return try SecretKeyFile.read(path)
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    // MARK: Libraries

    /// Those that are named, and those in directories that are named: `*.so`, one level deep and in `native/`.
    private static func libraries(_ arguments: ParsedArguments) throws(CommandFailure) -> [String] {
        guard !arguments.positional.isEmpty else { throw .usage("LIBRARY or DIR is missing", spec) }
        var result: [String] = []
        for argument in arguments.positional {
            guard Files.isDirectory(argument) else {
                result.append(argument)
                continue
            }
            let found = try libraries(in: argument)
            guard !found.isEmpty else { throw CommandFailure("\(argument) holds no libraries (*.so)") }
            result += found
        }
        return result
    }

    static func libraries(in directory: String) throws(CommandFailure) -> [String] {
        var result: [String] = []
        for place in [directory, directory + "/native"] where Files.isDirectory(place) {
            do throws(SystemError) {
                // `libx.so.1` is a library too, `libx.so.sig` none.
                result += try Files.names(in: place)
                    .filter { ($0.hasSuffix(".so") || $0.contains(".so.")) && !$0.hasSuffix(LibrarySignature.suffix) }
                    .map { "\(place)/\($0)" }.filter { !Files.isDirectory($0) }
            } catch {
                throw CommandFailure("\(place) can't be read: \(error.reason)")
            }
        }
        return result
    }

    private static func sign(_ libraries: [String], with key: SecretKey) throws(CommandFailure) {
        for library in libraries {
            do {
                try LibrarySigning.sign(library, with: key)
            } catch {
                throw CommandFailure("\(error)")
            }
            Console.note("signed \(library)")
        }
    }

    /// Says of each whether its signature holds; the exit code is 1 where one doesn't.
    private static func verify(_ libraries: [String], by key: PublicKey?) throws(CommandFailure) -> Int32 {
        var code: Int32 = 0
        for library in libraries {
            do throws(SigningError) {
                let signer = try LibrarySigning.signer(of: library)
                if let key, signer != key { throw SigningError("\(library) is signed by \(signer), not by \(key)") }
                Console.print("\(library): signed by \(signer)")
            } catch {
                Console.note("\(error)")
                code = 1
            }
        }
        return code
    }
}

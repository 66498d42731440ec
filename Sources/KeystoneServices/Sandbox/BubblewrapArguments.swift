/// The arguments of bubblewrap for one worker. Pure: what exists is told by the caller.
///
/// The worker sees: `/usr` and its links, certificates and the time zone, Bun, the engine's `bun/`, the app's packages and
/// its own code, all read-only; its own data directory; an own `/proc`, a small `/dev`, an empty `/tmp`; its own sockets.
/// Not: other files of the app, home directories, `/run`, `/sys`, other processes, any network.
struct BubblewrapArguments {
    private(set) var arguments: [String] = []
    /// The app's directory, where an empty one lies over it.
    private var hidden: String?

    /// - Parameters:
    ///   - bun: The executable, an absolute path.
    ///   - sockets: Unix sockets to bind in, one by one.
    ///   - temporaryBytes: Of `/tmp` and `/dev/shm`, each. What lies there is memory.
    ///   - filterDescriptor: Where bubblewrap finds the filter of system calls.
    init(
        _ configuration: WorkerSandboxConfiguration, bun: String, directory: String, sockets: [String],
        temporaryBytes: Int, filterDescriptor: Int32
    ) {
        namespaces()
        system(hiding: configuration.appRoot)
        devices(temporaryBytes)
        readOnly(bun)
        readOnly(configuration.engine + "/bun")
        for part in ["node_modules", "lib", "package.json", "tsconfig.json"] {
            add("--ro-bind-try", configuration.bunRoot + "/" + part, configuration.bunRoot + "/" + part)
        }
        readOnly(configuration.servicesDirectory)
        add("--bind", configuration.dataDirectory, configuration.dataDirectory)
        for socket in sockets { add("--bind", socket, socket) }
        add("--dir", directory)
        // Last: the directories that the binds made belong to these file systems.
        if let hidden { add("--remount-ro", hidden) }
        add("--remount-ro", "/dev")
        // Root stays the owner of the kernel's settings below /proc/sys, and needs no privilege to write them.
        add("--remount-ro", "/proc")
        add("--remount-ro", "/")
        add("--chdir", directory)
        add("--seccomp", String(filterDescriptor))
    }

    private mutating func add(_ words: String...) { arguments += words }

    private mutating func namespaces() {
        add("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts")
        add("--unshare-cgroup-try", "--hostname", "worker")
        // The second takes the terminal away, the first ends the sandbox with the host.
        add("--die-with-parent", "--new-session")
        add("--cap-drop", "ALL")
    }

    private mutating func system(hiding appRoot: String) {
        readOnly("/usr")
        for directory in ["/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/ssl", "/etc/pki"] {
            add("--ro-bind-try", directory, directory)
        }
        for file in ["/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/ca-certificates"] {
            add("--ro-bind-try", file, file)
        }
        // An app that is installed below one of these would show all of its files.
        let shows = ["/usr/", "/lib/", "/lib32/", "/lib64/", "/bin/", "/sbin/"].contains { appRoot.hasPrefix($0) }
        if shows {
            add("--size", "65536", "--tmpfs", appRoot)
            hidden = appRoot
        }
    }

    private mutating func devices(_ temporaryBytes: Int) {
        add("--proc", "/proc")
        add("--dev", "/dev")
        add("--size", String(temporaryBytes), "--tmpfs", "/dev/shm")
        add("--size", String(temporaryBytes), "--tmpfs", "/tmp")
    }

    private mutating func readOnly(_ path: String) { add("--ro-bind", path, path) }
}

internal import KeystoneSigning
internal import KeystoneSupport

extension PluginLoader {
    /// To be called for every change that a watcher of the plugin directories sees: a file that is new, written to,
    /// moved or gone, also when it may not be a plugin. It is looked at when it has been quiet for a while.
    package func fileChanged(_ path: String) {
        guard options.hotReload, phase != .stopped, libraryPath(path) != nil else { return }
        changes.note(path, now: options.time.now())
        scheduleChanges()
    }

    /// Reloads these at once, for who has just built them. One whose file is gone is unloaded; one that is in service as
    /// it lies there stays. Returns when that is done; before `startAll`, it is done after that.
    package func reload(_ names: Set<String>) async {
        guard options.hotReload, phase != .stopped else { return }
        guard phase == .running else {
            for name in names { changes.note(path(of: name), now: options.time.now()) }
            return
        }
        await enqueue { [self] in await perform(names, retriesFailed: true) }
    }

    private func path(of name: String) -> String {
        records[name]?.file.path ?? "\(options.directories.first?.path ?? "")/lib\(name).so"
    }

    /// The library that a file stands for: itself, or what it is the signature of.
    private func libraryPath(_ path: String) -> String? {
        let parent = parentDirectory(of: path)
        guard options.directories.contains(where: { $0.path == parent }) else { return nil }
        if path.hasSuffix(".so") { return path }
        guard path.hasSuffix(LibrarySignature.suffix) else { return nil }
        return String(path.dropLast(LibrarySignature.suffix.count))
    }

    // MARK: Waiting

    /// Sees to it that changes are looked at when they are due.
    func scheduleChanges() {
        guard phase == .running, let deadline = changes.deadline else { return }
        timer?.cancel()
        timer = Task { [weak self, time = options.time] in
            // Cancelled: a later change moved the time, or the loader was stopped.
            guard (try? await time.sleep(for: max(.zero, deadline - time.now()))) != nil else { return }
            await self?.takeChanges()
        }
    }

    private func takeChanges() async {
        timer = nil
        let due = changes.takeDue(now: options.time.now())
        guard !due.isEmpty else { return scheduleChanges() }
        let signed = due.filter { !$0.hasSuffix(".so") }
        let names = Set(due.compactMap { libraryPath($0) }.map { PluginError.name(of: $0) })
        await enqueue { [self] in await perform(names, retriesFailed: !signed.isEmpty) }
    }

    /// Looks again after a while whether files are still missing.
    func recheck(_ names: Set<String>) {
        Task { [weak self, time = options.time, delay = options.removalDelay] in
            guard (try? await time.sleep(for: delay)) != nil else { return }
            await self?.enqueue { [weak self] in await self?.perform(names, retriesFailed: false) }
        }
    }
}

internal import CGtk
internal import KeystoneCore

/// Watches the files of one directory, without those below its folders.
@MainActor
final class DirectoryMonitor {
    private let monitor: GObjectReference

    init(_ path: String, onEvent: @escaping @MainActor (DirectoryEvent) -> Void) throws(PlatformError) {
        guard let file = g_file_new_for_path(path) else { throw PlatformError(.failed, "\(path) can't be watched") }
        let directory = GObjectReference(owning: UnsafeMutableRawPointer(file))
        let made: OpaquePointer
        do {
            let created = try GLibError.check {
                g_file_monitor_directory(file, G_FILE_MONITOR_WATCH_MOVES, nil, $0)
            }
            guard let created else { throw PlatformError(.failed, "\(path) can't be watched") }
            made = OpaquePointer(created)
        } catch let error as GLibError {
            throw PlatformError(.failed, "\(path) can't be watched: \(error.message)")
        } catch {
            throw PlatformError(.failed, "\(path) can't be watched: \(error)")
        }
        monitor = GObjectReference(owning: UnsafeMutableRawPointer(made))
        Signal.connectFileChange(monitor.unsafeObject) { file, other in
            for changed in [file, other].compactMap({ $0 }) {
                onEvent(Self.event(OpaquePointer(changed), in: OpaquePointer(directory.unsafeObject)))
            }
        }
    }

    private static func event(_ file: OpaquePointer, in directory: OpaquePointer) -> DirectoryEvent {
        // Of the directory itself only its end is told.
        guard g_file_equal(file, directory) == 0 else { return .gone }
        guard let bytes = g_file_get_basename(file) else { return .unnamed }
        defer { g_free(bytes) }
        return String(validatingCString: bytes).map { .changed($0) } ?? .unnamed
    }
}

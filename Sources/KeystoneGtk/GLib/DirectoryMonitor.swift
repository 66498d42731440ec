internal import CGtk
internal import KeystoneCore

/// Watches the files of one directory, without those below its folders.
@MainActor
final class DirectoryMonitor {
    private let monitor: GObjectReference

    init(_ path: String, onChange: @escaping @MainActor (_ name: String) -> Void) throws(PlatformError) {
        let directory = g_file_new_for_path(path)
        defer { g_object_unref(UnsafeMutableRawPointer(directory)) }
        let made: OpaquePointer
        do {
            let created = try GLibError.check {
                g_file_monitor_directory(directory, G_FILE_MONITOR_WATCH_MOVES, nil, $0)
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
                if let name = takeString(g_file_get_basename(OpaquePointer(changed))) { onChange(name) }
            }
        }
    }
}

internal import CGtk
internal import CWebKitGtk
internal import KeystoneCore
internal import KeystoneSupport

/// The web context and network session that all of the app's web views share.
@MainActor
final class WebKitEnvironment: WebEnvironment {
    let options: WebEnvironmentOptions
    private(set) var rendering: RenderingMode
    let contextReference: GObjectReference
    let sessionReference: GObjectReference
    let log = Logger("web")

    /// Web views by the address of their GObject, to tell which one a scheme request comes from.
    private var views: [UnsafeMutableRawPointer: WeakView] = [:]
    private var spare: WebKitView?
    private var viewCount = 0

    private struct WeakView {
        weak var view: WebKitView?
    }

    init(_ options: WebEnvironmentOptions, rendering: RenderingMode) {
        self.options = options
        self.rendering = rendering
        g_mkdir_with_parents(options.dataDirectory, 0o700)
        g_mkdir_with_parents(options.cacheDirectory, 0o700)
        contextReference = GObjectReference(owning: UnsafeMutableRawPointer(webkit_web_context_new()))
        sessionReference = GObjectReference(
            owning: UnsafeMutableRawPointer(
                webkit_network_session_new(options.dataDirectory, options.cacheDirectory)))
        configureSession()
        loadPageExtension()
        spare = prepareView()
        spare?.warmUp()
    }

    var context: OpaquePointer { OpaquePointer(contextReference.unsafeObject) }
    var session: OpaquePointer { OpaquePointer(sessionReference.unsafeObject) }

    /// The view that was started early, or a new one.
    func makeView() -> WebKitView {
        if let view = spare {
            spare = nil
            return view
        }
        return prepareView()
    }

    func useSafeRendering() {
        rendering = .software
        // Read by each new web process.
        g_setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", 1)
        g_setenv("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1", 1)
        spare = nil
    }

    func view(at object: UnsafeMutableRawPointer) -> WebKitView? {
        views[object]?.view
    }

    private func prepareView() -> WebKitView {
        viewCount += 1
        let view = WebKitView(id: "web-\(viewCount)", environment: self)
        views = views.filter { $0.value.view != nil }
        views[UnsafeMutableRawPointer(view.widget)] = WeakView(view: view)
        return view
    }

    /// Before any web process: what its sandbox shows is settled when it starts.
    private func loadPageExtension() {
        guard let directory = options.pageExtensionDirectory else { return }
        webkit_web_context_add_path_to_sandbox(context, directory, 1)
        webkit_web_context_set_web_process_extensions_directory(context, directory)
    }

    private func configureSession() {
        let cookies = webkit_network_session_get_cookie_manager(session)
        webkit_cookie_manager_set_persistent_storage(
            cookies, options.dataDirectory + "/cookies.sqlite", WEBKIT_COOKIE_PERSISTENT_STORAGE_SQLITE)
        webkit_cookie_manager_set_accept_policy(cookies, WEBKIT_COOKIE_POLICY_ACCEPT_NO_THIRD_PARTY)
        Signal.connectPointer(sessionReference.unsafeObject, "download-started") { [log] download in
            log.debug("a download was stopped: downloads are not supported yet")
            webkit_download_cancel(OpaquePointer(download))
        }
    }
}

internal import CGtk
internal import CWebKitGtk
package import KeystoneCore
package import KeystoneSupport

/// One web view on WebKitGTK.
@MainActor
package final class WebKitView: PlatformWebView {
    package let id: String
    package var onEvent: (@MainActor (PlatformWebViewEvent) -> Void)?
    package var onInvoke: (@MainActor (PageMessage, any PageReply) -> Void)?
    package var onSignal: (@MainActor (PageMessage) -> Void)?
    package var onConnect: (@MainActor () -> OwnedDescriptor?)?
    package var allowedOrigins: [String] = []

    let widget: UnsafeMutablePointer<GtkWidget>
    let log: Logger
    private(set) var isDetached = false

    private let reference: GObjectReference
    private let contentManagerReference: GObjectReference
    private let environment: WebKitEnvironment
    private let hitRegions = HitRegions()
    let seal = PageSeal()
    var complaints = LogThrottle()
    /// The load of `warmUp` is under way: its events are nobody's business.
    private var isWarmingUp = false
    private var waitingLoad: String?
    /// What was loaded last: where a page that got away comes back to.
    private var home: String?

    init(id: String, environment: WebKitEnvironment) {
        self.id = id
        self.environment = environment
        log = Logger("page:" + id)
        contentManagerReference = GObjectReference(
            owning: UnsafeMutableRawPointer(webkit_user_content_manager_new()))
        widget = WebViewFactory.make(environment, contentManager: contentManagerReference.unsafeObject)
        reference = GObjectReference(retaining: widget)
        WebViewType.attach(hitRegions, to: widget)
        WebViewFactory.configure(view, environment)
        observeLoading()
        observeMessages()
        observeConnections()
        observePolicy()
        setDocumentStartScripts([])
    }

    var view: UnsafeMutablePointer<WebKitWebView> { widget.unsafeCast(to: WebKitWebView.self) }
    var contentManager: OpaquePointer { OpaquePointer(contentManagerReference.unsafeObject) }

    /// Starts the web process with an empty page, long before the first real load.
    func warmUp() {
        isWarmingUp = true
        webkit_web_view_load_uri(view, "about:blank")
    }

    /// The view is going: nothing more is reported, and its process ends.
    func detach() {
        guard !isDetached else { return }
        isDetached = true
        onEvent = nil
        onInvoke = nil
        onSignal = nil
        onConnect = nil
        webkit_web_view_terminate_web_process(view)
    }

    // MARK: Loading

    package func setDocumentStartScripts(_ scripts: [String]) {
        webkit_user_content_manager_remove_all_scripts(contentManager)
        for source in [seal.script] + scripts {
            let script = webkit_user_script_new(
                source, WEBKIT_USER_CONTENT_INJECT_TOP_FRAME, WEBKIT_USER_SCRIPT_INJECT_AT_DOCUMENT_START, nil, nil)
            webkit_user_content_manager_add_script(contentManager, script)
            webkit_user_script_unref(script)
        }
    }

    package func load(_ uri: String) {
        guard !isDetached else { return }
        home = uri
        if isWarmingUp {
            waitingLoad = uri
        } else {
            webkit_web_view_load_uri(view, uri)
        }
    }

    package func setHitRegions(_ regions: [Rect]?) {
        hitRegions.regions = regions
    }

    /// Takes the empty page's events out of the stream. A load that was asked for meanwhile waits for its end: no event
    /// tells which load it is about.
    private func endWarmUp() {
        isWarmingUp = false
        guard let uri = waitingLoad else { return }
        waitingLoad = nil
        load(uri)
    }

    /// An empty page asks nobody before it replaces another. Returns whether that happened and is undone.
    private func returnHome() -> Bool {
        let uri = webkit_web_view_get_uri(view).map { String(cString: $0) } ?? ""
        guard let home, !allowedOrigins.isEmpty, !isAllowed(uri) else { return false }
        onEvent?(.navigationRequested(uri: uri))
        webkit_web_view_load_uri(view, home)
        return true
    }

    private func observeLoading() {
        Signal.connectInt(widget, "load-changed") { [weak self] value in
            guard let self else { return }
            let event = WebKitLoadEvent(rawValue: UInt32(bitPattern: value))
            if isWarmingUp {
                if event == WEBKIT_LOAD_FINISHED { endWarmUp() }
                return
            }
            switch event {
            case WEBKIT_LOAD_STARTED: if !stopForeignLoad() { onEvent?(.loadStarted) }
            case WEBKIT_LOAD_REDIRECTED: _ = stopForeignLoad()
            case WEBKIT_LOAD_COMMITTED: if !returnHome() { onEvent?(.loadCommitted) }
            case WEBKIT_LOAD_FINISHED: onEvent?(.loadFinished)
            default: return
            }
        }
        Signal.connectLoadFailed(widget) { [weak self] _, uri, error in
            guard let self, !isWarmingUp else { return true }
            let failure = GLibError(error.pointee)
            guard !failure.isInterruption else { return true }
            onEvent?(.loadFailed(uri: uri, message: failure.message))
            return true  // no error page of WebKit's
        }
        Signal.connectInt(widget, "web-process-terminated") { [weak self] value in
            guard let self else { return }
            if isWarmingUp { endWarmUp() }
            let reason =
                switch WebKitWebProcessTerminationReason(rawValue: UInt32(bitPattern: value)) {
                case WEBKIT_WEB_PROCESS_CRASHED: "crashed"
                case WEBKIT_WEB_PROCESS_EXCEEDED_MEMORY_LIMIT: "exceeded-memory"
                default: "terminated"
                }
            onEvent?(.processTerminated(reason: reason))
        }
    }
}

extension GLibError {
    /// A load that was replaced or stopped by the policy: not a failure.
    fileprivate var isInterruption: Bool {
        let policy = Int(WEBKIT_POLICY_ERROR_FRAME_LOAD_INTERRUPTED_BY_POLICY_CHANGE.rawValue)
        let cancelled = Int(WEBKIT_NETWORK_ERROR_CANCELLED.rawValue)
        return (domain == "WebKitPolicyError" && code == policy)
            || (domain == "WebKitNetworkError" && code == cancelled)
    }
}

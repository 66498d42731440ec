internal import KeystoneCore
internal import KeystoneProtocol
internal import KeystoneScene
internal import KeystoneSupport

/// The window's page: loading it, what it signals, and how it comes back when its process dies.
extension ManagedWindow {
    /// Makes the web view early, so that its process starts while the page's address isn't known yet.
    func attachWebView() {
        guard web == nil, !isClosed else { return }
        let web = native.attachWebView(context.webEnvironment)
        self.web = web
        web.setHitRegions(slotTable.hitRegions)
        web.onInvoke = { [weak self] message, reply in self?.dispatcher.receive(message, reply: reply) }
        web.onConnect = { [weak self] in self?.connectPage() }
        web.onSignal = { [weak self] message in self?.receiveSignal(message) }
        web.onEvent = { [weak self] event in self?.receive(event) }
        loadPage()
    }

    /// Loads the host page, when its address is known.
    func loadPage() {
        guard let web, !isClosed else { return }
        guard let source = context.pageSource else { return waitForSource() }
        endCalls()
        loadedOrigin = source.origin
        web.allowedOrigins = [source.origin]
        web.setDocumentStartScripts([bootstrap(source).script])
        life.loadStarted()
        web.load(source.hostPage)
        startPaintWatchdog()
    }

    /// Loads when the pages' address is known; where it never will be, says why.
    private func waitForSource() {
        loadedOrigin = nil
        paintWatchdog?.cancel()
        guard let failure = context.pagesFailure else { return }
        native.showMessage(PlatformMessage(title: "\(context.app.name) can't start its services", detail: failure))
    }

    /// The page is gone, or about to go: its calls are cancelled, whatever carries them.
    func endCalls() {
        dispatcher.cancelAll()
        link?.close()
        link = nil
    }

    /// A new connection takes the place of the last one. `nil` sends the page back to script messages.
    private func connectPage() -> OwnedDescriptor? {
        guard let loop = context.pageLoop, !isClosed else { return nil }
        link?.close()
        link = nil
        do {
            let opened = try PageLink.open(dispatcher, on: loop, log: log)
            link = opened.link
            return opened.pageEnd
        } catch {
            log.warning("the page gets no connection of its own and calls by script messages: \(error)")
            return nil
        }
    }

    private func bootstrap(_ source: PageSource) -> PageBootstrap {
        PageBootstrap(
            windowID: id, component: component, version: context.app.version, theme: context.theme.pageTokens,
            colorScheme: context.theme.colorScheme.rawValue, insets: PageInsets(native.controlInsets),
            development: context.developerMode, bun: source.hasBun,
            ticket: source.sessionToken.map { WindowTicket.make(windowID: id, sessionToken: $0) })
    }

    func applyTheme() {
        native.background = context.theme.windowBackground
        run(.setTheme(tokens: context.theme.pageTokens, colorScheme: context.theme.colorScheme.rawValue))
    }

    func runAddSlot(_ slot: Slot) {
        let address = context.componentURL(slot.component)
        run(slot.adding(url: address.url, css: address.css, windowID: id))
    }

    private func startPaintWatchdog() {
        paintWatchdog?.cancel()
        let limit = context.paintTimeLimit
        paintWatchdog = Task { [weak self] in
            repeat {
                do { try await Task.sleep(for: limit) } catch { return }
                // A window that nobody sees (another workspace, a locked screen) gets no frames, and neither does its page.
            } while await self?.native.getsFrames() == false
            guard let self, !Task.isCancelled else { return }
            perform(life.paintOverdue())
        }
    }

    // MARK: What the page and its process tell

    private func receive(_ event: PlatformWebViewEvent) {
        switch event {
        case .loadStarted, .loadFinished:
            break
        case .loadCommitted:
            // A page that reloads itself counts its calls from one again.
            endCalls()
        case .loadFailed(let uri, let message):
            complaints.log(.error, "\(uri) could not be loaded: \(message)", to: log)
            perform(life.loadFailed())
        case .processTerminated(let reason):
            endCalls()
            log.warning("the web process ended: \(reason)")
            onEvent?(self, .webProcessEnded(reason: reason))
            perform(life.processTerminated(reason: reason, now: SystemTime().now()))
        case .navigationRequested(let uri):
            context.openOutside(uri, from: self)
        }
    }

    private func perform(_ action: PageLife.Action) {
        switch action {
        case .none:
            break
        case .addSlots:
            native.showMessage(nil)
            for slot in slots { runAddSlot(slot) }
        case .showPage:
            native.showMessage(nil)
        case .reload:
            reloadAfterDelay()
        case .restartSafely(let reason):
            log.warning("\(reason); trying once more in the safe rendering mode")
            context.rendering.use(reason: reason)
            native.detachWebView()
            web = nil
            attachWebView()
        case .giveUp(let message):
            paintWatchdog?.cancel()
            log.error(message)
            native.showMessage(PlatformMessage(title: "This window can't be shown", detail: message))
            onEvent?(self, .failed(message))
        }
    }

    private func reloadAfterDelay() {
        let delay = max(context.recovery.webViewReloadDelayMs, 50)
        Task { [weak self] in
            do { try await Task.sleep(for: .milliseconds(delay)) } catch { return }
            self?.loadPage()
        }
    }

    private func receiveSignal(_ message: PageMessage) {
        let signal: PageSignal
        do {
            signal = try PageSignal(body: message.body)
        } catch {
            complaints.log(.warning, "dropped \(error)", to: log)
            return
        }
        switch signal {
        case .ready:
            perform(life.pageReady())
            if let problems = context.problems { run(.hostEvent(name: AppProblems.event, data: problems)) }
        case .painted:
            paintWatchdog?.cancel()
            perform(life.painted())
            onEvent?(self, .painted)
        case .mounted(let slot, let component):
            guard shows(component, in: slot) else { return }
            onEvent?(self, .mounted(component: component))
        case .mountFailed(let slot, let component, let error):
            guard shows(component, in: slot) else { return }
            complaints.log(.error, "\(component) could not be mounted: \(error.message)", to: log)
            onEvent?(self, .mountFailed(component: component, message: error.message))
        case .swapped(let slot, let component, let kind, let milliseconds):
            guard shows(component, in: slot) else { return }
            let what = kind == .css ? "stylesheet" : "script"
            complaints.log(.info, "\(component) updated: \(what), \(milliseconds.clamped) ms", to: log)
            onEvent?(self, .swapped(component: component, kind: kind.rawValue, milliseconds: milliseconds))
        case .startDrag:
            log.debug("the user drags the window")
            native.startDrag()
        case .titlebarDoubleClick:
            native.toggleMaximized()
        case .restart:
            context.onRestart?()
        case .retryPlugin(let name):
            guard let retry = context.onRetryPlugin, !retry(name) else { return }
            complaints.log(.warning, "no plugin \(name.prefix(100)) was left out for having ended the app", to: log)
        case .log(let level, let message, let stack):
            complaints.log(level, stack.map { "\(message)\n\($0)" } ?? message, to: log)
        case .unmounted, .connection:
            break
        case .unknown(let type):
            log.debug("unknown signal \(type.prefix(80))")
        }
    }
}

extension ManagedWindow {
    /// A page can name any slot and component; only its own are worth keeping.
    private func shows(_ component: String, in slot: String) -> Bool {
        slotTable.slot(slot)?.component == component
    }
}

extension Double {
    /// As whole milliseconds; the page may have told any number.
    fileprivate var clamped: Int { Int(Swift.min(Swift.max(self, 0), 1_000_000)) }
}

extension Theme {
    var pageTokens: [(name: String, value: String)] { tokens.map { ($0.name, $0.value) } }
}

extension PageInsets {
    init(_ insets: WindowInsets) {
        self.init(top: insets.top, left: insets.left, right: insets.right)
    }
}

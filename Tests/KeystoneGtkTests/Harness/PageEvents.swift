import KeystoneCore

@testable import KeystoneGtk

/// What a web view has told so far, to be awaited.
@MainActor
final class PageEvents {
    private(set) var all: [PlatformWebViewEvent] = []
    private(set) var signals: [String] = []

    init(_ view: any PlatformWebView) {
        view.onEvent = { [weak self] in self?.all.append($0) }
        view.onSignal = { [weak self] in self?.signals.append($0.body) }
    }

    var finishedLoads: Int {
        all.count { if case .loadFinished = $0 { true } else { false } }
    }

    var terminations: [String] {
        all.compactMap { if case .processTerminated(let reason) = $0 { reason } else { nil } }
    }

    var navigations: [String] {
        all.compactMap { if case .navigationRequested(let uri) = $0 { uri } else { nil } }
    }

    var failures: [String] {
        all.compactMap { if case .loadFailed(_, let message) = $0 { message } else { nil } }
    }
}

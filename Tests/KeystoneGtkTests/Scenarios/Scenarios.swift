import KeystoneCore

@testable import KeystoneGtk

/// Every scenario by name.
@MainActor
enum Scenarios {
    typealias Body = @MainActor (Stage) async throws -> Void

    static let all: [String: Body] = [
        "window shows web content": showsWebContent,
        "calls are answered once": answersCalls,
        "bad messages are refused": refusesBadMessages,
        "scripts give results and errors": evaluates,
        "a killed web process is reported and a load mends it": survivesKilledProcess,
        "schemes carry bodies within their bound": servesSchemes,
        "bounds round-trip on X11": roundTripsBounds,
        "windows and their views are freed": freesWindows,
        "headless content runs": runsHeadless,
        "regions without web content reach the native layer": passesClicksThrough,
        "title bars to come are refused": refusesToolkitTitleBars,
        "the colour scheme follows GTK": followsColorScheme,
        "pages stay within their origins": confinesPages,
        "a window is painted before its page": paintsBackgroundFirst,
        "the pointer drags a window": drags,
        "termination signals arrive": endsOnSignals,
        "a web view can be replaced": replacesWebView,
        "software rendering loads no GL driver": loadsNoDriver,
        "directories are watched": watchesDirectories,
    ]

    nonisolated static let names = [
        "window shows web content",
        "calls are answered once",
        "bad messages are refused",
        "scripts give results and errors",
        "a killed web process is reported and a load mends it",
        "schemes carry bodies within their bound",
        "bounds round-trip on X11",
        "windows and their views are freed",
        "headless content runs",
        "regions without web content reach the native layer",
        "title bars to come are refused",
        "the colour scheme follows GTK",
        "pages stay within their origins",
        "a window is painted before its page",
        "the pointer drags a window",
        "termination signals arrive",
        "a web view can be replaced",
        "software rendering loads no GL driver",
        "directories are watched",
    ]
}

internal import CGtk
internal import CWebKitGtk
package import KeystoneCore
internal import KeystoneSupport

/// The platform on GTK 4 and WebKitGTK 6.0, for X11 and Wayland.
@MainActor
package final class GtkPlatform: Platform {
    package let info: PlatformInfo
    package let rendering: RenderingDecision
    package var onTerminationSignal: (@MainActor () -> Void)?

    private let loop: OpaquePointer
    private let colorSchemes: ColorSchemeMonitor
    private let signals = TerminationSignals()

    /// Decides how to draw, then opens the display. Must come before any other use of the toolkit.
    ///
    /// - Parameters:
    ///   - appID: the application's id, which the desktop knows its windows by.
    ///   - rendering: what the configuration asks for; the environment variable `KEYSTONE_RENDERING` comes first.
    /// - Throws: `PlatformError` where no display can be opened.
    package init(appID: String, rendering preference: RenderingPreference = .auto) throws {
        rendering = RenderingDecision.make(preference: preference)
        GLibLog.attach()
        rendering.apply()
        g_set_prgname(appID)
        guard gtk_init_check() != 0, let display = gdk_display_get_default() else {
            throw PlatformError(
                .failed,
                "No display could be opened (neither Wayland nor X11). Set WAYLAND_DISPLAY or DISPLAY, or start the "
                    + "program under xvfb-run.")
        }
        loop = g_main_loop_new(nil, 0)
        DispatchMainQueue.attach()
        WindowStyle.install(on: display)
        colorSchemes = ColorSchemeMonitor()
        info = PlatformInfo(
            toolkit: Self.toolkitVersions, display: WindowSystem(display).name, rendering: rendering.description)
        signals.handle { [weak self] in
            guard let self else { return }
            if let onTerminationSignal { onTerminationSignal() } else { quit() }
        }
    }

    isolated deinit {
        g_main_loop_unref(loop)
    }

    package var colorScheme: ColorScheme { colorSchemes.current }

    package var onColorSchemeChange: (@MainActor (ColorScheme) -> Void)? {
        get { colorSchemes.onChange }
        set { colorSchemes.onChange = newValue }
    }

    package func run(started: @escaping @MainActor () -> Void) {
        MainLoop.onIdle(started)
        g_main_loop_run(loop)
    }

    package func quit() {
        g_main_loop_quit(loop)
    }

    package func openExternally(_ uri: String) throws {
        let context = SoftwareRendering.makeLaunchContext()
        defer { if let context { g_object_unref(context) } }
        do {
            _ = try GLibError.check { g_app_info_launch_default_for_uri(uri, context, $0) }
        } catch {
            throw PlatformError(
                .failed, "\(uri) could not be opened: \(error.message). Is a program for such addresses installed?")
        }
    }

    package func watchDirectory(
        _ path: String, onEvent: @escaping @MainActor (DirectoryEvent) -> Void
    ) throws -> AnyObject {
        try DirectoryMonitor(path, onEvent: onEvent)
    }

    package func makeWindow(_ options: PlatformWindowOptions) throws -> any PlatformWindow {
        try GtkHostWindow(options)
    }

    package func makeWebEnvironment(_ options: WebEnvironmentOptions) -> any WebEnvironment {
        WebKitEnvironment(options, rendering: rendering.mode)
    }

    private static var toolkitVersions: String {
        let gtk = "\(gtk_get_major_version()).\(gtk_get_minor_version()).\(gtk_get_micro_version())"
        let webKit =
            "\(webkit_get_major_version()).\(webkit_get_minor_version()).\(webkit_get_micro_version())"
        return "GTK \(gtk), WebKitGTK \(webKit)"
    }
}

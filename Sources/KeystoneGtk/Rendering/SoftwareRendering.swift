internal import CGtk

/// What keeps GL out of the process where GL is only software.
///
/// Drawing without GL is not enough: GDK asks for a GL context when it opens the display, and WebKit asks EGL for a GPU
/// when it starts a web process. Either loads Mesa with LLVM: 27 MiB in the host and 5 MiB in each web process, and a
/// tenth of a second.
enum SoftwareRendering {
    private static var variables: [(name: String, value: String)] {
        [
            ("GSK_RENDERER", "cairo"),
            gdkWithoutGL,
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
            // The GPU that WebKit would look for otherwise. Without the DMA-BUF renderer nothing opens it.
            ("WEBKIT_WEB_RENDER_DEVICE_FILE", "/dev/null"),
        ]
    }

    /// The switch has another name from GTK 4.16 on.
    private static var gdkWithoutGL: (name: String, value: String) {
        gtk_get_minor_version() >= 16 ? ("GDK_DISABLE", "gl") : ("GDK_DEBUG", "gl-disable")
    }

    /// The names that this process did set, as other programs must not inherit them.
    @MainActor private static var ours: [String] = []

    /// Sets the environment of this process and its web processes; before the toolkit starts. What the user has set stays.
    @MainActor
    static func apply() {
        for (name, value) in variables where g_getenv(name) == nil {
            g_setenv(name, value, 0)
            ours.append(name)
        }
    }

    /// For starting a program of the desktop: it draws as it likes. The caller owns the context.
    @MainActor
    static func makeLaunchContext() -> UnsafeMutablePointer<GAppLaunchContext>? {
        let context = g_app_launch_context_new()
        for name in ours { g_app_launch_context_unsetenv(context, name) }
        return context
    }
}

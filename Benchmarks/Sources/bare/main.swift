// The bare program: one window, one web view, one static page, and nothing else.
//
//     bare [--software]
//
// It prints `{"event":"script"}` when the page's script has run, and stays until its standard input ends or its window
// closes. With `--software` it draws as Keystone does where GL is software: without GL, in GTK and in WebKit.
internal import BareWebKit
internal import CBareWebKit
internal import Glibc

let software = CommandLine.arguments.contains("--software")
if software { setenv("GSK_RENDERER", "cairo", 1) }
gtk_init()

let page = """
    <!doctype html><meta charset="utf-8"><title>bare</title>
    <style>body { font: 16px sans-serif; margin: 2rem }</style>
    <h1>hello</h1>
    <script>webkit.messageHandlers.bench.postMessage("script")</script>
    """

guard let window = gtk_window_new(), let view = webkit_web_view_new(),
    let manager = webkit_web_view_get_user_content_manager(ks_web_view(view)),
    webkit_user_content_manager_register_script_message_handler(manager, "bench", nil) != 0
else {
    perror("bare: no window or web view could be made")
    exit(1)
}
ks_connect_message(
    manager, "script-message-received::bench",
    { _, _, _ in
        print(#"{"event":"script"}"#); fflush(nil)
    }, nil)

if software, let settings = webkit_web_view_get_settings(ks_web_view(view)) {
    webkit_settings_set_hardware_acceleration_policy(settings, WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER)
}
gtk_window_set_default_size(ks_window(window), 800, 600)
gtk_window_set_child(ks_window(window), view)
webkit_web_view_load_html(ks_web_view(view), page, nil)
gtk_window_present(ks_window(window))

let loop = g_main_loop_new(nil, 0)
ks_connect_close_request(
    ks_window(window),
    { _, loop in
        g_main_loop_quit(OpaquePointer(loop)); return 0
    }, UnsafeMutableRawPointer(loop))
g_unix_fd_add(
    STDIN_FILENO, GIOCondition(rawValue: G_IO_IN.rawValue | G_IO_HUP.rawValue),
    { _, _, loop in
        var byte: UInt8 = 0
        if read(STDIN_FILENO, &byte, 1) > 0 { return 1 }
        g_main_loop_quit(OpaquePointer(loop))
        return 0
    }, UnsafeMutableRawPointer(loop))
g_main_loop_run(loop)

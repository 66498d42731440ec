#ifndef KS_BARE_WEBKIT_SHIM_H
#define KS_BARE_WEBKIT_SHIM_H

#include <gtk/gtk.h>
#include <webkit/webkit.h>
#include <jsc/jsc.h>
#include <glib-unix.h>

/* Swift imports neither casting macros nor variadic constructors. */
static inline GtkWindow *ks_window(GtkWidget *widget) { return GTK_WINDOW(widget); }
static inline WebKitWebView *ks_web_view(GtkWidget *widget) { return WEBKIT_WEB_VIEW(widget); }
static inline gboolean ks_is_web_view(GtkWidget *widget) { return WEBKIT_IS_WEB_VIEW(widget); }

/* Typed signal connections: Swift would have to cast each callback to a GCallback. */
typedef gboolean (*KsMessageWithReply)(
    WebKitUserContentManager *, JSCValue *, WebKitScriptMessageReply *, gpointer);
typedef void (*KsMessage)(WebKitUserContentManager *, JSCValue *, gpointer);
typedef gboolean (*KsCloseRequest)(GtkWindow *, gpointer);

static inline void ks_connect_message_with_reply(
    WebKitUserContentManager *manager, const char *signal, KsMessageWithReply callback, gpointer data,
    GClosureNotify release) {
    g_signal_connect_data(manager, signal, G_CALLBACK(callback), data, release, (GConnectFlags)0);
}
static inline void ks_connect_message(
    WebKitUserContentManager *manager, const char *signal, KsMessage callback, gpointer data) {
    g_signal_connect(manager, signal, G_CALLBACK(callback), data);
}
static inline void ks_connect_close_request(GtkWindow *window, KsCloseRequest callback, gpointer data) {
    g_signal_connect(window, "close-request", G_CALLBACK(callback), data);
}

#endif

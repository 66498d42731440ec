// The web process's side of Keystone's fast path: gives each page's top frame a connection to the host.
//
// WebKit loads this library into its sandboxed web processes. Everything here runs on their main thread.
#include "ks_document.h"

static const char DOCUMENT_KEY[] = "keystone-document";

static void drop_document(gpointer data)
{
    ks_document_close(data);
    ks_document_unref(data);
}

static void window_cleared(WebKitScriptWorld *world, WebKitWebPage *page, WebKitFrame *frame, gpointer data)
{
    (void)data;
    // Frames inside a page have no way to the host, whatever their origin.
    if (!webkit_frame_is_main_frame(frame))
        return;
    JSCContext *context = webkit_frame_get_js_context_for_script_world(frame, world);
    KsDocument *document = ks_document_new(page, context);
    // The document before it goes with its connection.
    g_object_set_data_full(G_OBJECT(page), DOCUMENT_KEY, document, drop_document);
    g_object_unref(context);
}

G_MODULE_EXPORT void webkit_web_process_extension_initialize(WebKitWebProcessExtension *extension)
{
    (void)extension;
    g_signal_connect(webkit_script_world_get_default(), "window-object-cleared", G_CALLBACK(window_cleared), NULL);
}

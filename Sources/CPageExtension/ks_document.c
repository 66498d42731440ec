#include "ks_document.h"

#include "ks_batch.h"
#include "ks_link.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

// The message by which a document asks for a connection. Its parameters: the wire's version, the document's address.
#define OPEN_MESSAGE "keystone-open"
#define WIRE_VERSION 1

struct KsDocument {
    gint references;
    // NULL once the page or the document is gone.
    WebKitWebPage *page;
    // Weak: the page's own bridge holds the function, and nothing here keeps a document alive.
    JSCWeakValue *receiver;
    KsLink *link;
    gboolean opened;
    KsBatch batch;
};

static KsDocument *document_ref(KsDocument *document)
{
    document->references++;
    return document;
}

void ks_document_unref(gpointer data)
{
    KsDocument *document = data;
    if (--document->references > 0)
        return;
    ks_document_close(document);
    g_free(document);
}

void ks_document_close(KsDocument *document)
{
    g_clear_weak_pointer(&document->page);
    g_clear_pointer(&document->link, ks_link_free);
    g_clear_object(&document->receiver);
    ks_batch_clear(&document->batch);
}

// A call of the page's function must not outlive this call: it may hold on to whole documents.
static void tell_state(KsDocument *document, gboolean open)
{
    JSCValue *receiver = document->receiver ? jsc_weak_value_get_value(document->receiver) : NULL;
    if (!receiver)
        return;
    JSCValue *result = jsc_value_function_call(receiver, G_TYPE_BOOLEAN, open, G_TYPE_NONE);
    g_clear_object(&result);
    g_object_unref(receiver);
}

static void begin_answers(gpointer data)
{
    document_ref(data);
}

static void take_answer(KsAnswer *answer, gpointer data)
{
    KsDocument *document = data;
    if (ks_batch_add(&document->batch, answer))
        return;
    JSCValue *receiver = document->receiver ? jsc_weak_value_get_value(document->receiver) : NULL;
    if (!receiver)
        return;
    // In the order in which they came.
    ks_batch_deliver(&document->batch, receiver);
    ks_batch_deliver_alone(answer, receiver);
    g_object_unref(receiver);
}

static void end_answers(gpointer data)
{
    KsDocument *document = data;
    JSCValue *receiver = document->receiver ? jsc_weak_value_get_value(document->receiver) : NULL;
    if (receiver) {
        ks_batch_deliver(&document->batch, receiver);
        g_object_unref(receiver);
    }
    ks_document_unref(document);
}

static void link_closed(gpointer data)
{
    KsDocument *document = document_ref(data);
    g_clear_pointer(&document->link, ks_link_free);
    tell_state(document, FALSE);
    ks_document_unref(document);
}

static const KsLinkEvents LINK_EVENTS = { begin_answers, take_answer, end_answers, link_closed };

static int take_descriptor(WebKitUserMessage *reply)
{
    GUnixFDList *list = reply ? webkit_user_message_get_fd_list(reply) : NULL;
    if (!list || g_unix_fd_list_get_length(list) != 1)
        return -1;
    return g_unix_fd_list_get(list, 0, NULL);
}

static void host_answered(GObject *source, GAsyncResult *result, gpointer data)
{
    KsDocument *document = data;
    // Any failure means the same: there is no connection, and the page goes the other way.
    WebKitUserMessage *reply = webkit_web_page_send_message_to_view_finish(WEBKIT_WEB_PAGE(source), result, NULL);
    int descriptor = take_descriptor(reply);
    g_clear_object(&reply);
    if (document->page && descriptor >= 0)
        document->link = ks_link_new(descriptor, &LINK_EVENTS, document);
    else if (descriptor >= 0)
        close(descriptor);
    if (document->page)
        tell_state(document, document->link != NULL);
    ks_document_unref(document);
}

// open(receive): asks for the connection, once. `receive` is told of the outcome and gets the answers.
static gboolean js_open(JSCValue *receiver, KsDocument *document)
{
    if (!document->page || document->opened || !jsc_value_is_function(receiver))
        return FALSE;
    document->opened = TRUE;
    document->receiver = jsc_weak_value_new(receiver);
    const char *address = webkit_web_page_get_uri(document->page);
    WebKitUserMessage *message =
        webkit_user_message_new(OPEN_MESSAGE, g_variant_new("(us)", WIRE_VERSION, address ? address : ""));
    webkit_web_page_send_message_to_view(document->page, message, NULL, host_answered, document_ref(document));
    return TRUE;
}

static gboolean send_bytes(KsDocument *document, guint8 type, GBytes *bytes)
{
    if (!bytes)
        return FALSE;
    gsize size = g_bytes_get_size(bytes);
    if (!document->link || size == 0 || size > KS_MAXIMUM_CALL) {
        g_bytes_unref(bytes);
        return FALSE;
    }
    return ks_link_send(document->link, type, bytes);
}

static gboolean send_text(KsDocument *document, guint8 type, JSCValue *text)
{
    if (!jsc_value_is_string(text))
        return FALSE;
    return send_bytes(document, type, jsc_value_to_string_as_bytes(text));
}

// send(text): one call.
static gboolean js_send(JSCValue *text, KsDocument *document)
{
    return send_text(document, KS_CALL, text);
}

// sendAll(text): several calls, with a NUL between them.
static gboolean js_send_all(JSCValue *text, KsDocument *document)
{
    return send_text(document, KS_CALLS, text);
}

// sendBytes(bytes): a call with binary arguments. The caller gives the array away: it is read when the socket takes it.
static gboolean js_send_bytes(JSCValue *array, KsDocument *document)
{
    if (!jsc_value_is_typed_array(array) || jsc_value_typed_array_get_type(array) != JSC_TYPED_ARRAY_UINT8)
        return FALSE;
    gsize length = 0;
    gpointer data = jsc_value_typed_array_get_data(array, &length);
    if (!data)
        return FALSE;
    return send_bytes(
        document, KS_BYTES_CALL, g_bytes_new_with_free_func(data, length, g_object_unref, g_object_ref(array)));
}

static void add_function(JSCValue *object, const char *name, GCallback function, KsDocument *document)
{
    JSCValue *value = jsc_value_new_function(
        jsc_value_get_context(object), name, function, document_ref(document), ks_document_unref, G_TYPE_BOOLEAN, 1,
        JSC_TYPE_VALUE);
    jsc_value_object_define_property_data(object, name, 0, value);
    g_object_unref(value);
}

KsDocument *ks_document_new(WebKitWebPage *page, JSCContext *context)
{
    KsDocument *document = g_new0(KsDocument, 1);
    document->references = 1;
    g_set_weak_pointer(&document->page, page);
    JSCValue *object = jsc_value_new_object(context, NULL, NULL);
    add_function(object, "open", G_CALLBACK(js_open), document);
    add_function(object, "send", G_CALLBACK(js_send), document);
    add_function(object, "sendAll", G_CALLBACK(js_send_all), document);
    add_function(object, "sendBytes", G_CALLBACK(js_send_bytes), document);
    JSCValue *window = jsc_context_get_global_object(context);
    jsc_value_object_define_property_data(window, "__keystoneLink", JSC_VALUE_PROPERTY_CONFIGURABLE, object);
    g_object_unref(window);
    g_object_unref(object);
    return document;
}

#include "ks_link.h"

#include "ks_queue.h"

#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

// Bytes that may wait for the host; one message more always fits.
#define MAXIMUM_QUEUED (256u << 20)
// Payloads below are copied behind their header.
#define SMALL 4096

struct KsLink {
    int descriptor;
    const KsLinkEvents *events;
    gpointer data;
    KsQueue queue;
    KsReader reader;
    GSource *input;
    GSource *output;
    int busy; // calls of ours on the stack
    gboolean freed;
};

static GSource *watch(KsLink *link, GIOCondition condition, GUnixFDSourceFunc callback)
{
    GSource *source = g_unix_fd_source_new(link->descriptor, condition);
    // A GUnixFDSourceFunc is what this kind of source calls.
    g_source_set_callback(source, G_SOURCE_FUNC(callback), link, NULL);
    g_source_attach(source, g_main_context_get_thread_default());
    return source;
}

static void unwatch(GSource **source)
{
    if (!*source)
        return;
    g_source_destroy(*source);
    g_source_unref(*source);
    *source = NULL;
}

static void close_link(KsLink *link)
{
    if (link->descriptor < 0)
        return;
    unwatch(&link->input);
    unwatch(&link->output);
    close(link->descriptor);
    link->descriptor = -1;
    ks_queue_clear(&link->queue);
}

static void enter(KsLink *link)
{
    link->busy++;
}

static void leave(KsLink *link)
{
    if (--link->busy > 0 || !link->freed)
        return;
    ks_reader_clear(&link->reader);
    g_free(link);
}

static gboolean receive(KsAnswer *answer, gpointer data)
{
    KsLink *link = data;
    link->events->answer(answer, link->data);
    return link->descriptor >= 0;
}

static gboolean readable(int descriptor, GIOCondition condition, gpointer data)
{
    (void)condition;
    KsLink *link = data;
    enter(link);
    link->events->begin(link->data);
    gboolean lives = ks_reader_read(&link->reader, descriptor, receive, link);
    link->events->end(link->data);
    if (!lives && !link->freed) {
        close_link(link);
        link->events->closed(link->data);
    }
    gboolean stays = link->descriptor >= 0;
    leave(link);
    return stays;
}

static gboolean writable(int descriptor, GIOCondition condition, gpointer data)
{
    (void)condition;
    KsLink *link = data;
    // A socket that nobody reads any longer reports its end to `readable`, after what it still holds.
    if (!ks_queue_drain(&link->queue, descriptor))
        ks_queue_clear(&link->queue);
    if (link->queue.size > 0)
        return G_SOURCE_CONTINUE;
    unwatch(&link->output);
    return G_SOURCE_REMOVE;
}

KsLink *ks_link_new(int descriptor, const KsLinkEvents *events, gpointer data)
{
    KsLink *link = g_new0(KsLink, 1);
    link->descriptor = descriptor;
    link->events = events;
    link->data = data;
    ks_queue_init(&link->queue);
    ks_reader_init(&link->reader);
    link->input = watch(link, G_IO_IN | G_IO_HUP | G_IO_ERR, readable);
    return link;
}

void ks_link_free(KsLink *link)
{
    enter(link);
    link->freed = TRUE;
    close_link(link);
    leave(link);
}

static void push(KsQueue *queue, guint8 type, GBytes *payload)
{
    gsize size;
    const void *bytes = g_bytes_get_data(payload, &size);
    gsize copied = size <= SMALL ? size : 0;
    guint8 *head = g_malloc(KS_CALL_HEADER + copied);
    ks_put_u32(head, (guint32)size + 1);
    head[4] = type;
    if (copied > 0)
        memcpy(head + KS_CALL_HEADER, bytes, copied);
    ks_queue_push(queue, g_bytes_new_take(head, KS_CALL_HEADER + copied));
    if (copied == size)
        g_bytes_unref(payload);
    else
        ks_queue_push(queue, payload);
}

gboolean ks_link_send(KsLink *link, guint8 type, GBytes *payload)
{
    if (link->descriptor < 0 || link->queue.size > MAXIMUM_QUEUED) {
        g_bytes_unref(payload);
        return FALSE;
    }
    gboolean waits = link->queue.size > 0;
    push(&link->queue, type, payload);
    // What waits already goes first, when the socket takes it.
    if (waits)
        return TRUE;
    if (!ks_queue_drain(&link->queue, link->descriptor))
        ks_queue_clear(&link->queue);
    if (link->queue.size > 0 && !link->output)
        link->output = watch(link, G_IO_OUT, writable);
    return TRUE;
}

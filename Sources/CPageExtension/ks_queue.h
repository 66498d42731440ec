// Bytes on their way into a socket that may be full.
#ifndef KS_QUEUE_H
#define KS_QUEUE_H

#include <glib.h>

typedef struct {
    GQueue parts; // GBytes
    gsize sent;   // of the first part
    gsize size;   // bytes that wait
} KsQueue;

void ks_queue_init(KsQueue *queue);
void ks_queue_clear(KsQueue *queue);
// Takes over the reference.
void ks_queue_push(KsQueue *queue, GBytes *part);
// Writes until the socket takes no more; FALSE when nobody reads it any longer.
gboolean ks_queue_drain(KsQueue *queue, int descriptor);

#endif

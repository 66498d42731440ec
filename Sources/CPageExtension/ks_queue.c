#include "ks_queue.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

// Parts that one system call takes.
#define PARTS 16

void ks_queue_init(KsQueue *queue)
{
    g_queue_init(&queue->parts);
    queue->sent = 0;
    queue->size = 0;
}

void ks_queue_clear(KsQueue *queue)
{
    g_queue_clear_full(&queue->parts, (GDestroyNotify)g_bytes_unref);
    ks_queue_init(queue);
}

void ks_queue_push(KsQueue *queue, GBytes *part)
{
    if (g_bytes_get_size(part) == 0) {
        g_bytes_unref(part);
        return;
    }
    queue->size += g_bytes_get_size(part);
    g_queue_push_tail(&queue->parts, part);
}

static int gather(KsQueue *queue, struct iovec *vectors)
{
    int count = 0;
    gsize skip = queue->sent;
    for (GList *entry = queue->parts.head; entry && count < PARTS; entry = entry->next) {
        gsize size;
        const char *data = g_bytes_get_data(entry->data, &size);
        vectors[count].iov_base = (void *)(data + skip);
        vectors[count].iov_len = size - skip;
        skip = 0;
        count++;
    }
    return count;
}

static void advance(KsQueue *queue, gsize count)
{
    queue->size -= count;
    count += queue->sent;
    while (!g_queue_is_empty(&queue->parts)) {
        gsize size = g_bytes_get_size(g_queue_peek_head(&queue->parts));
        if (count < size)
            break;
        count -= size;
        g_bytes_unref(g_queue_pop_head(&queue->parts));
    }
    queue->sent = count;
}

gboolean ks_queue_drain(KsQueue *queue, int descriptor)
{
    while (queue->size > 0) {
        struct iovec vectors[PARTS];
        struct msghdr message = { .msg_iov = vectors };
        message.msg_iovlen = (gsize)gather(queue, vectors);
        gssize count = sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count >= 0)
            advance(queue, (gsize)count);
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return TRUE;
        else if (errno != EINTR)
            return FALSE;
    }
    return TRUE;
}

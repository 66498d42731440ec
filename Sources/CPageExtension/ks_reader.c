#include "ks_reader.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define BUFFER (64 * 1024)
// What is read before the page gets its turn.
#define TURN (1024 * 1024)

void ks_reader_init(KsReader *reader)
{
    memset(reader, 0, sizeof *reader);
}

void ks_reader_clear(KsReader *reader)
{
    g_free(reader->answer.payload);
    ks_reader_init(reader);
}

// The header is complete.
static gboolean begin_payload(KsReader *reader)
{
    guint32 length = ks_get_u32(reader->header);
    guint32 fixed = KS_ANSWER_HEADER - 4;
    if (length < fixed || length - fixed > KS_MAXIMUM_ANSWER)
        return FALSE;
    KsAnswer *answer = &reader->answer;
    answer->kind = reader->header[4];
    answer->id = ks_get_u64(reader->header + 5);
    answer->size = length - fixed;
    answer->payload = g_try_malloc(answer->size + 1);
    if (!answer->payload)
        return FALSE;
    answer->payload[answer->size] = 0;
    reader->in_payload = TRUE;
    reader->filled = 0;
    return TRUE;
}

static gboolean end_payload(KsReader *reader, KsReceive receive, gpointer data)
{
    KsAnswer answer = reader->answer;
    ks_reader_init(reader);
    gboolean goes_on = receive(&answer, data);
    g_free(answer.payload);
    return goes_on;
}

// Moves bytes to where they belong.
static gboolean take(KsReader *reader, const guint8 *bytes, gsize count, KsReceive receive, gpointer data)
{
    while (count > 0 || (reader->in_payload && reader->answer.size == 0)) {
        guint8 *to = reader->in_payload ? reader->answer.payload : reader->header;
        gsize whole = reader->in_payload ? reader->answer.size : KS_ANSWER_HEADER;
        gsize part = MIN(count, whole - reader->filled);
        memcpy(to + reader->filled, bytes, part);
        reader->filled += part;
        bytes += part;
        count -= part;
        if (reader->filled < whole)
            return TRUE;
        if (!(reader->in_payload ? end_payload(reader, receive, data) : begin_payload(reader)))
            return FALSE;
    }
    return TRUE;
}

static gssize receive_some(KsReader *reader, int descriptor, guint8 *buffer, gboolean *direct)
{
    gsize missing = reader->in_payload ? reader->answer.size - reader->filled : 0;
    // A large payload goes where it belongs without a detour.
    *direct = missing >= BUFFER;
    guint8 *to = *direct ? reader->answer.payload + reader->filled : buffer;
    gssize count;
    do
        count = recv(descriptor, to, *direct ? missing : BUFFER, MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    return count;
}

gboolean ks_reader_read(KsReader *reader, int descriptor, KsReceive receive, gpointer data)
{
    guint8 buffer[BUFFER];
    gsize total = 0;
    while (total < TURN) {
        gboolean direct;
        gssize count = receive_some(reader, descriptor, buffer, &direct);
        if (count < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        if (count == 0)
            return FALSE;
        total += (gsize)count;
        if (direct) {
            reader->filled += (gsize)count;
            if (reader->filled == reader->answer.size && !end_payload(reader, receive, data))
                return FALSE;
        } else if (!take(reader, buffer, (gsize)count, receive, data)) {
            return FALSE;
        }
        if ((gsize)count < BUFFER && !direct)
            return TRUE; // That was all for now.
    }
    return TRUE;
}

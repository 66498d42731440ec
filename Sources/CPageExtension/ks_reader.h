// Takes the host's answers out of a socket.
#ifndef KS_READER_H
#define KS_READER_H

#include "ks_wire.h"

typedef struct {
    guint8 kind;
    guint64 id;
    // NUL-terminated behind its end. An answer that is given away has NULL here.
    guint8 *payload;
    gsize size;
} KsAnswer;

typedef struct {
    guint8 header[KS_ANSWER_HEADER];
    gsize filled; // of the header, then of the payload
    gboolean in_payload;
    KsAnswer answer;
} KsReader;

// Told of each answer; sets `payload` to NULL to keep it. FALSE stops reading.
typedef gboolean (*KsReceive)(KsAnswer *answer, gpointer data);

void ks_reader_init(KsReader *reader);
void ks_reader_clear(KsReader *reader);
// Reads what there is, up to a bound; FALSE where the connection is over, be it by its end or by nonsense.
gboolean ks_reader_read(KsReader *reader, int descriptor, KsReceive receive, gpointer data);

#endif

// One document's connection to the host: it never blocks, reads and writes from the main loop.
#ifndef KS_LINK_H
#define KS_LINK_H

#include "ks_reader.h"

typedef struct KsLink KsLink;

typedef struct {
    // Answers of one turn come between `begin` and `end`.
    void (*begin)(gpointer data);
    void (*answer)(KsAnswer *answer, gpointer data);
    void (*end)(gpointer data);
    // The connection is over. The link is still to be freed.
    void (*closed)(gpointer data);
} KsLinkEvents;

// Takes over the descriptor.
KsLink *ks_link_new(int descriptor, const KsLinkEvents *events, gpointer data);
// From within an event too.
void ks_link_free(KsLink *link);
// Sends one call of a type of the wire; takes over the reference. FALSE where the host does not keep up.
gboolean ks_link_send(KsLink *link, guint8 type, GBytes *payload);

#endif

// The text answers of one turn, handed to the page by one call: one look at the JSON, one entry into the engine.
#ifndef KS_BATCH_H
#define KS_BATCH_H

#include "ks_reader.h"

#include <jsc/jsc.h>

typedef struct {
    // `[id,kind,value,id,kind,value`; NULL where there is none.
    GString *text;
    // The answers again, for the case that one of them is not JSON and spoils the rest.
    GArray *answers;
} KsBatch;

// FALSE where the answer has to go alone. Takes over its payload otherwise.
gboolean ks_batch_add(KsBatch *batch, KsAnswer *answer);
void ks_batch_deliver(KsBatch *batch, JSCValue *receiver);
void ks_batch_deliver_alone(KsAnswer *answer, JSCValue *receiver);
void ks_batch_clear(KsBatch *batch);

#endif

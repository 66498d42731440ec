// The fast path's wire, as Protocol/README.md has it. Integers are little-endian.
#ifndef KS_WIRE_H
#define KS_WIRE_H

#include <glib.h>
#include <string.h>

// Page to host: u32 length of what follows, u8 type, payload.
enum { KS_CALL = 1, KS_BYTES_CALL = 2, KS_CALLS = 3 };
#define KS_CALL_HEADER 5
#define KS_MAXIMUM_CALL ((128u << 20) + 1024)

// Host to page: u32 length of what follows, u8 kind, u64 id, payload.
enum { KS_NOTHING = 1, KS_JSON = 2, KS_BYTES = 3, KS_ERROR = 4 };
#define KS_ANSWER_HEADER 13
#define KS_MAXIMUM_ANSWER (1u << 30)

static inline void ks_put_u32(guint8 *at, guint32 value)
{
    value = GUINT32_TO_LE(value);
    memcpy(at, &value, sizeof value);
}

static inline guint32 ks_get_u32(const guint8 *at)
{
    guint32 value;
    memcpy(&value, at, sizeof value);
    return GUINT32_FROM_LE(value);
}

static inline guint64 ks_get_u64(const guint8 *at)
{
    guint64 value;
    memcpy(&value, at, sizeof value);
    return GUINT64_FROM_LE(value);
}

#endif

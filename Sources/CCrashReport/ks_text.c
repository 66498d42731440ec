#include "ks_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void ks_text_flush(struct ks_text *text) {
    size_t done = 0;
    while (done < text->used) {
        ssize_t count = write(text->file, text->bytes + done, text->used - done);
        if (count < 0 && errno == EINTR) continue;
        // A full disk can't be reported anywhere.
        if (count <= 0) break;
        done += (size_t)count;
    }
    text->used = 0;
}

void ks_text_add(struct ks_text *text, const char *string) {
    for (; *string; string++) {
        if (text->used == sizeof text->bytes) ks_text_flush(text);
        text->bytes[text->used++] = *string;
    }
}

static void digits(struct ks_text *text, unsigned long value, unsigned base) {
    char reversed[24];
    size_t count = 0;
    do {
        reversed[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (count) {
        char one[2] = {reversed[--count], 0};
        ks_text_add(text, one);
    }
}

void ks_text_hex(struct ks_text *text, uintptr_t value) {
    ks_text_add(text, "0x");
    digits(text, value, 16);
}

void ks_text_number(struct ks_text *text, long value) {
    if (value < 0) ks_text_add(text, "-");
    digits(text, value < 0 ? 0UL - (unsigned long)value : (unsigned long)value, 10);
}

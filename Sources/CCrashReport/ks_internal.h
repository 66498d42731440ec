// What the files of this target share. All of it but the registration runs in a signal handler: no allocation, no locks,
// nothing but system calls and memory that is there already.
#ifndef KS_CRASH_INTERNAL_H
#define KS_CRASH_INTERNAL_H

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

// A piece of code and whose it is. Once it is in the list, only read.
struct ks_image {
    uintptr_t start, end;
    // Where the file's address 0 is.
    uintptr_t base;
    const char *text, *mapped, *label;
    struct ks_image *next;
};

extern _Atomic(struct ks_image *) ks_images;
const struct ks_image *ks_image_at(uintptr_t address);

// ks_walk.c: the addresses of the interrupted function and its callers, innermost first. A fault meanwhile must end in
// `ks_fault_during_walk`.
#define KS_MAX_FRAMES 64
size_t ks_walk(void *context, uintptr_t frames[KS_MAX_FRAMES]);
uintptr_t ks_interrupted_at(void *context);
void ks_prime_walk(void);

// ks_symbol.c: the function's name in the file's symbol table, cut to `size`; empty where it has none.
void ks_symbol(const char *file, uintptr_t offset, char *name, size_t size);

// ks_guard: whether `body` ended without a fault of its own. One thread at a time.
int ks_guarded(void (*body)(void *), void *argument);

// ks_text.c: text into a buffer, written when it is full.
struct ks_text {
    int file;
    size_t used;
    char bytes[4096];
};
void ks_text_add(struct ks_text *text, const char *string);
void ks_text_hex(struct ks_text *text, uintptr_t value);
void ks_text_number(struct ks_text *text, long value);
void ks_text_flush(struct ks_text *text);

#endif

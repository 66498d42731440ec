// Whose code called whose, from within a signal handler.
//
// The unwinder of libgcc goes first: it knows functions without a frame pointer (glibc's `abort`, plugins in C), and finds
// its tables by `_dl_find_object`, which takes no lock (glibc 2.35). It trusts the stack, so it runs guarded; where it
// finds no way, the chain of frame pointers is followed, which Swift code has.
#define _GNU_SOURCE
#include "ks_internal.h"

#include <setjmp.h>
#include <ucontext.h>
#include <unwind.h>

static struct {
    uintptr_t interrupted;
    uintptr_t *frames;
    size_t count;
    int reached;
} walk;

uintptr_t ks_interrupted_at(void *context) {
    ucontext_t *user = context;
#if defined(__x86_64__)
    return (uintptr_t)user->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)user->uc_mcontext.pc;
#else
    (void)user;
    return 0;
#endif
}

static _Unwind_Reason_Code see(struct _Unwind_Context *context, void *argument) {
    (void)argument;
    int exact = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &exact);
    if (address == walk.interrupted) walk.reached = 1;
    if (!walk.reached || !address) return _URC_NO_REASON;
    // A return address is behind the call, perhaps in the next function.
    walk.frames[walk.count++] = exact ? address : address - 1;
    return walk.count < KS_MAX_FRAMES ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static void unwind(void *argument) { _Unwind_Backtrace(see, argument); }

static void follow_frame_pointers(void *context) {
    ucontext_t *user = context;
    walk.frames[walk.count++] = walk.interrupted;
#if defined(__x86_64__)
    uintptr_t pointer = (uintptr_t)user->uc_mcontext.gregs[REG_RBP];
#elif defined(__aarch64__)
    uintptr_t pointer = (uintptr_t)user->uc_mcontext.regs[29];
#else
    (void)user;
    uintptr_t pointer = 0;
#endif
    while (pointer && pointer % sizeof pointer == 0 && walk.count < KS_MAX_FRAMES) {
        const uintptr_t *frame = (const uintptr_t *)pointer;
        if (!frame[1]) break;
        walk.frames[walk.count++] = frame[1] - 1;
        // Swift marks the frames of asynchronous functions with a bit that no address has.
        uintptr_t next = frame[0] & ~((uintptr_t)1 << 60);
        if (next <= pointer) break;
        pointer = next;
    }
}

static int names_a_plugin(void) {
    for (size_t i = 0; i < walk.count; i++) {
        if (ks_image_at(walk.frames[i])) return 1;
    }
    return 0;
}

size_t ks_walk(void *context, uintptr_t frames[KS_MAX_FRAMES]) {
    walk.interrupted = ks_interrupted_at(context);
    walk.frames = frames;
    walk.count = 0;
    walk.reached = 0;
    ks_guarded(unwind, NULL);
    size_t unwound = walk.count;
    if (names_a_plugin()) return unwound;
    walk.count = 0;
    ks_guarded(follow_frame_pointers, context);
    return walk.count;
}

// The first call of the unwinder makes it look things up.
void ks_prime_walk(void) {
    uintptr_t frames[KS_MAX_FRAMES];
    walk.frames = frames;
    walk.count = 0;
    walk.reached = 1;
    walk.interrupted = 0;
    unwind(NULL);
    walk.count = 0;
}

// The signal handler: finds the innermost frame that belongs to a plugin, writes the report, and lets the signal do what
// it would have done without us. A fault in code that belongs to no plugin is passed on untouched (WebKit's JavaScript
// engine catches some on purpose, Swift's runtime prints a backtrace).
#define _GNU_SOURCE
#include "ks_crash.h"
#include "ks_internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STACK_SIZE (128 * 1024)

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT};
#define SIGNAL_COUNT (sizeof signals / sizeof *signals)
static struct sigaction previous[SIGNAL_COUNT];

static const char *report_path, *report_head;
_Atomic(struct ks_image *) ks_images;

// The library that is being mapped, and by which thread.
static _Atomic(struct ks_image *) mapping;
static _Atomic(pid_t) mapping_thread;

// The thread that writes the report, and whether that is done.
static _Atomic(pid_t) writer;
static _Atomic(int) is_written;

static pid_t own_thread(void) { return (pid_t)syscall(SYS_gettid); }

const struct ks_image *ks_image_at(uintptr_t address) {
    for (struct ks_image *image = atomic_load(&ks_images); image; image = image->next) {
        if (address >= image->start && address < image->end) return image;
    }
    return NULL;
}

// MARK: Faults of our own

static sigjmp_buf way_back;
static volatile sig_atomic_t is_guarded;

int ks_guarded(void (*body)(void *), void *argument) {
    if (sigsetjmp(way_back, 0)) {
        is_guarded = 0;
        return 0;
    }
    is_guarded = 1;
    body(argument);
    is_guarded = 0;
    return 1;
}

// MARK: The report

static const char *signal_name(int number) {
    switch (number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGILL: return "SIGILL";
    case SIGFPE: return "SIGFPE";
    case SIGTRAP: return "SIGTRAP";
    default: return "SIGABRT";
    }
}

struct crash {
    int signal;
    const siginfo_t *info;
    const struct ks_image *image;
    // Where in the image; 0 while it is being mapped.
    uintptr_t address;
    const uintptr_t *frames;
    size_t frame_count;
};

static void member(struct ks_text *text, const char *name, uintptr_t value) {
    ks_text_add(text, ",\"");
    ks_text_add(text, name);
    ks_text_add(text, "\":\"");
    ks_text_hex(text, value);
    ks_text_add(text, "\"");
}

static void add_symbol(struct ks_text *text, const struct ks_image *image, uintptr_t address) {
    static char name[1024];
    ks_symbol(image->mapped, address - image->base, name, sizeof name);
    if (!name[0]) return;
    ks_text_add(text, ",\"symbol\":\"");
    ks_text_add(text, name);
    ks_text_add(text, "\"");
}

static void add_first_line(struct ks_text *text, const struct crash *crash) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    ks_text_add(text, "{");
    ks_text_add(text, report_head);
    ks_text_add(text, ",");
    ks_text_add(text, crash->image->text);
    ks_text_add(text, ",\"signal\":\"");
    ks_text_add(text, signal_name(crash->signal));
    ks_text_add(text, "\",\"code\":");
    ks_text_number(text, crash->info->si_code);
    ks_text_add(text, ",\"time\":");
    ks_text_number(text, now.tv_sec);
    ks_text_add(text, ",\"process\":");
    ks_text_number(text, getpid());
    ks_text_add(text, ",\"thread\":");
    ks_text_number(text, own_thread());
    if (crash->info->si_code > 0) member(text, "fault", (uintptr_t)crash->info->si_addr);
    if (crash->frame_count) member(text, "address", crash->frames[0]);
    if (crash->address) member(text, "offset", crash->address - crash->image->base);
    ks_text_add(text, "}\n");
    // What matters is safe before anything else is tried.
    ks_text_flush(text);
}

static void add_frames(struct ks_text *text, const struct crash *crash) {
    for (size_t i = 0; i < crash->frame_count; i++) {
        const struct ks_image *image = ks_image_at(crash->frames[i]);
        ks_text_add(text, "{\"frame\":");
        ks_text_number(text, (long)i);
        member(text, "address", crash->frames[i]);
        if (image) {
            ks_text_add(text, ",");
            ks_text_add(text, image->text);
            member(text, "offset", crash->frames[i] - image->base);
            add_symbol(text, image, crash->frames[i]);
        }
        ks_text_add(text, "}\n");
    }
    ks_text_flush(text);
}

static void tell_user(struct ks_text *text, const struct crash *crash) {
    text->file = STDERR_FILENO;
    ks_text_add(text, "keystone: ");
    ks_text_add(text, signal_name(crash->signal));
    ks_text_add(text, " in the plugin ");
    ks_text_add(text, crash->image->label);
    ks_text_add(text, "; the report is ");
    ks_text_add(text, report_path);
    ks_text_add(text, "\n");
    ks_text_flush(text);
}

static void report(const struct crash *crash) {
    static struct ks_text text;
    text.used = 0;
    text.file = open(report_path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (text.file < 0) return;
    add_first_line(&text, crash);
    add_frames(&text, crash);
    close(text.file);
    tell_user(&text, crash);
}

// Whether there was a plugin to blame.
static int examine(int number, const siginfo_t *info, void *context) {
    static uintptr_t frames[KS_MAX_FRAMES];
    struct crash crash = {number, info, NULL, 0, frames, 0};
    crash.frame_count = ks_walk(context, frames);
    for (size_t i = 0; i < crash.frame_count && !crash.image; i++) {
        crash.image = ks_image_at(frames[i]);
        crash.address = frames[i];
    }
    if (!crash.image) {
        crash.address = 0;
        if (atomic_load(&mapping_thread) == own_thread()) crash.image = atomic_load(&mapping);
    }
    if (!crash.image) return 0;
    report(&crash);
    return 1;
}

// MARK: The handler

static void pass_on(int number, siginfo_t *info, void *context) {
    struct sigaction *action = &previous[0];
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (signals[i] == number) action = &previous[i];
    }
    if (action->sa_flags & SA_SIGINFO) {
        action->sa_sigaction(number, info, context);
        return;
    }
    if (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN) {
        action->sa_handler(number);
        return;
    }
    // What the processor raised, it raises again; anything else has to be sent once more.
    sigaction(number, action, NULL);
    int raised_again = info->si_code > 0 && number != SIGTRAP && number != SIGABRT;
    if (!raised_again) syscall(SYS_tgkill, getpid(), own_thread(), number);
}

// Signals that others sent say nothing about the code that they met.
static int came_from_outside(const siginfo_t *info) { return info->si_code <= 0 && info->si_pid != getpid(); }

// Another thread writes: it must not be cut short by our end. Two seconds at most.
static void wait_for_writer(void) {
    struct timespec pause = {0, 10 * 1000 * 1000};
    for (int i = 0; i < 200 && !atomic_load(&is_written) && atomic_load(&writer); i++) nanosleep(&pause, NULL);
}

static void handle(int number, siginfo_t *info, void *context) {
    int error = errno;
    pid_t thread = own_thread(), none = 0;
    if (atomic_load(&writer) == thread && !atomic_load(&is_written)) {
        if (is_guarded) siglongjmp(way_back, 1);
    } else if (!came_from_outside(info)) {
        if (atomic_compare_exchange_strong(&writer, &none, thread)) {
            if (examine(number, info, context)) {
                atomic_store(&is_written, 1);
            } else {
                atomic_store(&writer, 0);
            }
        } else {
            wait_for_writer();
        }
    }
    errno = error;
    pass_on(number, info, context);
}

// MARK: Registration

// A stack of its own for the main thread, so that a stack overflow there can be reported. Other threads keep what they
// have.
static int use_own_stack(void) {
    void *memory = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return errno;
    stack_t stack = {.ss_sp = memory, .ss_size = STACK_SIZE};
    return sigaltstack(&stack, NULL) == 0 ? 0 : errno;
}

int ks_crash_start(const char *path, const char *head) {
    report_path = strdup(path);
    report_head = strdup(head);
    if (!report_path || !report_head) return ENOMEM;
    int error = use_own_stack();
    if (error) return error;
    ks_prime_walk();
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (sigaction(signals[i], NULL, &previous[i]) != 0 || sigaction(signals[i], &action, NULL) != 0) return errno;
    }
    return 0;
}

static struct ks_image *make_image(const char *text, const char *mapped, const char *label) {
    struct ks_image *image = calloc(1, sizeof *image);
    if (!image) return NULL;
    image->text = strdup(text);
    image->mapped = strdup(mapped);
    image->label = strdup(label);
    // What is short of memory here leaks a few bytes of it: nothing else will work then.
    return image->text && image->mapped && image->label ? image : NULL;
}

int ks_crash_add(uintptr_t start, uintptr_t end, const char *text, const char *mapped, const char *label) {
    struct ks_image *image = make_image(text, mapped, label);
    if (!image) return ENOMEM;
    // Not in the handler: the loader answers this with a lock.
    Dl_info info;
    image->base = dladdr((void *)start, &info) ? (uintptr_t)info.dli_fbase : start;
    image->start = start;
    image->end = end;
    image->next = atomic_load(&ks_images);
    while (!atomic_compare_exchange_weak(&ks_images, &image->next, image)) {
    }
    return 0;
}

int ks_crash_mapping(const char *text, const char *mapped, const char *label) {
    struct ks_image *image = make_image(text, mapped, label);
    if (!image) return ENOMEM;
    atomic_store(&mapping, image);
    atomic_store(&mapping_thread, own_thread());
    return 0;
}

void ks_crash_mapped(void) {
    atomic_store(&mapping_thread, 0);
    // Not freed: a signal handler on another thread may just be reading it.
    atomic_store(&mapping, NULL);
}

// The Swift runtime's.
extern char *swift_demangle(const char *mangled, size_t length, char *buffer, size_t *size, uint32_t flags);

char *ks_crash_demangle(const char *symbol, size_t length) { return swift_demangle(symbol, length, NULL, NULL, 0); }

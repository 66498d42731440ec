// A plugin's code without frame pointers, through the C library.
#include <stdlib.h>

__attribute__((noinline)) static int deeper(volatile int *value) {
    if (*value) abort();
    return *value;
}

int crash_c(void) {
    volatile int value = 1;
    return deeper(&value) + value;
}

#ifdef CRASH_AT_START
__attribute__((constructor)) static void start(void) {
    volatile int *nowhere = (int *)16;
    *nowhere = 1;
}
#endif

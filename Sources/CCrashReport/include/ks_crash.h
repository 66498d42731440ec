// Writes down which plugin's code a process died in. See KeystonePlugins/Crash.
#ifndef KS_CRASH_H
#define KS_CRASH_H
#endif

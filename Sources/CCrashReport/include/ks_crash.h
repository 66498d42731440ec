// Writes down which plugin's code a process died in. See KeystonePlugins/Crash.
#ifndef KS_CRASH_H
#define KS_CRASH_H

#include <stddef.h>
#include <stdint.h>

// From now on a fatal signal in plugin code makes the file `path`: `head`, the text of the plugin that is to blame, and
// what the signal says, as one line of JSON; then a line for each frame. Call it once; the strings are copied. Answers 0
// or an errno.
int ks_crash_start(const char *_Nonnull path, const char *_Nonnull head);

// Code from `start` up to `end` belongs to a plugin. `text` are members of a JSON object, `mapped` the file with its
// symbols, `label` its name for people; all are copied. Images are never taken away again, as they are never unmapped.
// Answers 0 or ENOMEM.
int ks_crash_add(uintptr_t start, uintptr_t end, const char *_Nonnull text, const char *_Nonnull mapped,
                 const char *_Nonnull label);

// Until `ks_crash_mapped`, what happens on this thread outside of any plugin is done for this one: its library is being
// mapped, and its addresses are not known yet. Answers 0 or ENOMEM.
int ks_crash_mapping(const char *_Nonnull text, const char *_Nonnull mapped, const char *_Nonnull label);
void ks_crash_mapped(void);

// A Swift symbol in the words of the source; NULL for others. The caller frees it.
char *_Nullable ks_crash_demangle(const char *_Nonnull symbol, size_t length);

#endif

// Functions of glibc (2.34 and later) that Swift's Glibc module leaves out, because it is built without _GNU_SOURCE
// and without malloc.h.
#ifndef KS_CPOSIX_H
#define KS_CPOSIX_H

#include <spawn.h>

extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern int malloc_trim(__SIZE_TYPE__ pad);

#endif

// Functions of glibc (2.34 and later) that Swift's Glibc module leaves out, because it is built without _GNU_SOURCE
// and without malloc.h.
#ifndef KS_CPOSIX_H
#define KS_CPOSIX_H

#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/xattr.h>

extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
// `struct ucred`: who is at the other end of a Unix socket.
struct ks_peer {
    int pid;
    unsigned int uid;
    unsigned int gid;
};
static inline int ks_peer_credentials(int socket, struct ks_peer *peer) {
    socklen_t size = sizeof *peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, peer, &size);
}
#define KS_O_PATH 010000000
// Whether the file's mode is not the whole truth: it has a POSIX access control list.
static inline int ks_has_access_list(int file) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return getxattr(path, "system.posix_acl_access", 0, 0) > 0;
}
// All descriptors from this number on are closed when another program begins in this process.
extern int close_range(unsigned int first, unsigned int last, int flags);
static inline int ks_close_on_exec_from(unsigned int first) { return close_range(first, ~0U, 1 << 2); }
extern int malloc_trim(__SIZE_TYPE__ pad);

#endif

/*
 * file_lock.c - one writer per output, by a lock on a file beside it.
 *
 * The lock file comes and goes with its owners, so whoever has locked one looks
 * whether it still stands there.  It is never written: a file that others put
 * in its place loses nothing but its name.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fd.h"
#include "base/file.h"

enum { LOCK_ATTEMPTS = 100 };

/* Tries for a write lock on the whole of `fd`; -1, or the process that has it
 * (0 when it cannot be told). */
static int64_t other_owner(int fd, int *why)
{
    struct flock want = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int result;

    *why = 0;
    do {
        result = fcntl(fd, F_SETLK, &want);
    } while (result != 0 && errno == EINTR);
    if (result == 0)
        return -1;
    if (errno != EACCES && errno != EAGAIN) {
        *why = errno;
        return 0;
    }
    if (fcntl(fd, F_GETLK, &want) != 0 || want.l_type == F_UNLCK)
        return 0;
    return want.l_pid;
}

/* Is `fd` still what stands at `path`?  The previous owner may have removed
 * the file between our open and our lock. */
static bool still_there(int fd, const char *path)
{
    struct stat ours, current;

    return fstat(fd, &ours) == 0 && lstat(path, &current) == 0 &&
           ours.st_dev == current.st_dev && ours.st_ino == current.st_ino;
}

/* Opens the lock file without following a link or waiting at a pipe. */
static enum status open_lock(struct file_lock *l, const char *path,
                             struct err *e)
{
    struct stat info;

    l->fd = fd_open(l->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0666);
    const int why = errno;
    if (l->fd < 0 && why != ELOOP && why != EISDIR && why != ENXIO)
        return err_output(e, path, "cannot create", why);
    if (l->fd >= 0 && (fstat(l->fd, &info) != 0 || S_ISREG(info.st_mode)))
        return OK;
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    return err_add(e, ERR_CANTCREATE, path,
                   "cannot lock: %s is no regular file", l->path);
}

/* One attempt; OK with l->fd -1 asks for another. */
static enum status try_lock(struct file_lock *l, const char *path,
                            struct err *e)
{
    int why;

    const enum status s = open_lock(l, path, e);
    if (s != OK)
        return s;
    const int64_t owner = other_owner(l->fd, &why);
    if (owner < 0 && still_there(l->fd, l->path))
        return OK;
    close(l->fd);
    l->fd = -1;
    if (owner < 0)
        return OK;
    if (why)
        return err_output(e, path, "cannot lock", why);
    return err_add(e, ERR_CANTCREATE, path,
                   "is being written by another process (%lld)",
                   (long long)owner);
}

enum status file_lock_take(struct file_lock *l, const char *path, struct err *e)
{
    char *resolved;
    bool special;

    *l = (struct file_lock){.fd = -1};
    enum status s = file_output_resolve(path, &resolved, &special, e);
    if (s != OK)
        return s;
    l->path =
        special ? NULL : file_beside(resolved, file_base(resolved), ".lock");
    mem_free(resolved);
    if (special)
        return OK;
    if (!l->path)
        return err_memory(e, "naming a lock");
    for (int i = 0; i < LOCK_ATTEMPTS && s == OK && l->fd < 0; i++)
        s = try_lock(l, path, e);
    if (s == OK && l->fd < 0)
        s = err_add(e, ERR_CANTCREATE, path,
                    "cannot lock: the lock file keeps vanishing");
    if (s != OK)
        file_lock_drop(l);
    return s;
}

void file_lock_drop(struct file_lock *l)
{
    if (!l->path)
        return;
    if (l->fd >= 0) {
        unlink(l->path); /* while it is locked: nobody else owns it */
        close(l->fd);
    }
    mem_free(l->path);
    *l = (struct file_lock){.fd = -1};
}

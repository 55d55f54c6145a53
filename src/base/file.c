/*
 * file.c - writing, atomic replacement and locking of files.
 *
 * The order of a replacement is what makes it safe: the new content reaches the
 * disk (fsync) before its name does (rename), and the folder's fsync makes the
 * name last.  Until the rename the old file is untouched.
 *
 * A symbolic link stays a link: what it points to is replaced.  What exists and
 * is no regular file (a device, a pipe) cannot be replaced, it is written to.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fd.h"
#include "base/text.h"

enum { LOCK_ATTEMPTS = 100 };

enum status file_write_all(int fd, const char *path, const void *buffer,
                           size_t length, struct err *e)
{
    const unsigned char *next = buffer;

    while (length > 0) {
        const ssize_t count = write(fd, next, length);
        const int why = count == 0 ? EIO : errno; /* 0: nothing will change */
        if (count > 0) {
            next += count;
            length -= (size_t)count;
        } else if (count == 0 || !fd_may_retry(fd, POLLOUT, why)) {
            return err_add(e, why == EPIPE ? ERR_PIPE : ERR_IO, path,
                           "cannot write: %s", strerror(why));
        }
    }
    return OK;
}

static enum status cannot_create(const char *path, int why, struct err *e)
{
    return err_add(e, fd_creation_status(why), path, "cannot create: %s",
                   strerror(why));
}

/* Copies `path` with a symbolic link resolved; `*special` says that it exists
 * and is no regular file.  A directory or a name without a last part is
 * refused, and the copy NULL. */
static enum status resolve_output(const char *path, char **resolved,
                                  bool *special, struct err *e)
{
    char target[PATH_MAX];
    struct stat info;
    struct text copy = {0};

    *resolved = NULL;
    *special = false;
    if (*file_base(path) == '\0')
        return err_add(e, ERR_CANTCREATE, path, "names no file");
    if (stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode))
            return cannot_create(path, EISDIR, e);
        *special = !S_ISREG(info.st_mode);
    }
    const bool link = lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
    text_puts(&copy, link && realpath(path, target) ? target : path);
    if (copy.failed) {
        text_free(&copy);
        return err_memory(e, "naming an output");
    }
    *resolved = copy.at;
    return OK;
}

/* "DIR/NAME" -> "DIR/.NAME" and `suffix`; NULL when memory is short. */
static char *beside(const char *path, const char *suffix)
{
    const char *base = file_base(path);
    struct text t = {0};

    text_add(&t, path, (size_t)(base - path));
    text_printf(&t, ".%s%s", base, suffix);
    if (t.failed)
        text_free(&t);
    return t.at;
}

static void replace_forget(struct file_replace *r)
{
    mem_free(r->path);
    mem_free(r->temporary);
    *r = (struct file_replace){.fd = -1};
}

/* Opens the temporary file with the access rights of what it will replace. */
static int open_temporary(const struct file_replace *r)
{
    struct stat old;
    const int fd =
        fd_open(r->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);

    if (fd < 0 || stat(r->path, &old) != 0)
        return fd;
    if (fchmod(fd, old.st_mode & 0777) == 0)
        return fd;
    const int why = errno;
    close(fd);
    unlink(r->temporary);
    errno = why;
    return -1;
}

enum status file_replace_begin(struct file_replace *r, const char *path,
                               struct err *e)
{
    bool special;

    *r = (struct file_replace){.fd = -1};
    const enum status s = resolve_output(path, &r->path, &special, e);
    if (!r->path)
        return s;
    if (special) {
        r->fd = fd_open(r->path, O_WRONLY);
    } else {
        r->temporary = beside(r->path, ".tmp");
        if (!r->temporary) {
            replace_forget(r);
            return err_memory(e, "naming an output");
        }
        r->fd = open_temporary(r);
    }
    if (r->fd >= 0)
        return OK;
    const int why = errno;
    replace_forget(r);
    return cannot_create(path, why, e);
}

enum status file_replace_write(struct file_replace *r, const void *buffer,
                               size_t length, struct err *e)
{
    return file_write_all(r->fd, r->path, buffer, length, e);
}

/* fsync(2); true also for what cannot be synchronised by its nature (a device,
 * a pipe, a folder on some file systems). */
static bool sync_to_disk(int fd)
{
    int result;

    do {
        result = fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS;
}

/* Makes the new name in the folder of `path` last.  A folder that may be
 * written but not read cannot be opened: nothing can be done there. */
static bool sync_folder(const char *path)
{
    const size_t length = (size_t)(file_base(path) - path);
    struct text folder = {0};

    text_add(&folder, path, length);
    text_puts(&folder, length ? "." : "./");
    if (folder.failed) {
        text_free(&folder);
        errno = ENOMEM;
        return false;
    }
    const int fd = fd_open(folder.at, O_RDONLY | O_DIRECTORY);
    int why = fd < 0 && errno != EACCES ? errno : 0;
    text_free(&folder);
    if (fd >= 0 && !sync_to_disk(fd))
        why = errno;
    if (fd >= 0)
        close(fd);
    errno = why;
    return why == 0;
}

/* The steps of a commit; NULL, or the one that failed, with errno. */
static const char *commit(struct file_replace *r)
{
    if (!sync_to_disk(r->fd))
        return "cannot write to the disk";
    const int fd = r->fd;
    r->fd = -1;
    /* After EINTR the descriptor is gone and the content was synchronised. */
    if (close(fd) != 0 && errno != EINTR)
        return "cannot close";
    if (!r->temporary)
        return NULL;
    if (rename(r->temporary, r->path) != 0)
        return "cannot rename the finished file";
    mem_free(r->temporary);
    r->temporary = NULL;
    return sync_folder(r->path) ? NULL : "cannot write the folder to the disk";
}

enum status file_replace_commit(struct file_replace *r, struct err *e)
{
    const char *failed = commit(r);
    const int why = errno;

    const enum status s =
        fd_creation_status(why) == ERR_MEMORY ? ERR_MEMORY : ERR_IO;

    if (failed)
        err_add(e, s, r->path, "%s: %s", failed, strerror(why));
    file_replace_abort(r);
    return failed ? s : OK;
}

void file_replace_abort(struct file_replace *r)
{
    if (!r->path)
        return;
    if (r->fd >= 0)
        close(r->fd);
    if (r->temporary)
        unlink(r->temporary);
    replace_forget(r);
}

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

    return fstat(fd, &ours) == 0 && stat(path, &current) == 0 &&
           ours.st_dev == current.st_dev && ours.st_ino == current.st_ino;
}

/* One attempt; OK with l->fd -1 asks for another. */
static enum status try_lock(struct file_lock *l, const char *path,
                            struct err *e)
{
    int why;

    l->fd = fd_open(l->path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (l->fd < 0)
        return cannot_create(path, errno, e);
    const int64_t owner = other_owner(l->fd, &why);
    if (owner < 0 && still_there(l->fd, l->path))
        return OK;
    close(l->fd);
    l->fd = -1;
    if (owner < 0)
        return OK;
    if (why)
        return err_add(e, fd_creation_status(why), path, "cannot lock: %s",
                       strerror(why));
    return err_add(e, ERR_CANTCREATE, path,
                   "is being written by another process (%lld)",
                   (long long)owner);
}

enum status file_lock_take(struct file_lock *l, const char *path, struct err *e)
{
    char *resolved;
    bool special;

    *l = (struct file_lock){.fd = -1};
    enum status s = resolve_output(path, &resolved, &special, e);
    if (s != OK)
        return s;
    l->path = special ? NULL : beside(resolved, ".lock");
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

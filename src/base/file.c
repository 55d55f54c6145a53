/*
 * file.c - writing, atomic replacement and locking of files.
 *
 * The order of a replacement is what makes it safe: the new content reaches the
 * disk (fsync) before its name does (rename), and the folder's fsync makes the
 * name last.  Until the rename the old file is untouched.
 *
 * The new content has no name until it is complete (O_TMPFILE), or, where the
 * file system knows no such files, one that nobody can foresee (O_EXCL).  So
 * nothing that others put into the folder is in the way, is written through or
 * lends its access rights.
 *
 * A symbolic link stays a link: what it points to is replaced.  What exists and
 * is no regular file (a device, a pipe) cannot be replaced, it is written to.
 * Links and pipes that another user put there are neither: they are replaced.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fd.h"
#include "base/text.h"

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

/* Has the user, or root, put it there? */
static bool is_ours(const struct stat *info)
{
    return info->st_uid == geteuid() || info->st_uid == 0;
}

/* Appends what the user's links that begin at `path` lead to, whether or not
 * something is there. */
static void follow_links(struct text *to, const char *path)
{
    enum { MOST_LINKS = 40 }; /* as the kernel's */
    char target[PATH_MAX];
    struct stat info;
    ssize_t length = 1;

    text_puts(to, path);
    for (int i = 0; i < MOST_LINKS && !to->failed && length > 0; i++) {
        length = lstat(to->at, &info) == 0 && is_ours(&info)
                     ? readlink(to->at, target, sizeof target)
                     : 0;
        if (length > 0 && target[0] != '/')
            to->length = (size_t)(file_base(to->at) - to->at);
        else if (length > 0)
            to->length = 0;
        text_add(to, target, length > 0 ? (size_t)length : 0);
    }
}

enum status file_output_resolve(const char *path, char **resolved,
                                bool *special, struct err *e)
{
    struct text copy = {0};
    struct stat info;

    *resolved = NULL;
    *special = false;
    if (*file_base(path) == '\0')
        return err_add(e, ERR_CANTCREATE, path, "names no file");
    bool there = lstat(path, &info) == 0;
    if (!there && errno == ENAMETOOLONG)
        return err_output(e, path, "cannot create", errno);
    const bool ours = there && is_ours(&info);
    const bool link = ours && S_ISLNK(info.st_mode);
    if (link)
        there = stat(path, &info) == 0;
    if (there && S_ISDIR(info.st_mode))
        return err_output(e, path, "cannot create", EISDIR);
    *special = there && !S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode) &&
               (ours || !S_ISFIFO(info.st_mode));
    if (link)
        follow_links(&copy, path);
    else
        text_puts(&copy, path);
    if (copy.failed)
        text_free(&copy);
    *resolved = copy.at;
    return copy.at ? OK : err_memory(e, "naming an output");
}

enum status file_append(const char *path, int *fd, struct err *e)
{
    const int flags = O_WRONLY | O_APPEND | O_CREAT;
    char *resolved;
    bool special;

    *fd = -1;
    const enum status s = file_output_resolve(path, &resolved, &special, e);
    if (!resolved)
        return s;
    /* What others put there is neither followed nor waited for. */
    *fd = fd_open(resolved, flags | (special ? 0 : O_NOFOLLOW | O_NONBLOCK),
                  0666);
    const int why = errno;
    mem_free(resolved);
    return *fd >= 0 ? OK : err_output(e, path, "cannot create", why);
}

char *file_beside(const char *path, const char *name, const char *suffix)
{
    struct text t = {0};

    text_add(&t, path, (size_t)(file_base(path) - path));
    text_printf(&t, ".%s%s", name, suffix);
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

char *file_random_beside(const char *path)
{
    char name[32];
    uint64_t number;

    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        return NULL;
    snprintf(name, sizeof name, "cnnctl.%016llx", (unsigned long long)number);
    errno = ENOMEM;
    return file_beside(path, name, ".tmp");
}

/* The folder of `path`, opened; -1 with errno. */
static int open_folder(const char *path, int flags, mode_t mode)
{
    struct text folder = {0};

    text_add(&folder, path, (size_t)(file_base(path) - path));
    text_puts(&folder, ".");
    const int fd =
        folder.failed ? -1 : fd_open(text_string(&folder), flags, mode);
    const int why = folder.failed ? ENOMEM : errno;
    text_free(&folder);
    errno = why;
    return fd;
}

/* A file without a name in the folder of r->path, which /proc can give one; one
 * with a name where that does not exist. */
static int create_temporary(struct file_replace *r, mode_t mode)
{
    int fd = -1;

    errno = EOPNOTSUPP;
    if (access("/proc/self/fd", X_OK) == 0)
        fd = open_folder(r->path, O_WRONLY | O_TMPFILE, mode);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    fd = fd_open(r->temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
    r->named = fd >= 0;
    return fd;
}

/* Opens the temporary file, with the access rights of what it will replace;
 * never more, not even for a moment.  Others cannot lend themselves the right
 * to write. */
static int open_temporary(struct file_replace *r)
{
    struct stat old;
    const bool replaces = lstat(r->path, &old) == 0 && S_ISREG(old.st_mode);

    r->temporary = file_random_beside(r->path);
    const int fd =
        r->temporary ? create_temporary(r, replaces ? 0600 : 0666) : -1;
    if (fd < 0 || !replaces)
        return fd;
    const mode_t kept = old.st_uid == geteuid() ? 0777 : 0755;
    if (fchmod(fd, old.st_mode & kept) == 0)
        return fd;
    const int why = errno;
    close(fd);
    if (r->named)
        unlink(r->temporary);
    errno = why;
    return -1;
}

enum status file_replace_begin(struct file_replace *r, const char *path,
                               struct err *e)
{
    bool special;

    *r = (struct file_replace){.fd = -1};
    const enum status s = file_output_resolve(path, &r->path, &special, e);
    if (!r->path)
        return s;
    r->fd = special ? fd_open(r->path, O_WRONLY, 0) : open_temporary(r);
    if (r->fd >= 0)
        return OK;
    const int why = errno;
    replace_forget(r);
    return err_output(e, path, "cannot create", why);
}

enum status file_replace_write(struct file_replace *r, const void *buffer,
                               size_t length, struct err *e)
{
    return file_write_all(r->fd, r->path, buffer, length, e);
}

enum status file_replace_begin_with(struct file_replace *r, const void *buffer,
                                    size_t length, struct err *e)
{
    return lseek(r->fd, 0, SEEK_SET) == 0
               ? file_write_all(r->fd, r->path, buffer, length, e)
               : err_add(e, ERR_IO, r->path, "cannot go back to its start: %s",
                         strerror(errno));
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

/* A folder that may be written but not read cannot be opened: nothing can be
 * done there. */
bool file_sync_folder(const char *path)
{
    const int fd = open_folder(path, O_RDONLY | O_DIRECTORY, 0);
    int why = fd < 0 && errno != EACCES ? errno : 0;

    if (fd >= 0 && !sync_to_disk(fd))
        why = errno;
    if (fd >= 0)
        close(fd);
    errno = why;
    return why == 0;
}

struct file_view file_replace_view(const struct file_replace *r)
{
    struct file_view view;

    snprintf(view.path, sizeof view.path, "/proc/self/fd/%d", r->fd);
    return view;
}

/* Gives a file without a name its temporary one: rename(2) needs one. */
static bool name_temporary(struct file_replace *r)
{
    const struct file_view view = file_replace_view(r);

    if (r->named || !r->temporary)
        return true;
    r->named = linkat(AT_FDCWD, view.path, AT_FDCWD, r->temporary,
                      AT_SYMLINK_FOLLOW) == 0;
    return r->named;
}

/* Puts the finished file in its place; one that is `fresh` by a second name,
 * which replaces nothing, where the file system knows such. */
static bool put_in_place(struct file_replace *r)
{
    struct stat there;

    if (r->fresh && link(r->temporary, r->path) == 0)
        return true; /* the first name goes when all is given back */
    if (r->fresh && errno != EPERM && errno != EOPNOTSUPP)
        return false;
    if (r->fresh && lstat(r->path, &there) == 0) {
        errno = EEXIST;
        return false;
    }
    r->named = rename(r->temporary, r->path) != 0;
    return !r->named;
}

/* The steps of a commit; NULL, or the one that failed, with errno. */
static const char *commit(struct file_replace *r)
{
    if (!sync_to_disk(r->fd))
        return "cannot write to the disk";
    if (!name_temporary(r))
        return "cannot name the finished file";
    const int fd = r->fd;
    r->fd = -1;
    /* After EINTR the descriptor is gone and the content was synchronised. */
    if (close(fd) != 0 && errno != EINTR)
        return "cannot close";
    if (!r->temporary)
        return NULL;
    if (!put_in_place(r))
        return "cannot rename the finished file";
    return file_sync_folder(r->path) ? NULL
                                     : "cannot write the folder to the disk";
}

enum status file_replace_commit(struct file_replace *r, struct err *e)
{
    const char *failed = commit(r);
    const int why = errno;

    enum status s = OK;

    if (failed && why == EEXIST)
        s = err_output(e, r->path, "cannot create", why);
    else if (failed)
        s = err_add(e, err_is_memory(why) ? ERR_MEMORY : ERR_IO, r->path,
                    "%s: %s", failed, strerror(why));
    file_replace_abort(r);
    return s;
}

void file_replace_abort(struct file_replace *r)
{
    if (!r->path)
        return;
    if (r->fd >= 0)
        close(r->fd);
    if (r->named)
        unlink(r->temporary);
    replace_forget(r);
}

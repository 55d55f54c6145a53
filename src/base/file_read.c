/*
 * file_read.c - the reading half of file.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fd.h"
#include "base/file.h"

enum { READ_BYTES = BUFFER_BYTES(64 * 1024) };

const char *file_shown(const char *path)
{
    if (*path == '\0')
        return "''";
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

enum status file_of_bytes(const struct bytes *content, int *fd,
                          struct file_view *view, struct err *e)
{
    static const char name[] = "a file in memory";

    *fd = memfd_create("cnnctl", MFD_CLOEXEC);
    if (*fd < 0)
        return err_file(e, name, "cannot create", errno);
    snprintf(view->path, sizeof view->path, "/proc/self/fd/%d", *fd);
    return file_write_all(*fd, name, content->at, content->length, e);
}

enum status file_open(const char *path, int *fd, struct err *e)
{
    const char *name = file_shown(path);
    struct stat info;

    *fd = strcmp(path, "-") == 0
              ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, FD_FIRST)
              : fd_open(path, O_RDONLY, 0);
    if (*fd < 0 && errno == EBADF)
        return err_add(e, ERR_NOINPUT, name, "is closed");
    if (*fd < 0)
        return err_file(e, name, "cannot open", errno);
    int why = 0;
    if (fstat(*fd, &info) != 0)
        why = errno;
    else if (S_ISDIR(info.st_mode))
        why = EISDIR;
    if (!why)
        return OK;
    close(*fd);
    *fd = -1;
    return err_file(e, name, "cannot read", why);
}

enum status file_read_some(int fd, const char *path, void *buffer, size_t room,
                           size_t *got, struct err *e)
{
    ssize_t count;
    int why = 0;

    *got = 0;
    do {
        count = read(fd, buffer, room);
        why = errno;
    } while (count < 0 && fd_may_retry(fd, POLLIN, why));
    if (count < 0)
        return err_file(e, file_shown(path), "cannot read", why);
    *got = (size_t)count;
    return OK;
}

/* Where the file ends, at which there is nothing to be read. */
static int64_t end_before(int fd, int64_t offset)
{
    const int64_t length = file_length(fd);

    return length >= 0 && length < offset ? length : offset;
}

enum status file_read_at(int fd, const char *path, void *buffer, size_t count,
                         int64_t offset, struct err *e)
{
    unsigned char *to = buffer;

    while (count > 0) {
        const ssize_t got = pread(fd, to, count, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_file(e, file_shown(path), "cannot read", errno);
        if (got == 0)
            return err_add(e, ERR_IO, file_shown(path),
                           "ends at byte %lld, it was longer when it was "
                           "opened",
                           (long long)end_before(fd, offset));
        to += got;
        offset += got;
        count -= (size_t)got;
    }
    return OK;
}

bool file_flows(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && !S_ISREG(info.st_mode);
}

int64_t file_length(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode)
               ? (int64_t)info.st_size
               : -1;
}

enum status file_share(int fd, const char *name, int *copy, struct err *e)
{
    *copy = fcntl(fd, F_DUPFD_CLOEXEC, FD_FIRST);
    return *copy < 0 ? err_file(e, name, "cannot open", errno) : OK;
}

enum status file_read_up_to(int fd, const char *path, size_t want,
                            struct bytes *out, struct err *e)
{
    size_t capacity = 0, got = 1;

    while (out->length < want && got > 0) {
        const size_t left = want - out->length;
        const size_t most =
            out->length > READ_BYTES ? out->length : (size_t)READ_BYTES;
        const size_t step = left < most ? left : most;
        if (!mem_grow(&out->at, &capacity, out->length + step + 1, 1))
            return err_memory(e, "reading a file");
        const enum status s =
            file_read_some(fd, path, out->at + out->length, step, &got, e);
        if (s != OK)
            return s;
        out->length += got;
        out->at[out->length] = '\0';
    }
    return OK;
}

enum status file_read_all(const char *path, size_t limit, struct bytes *out,
                          struct err *e)
{
    int fd;

    *out = (struct bytes){0};
    enum status s = file_open(path, &fd, e);
    if (s != OK)
        return s;
    s = file_read_up_to(fd, path, limit + 1, out, e);
    close(fd);
    if (s == OK && out->length > limit)
        s = err_add(e, ERR_DATA, file_shown(path),
                    "longer than the %zu bytes allowed", limit);
    if (s == OK)
        return OK;
    mem_free(out->at);
    *out = (struct bytes){0};
    return s;
}

size_t file_peek(const char *path, void *buffer, size_t room)
{
    struct stat info;

    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return 0;
    const int fd = fd_open(path, O_RDONLY, 0);
    if (fd < 0)
        return 0;
    unsigned char *to = buffer;
    size_t have = 0;
    ssize_t got = 1;
    while (have < room && got != 0) { /* a read may give less than there is */
        got = read(fd, to + have, room - have);
        if (got < 0 && errno != EINTR)
            break;
        have += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    return got < 0 ? 0 : have;
}

/* Do both stand in one folder, under one name? */
static bool same_place(const char *a, const char *b)
{
    struct stat info[2];
    const char *const path[] = {a, b};
    char folder[PATH_MAX];

    for (int i = 0; i < 2; i++) {
        snprintf(folder, sizeof folder, "%.*s.",
                 (int)(file_base(path[i]) - path[i]), path[i]);
        if (stat(folder, &info[i]) != 0)
            return strcmp(a, b) == 0;
    }
    return info[0].st_dev == info[1].st_dev &&
           info[0].st_ino == info[1].st_ino &&
           strcmp(file_base(a), file_base(b)) == 0;
}

bool file_same(const char *a, const char *b)
{
    struct stat one, other;

    if (stat(a, &one) != 0 || stat(b, &other) != 0)
        return same_place(a, b);
    return S_ISREG(one.st_mode) && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

bool file_is_regular(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool file_within(const char *folder, const char *path)
{
    char outer[PATH_MAX], inner[PATH_MAX];

    if (!file_is_regular(path) || !realpath(folder, outer) ||
        !realpath(path, inner))
        return false;
    const size_t length = strcmp(outer, "/") == 0 ? 0 : strlen(outer);
    return strncmp(outer, inner, length) == 0 && inner[length] == '/';
}

int file_fault(const char *path)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return errno;
    if (S_ISDIR(info.st_mode))
        return EISDIR;
    return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 ? 0 : errno;
}

bool file_exists(const char *path)
{
    struct stat info;

    if (stat(path, &info) == 0)
        return true;
    switch (errno) { /* with these nothing can be written there either */
    case ENOENT:
    case ENOTDIR:
    case EACCES:
    case ELOOP:
    case ENAMETOOLONG:
        return false;
    default:
        return true;
    }
}

bool file_reads_once(const char *path)
{
    struct stat info;

    return strcmp(path, "-") == 0 ||
           (stat(path, &info) == 0 && !S_ISREG(info.st_mode) &&
            !S_ISDIR(info.st_mode));
}

const char *file_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

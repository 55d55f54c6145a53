/*
 * file.h - the only file I/O that can lose data, and the only place for it.
 *
 * Reading whole files, replacing files atomically, locking an output, writing
 * all of a buffer to a descriptor.  Paths are used as given.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct bytes { /* give back with mem_free(at) */
    unsigned char *at;
    size_t length;
};

/* file_open - open for reading; "-" is standard input (a duplicate of it).  A
 * directory is refused.  ERR_NOINPUT when missing or unreadable. */
MUST_USE enum status file_open(const char *path, int *fd, struct err *e);

/* file_shown - what messages call a path that is read. */
const char *file_shown(const char *path);

/* file_read_some - one read(2), repeated after EINTR: *got is 0 at the end. */
MUST_USE enum status file_read_some(int fd, const char *path, void *buffer,
                                    size_t room, size_t *got, struct err *e);

/* file_read_at - all of `count` bytes from `offset` on, wherever others read.
 * ERR_IO, also when the file ends before. */
MUST_USE enum status file_read_at(int fd, const char *path, void *buffer,
                                  size_t count, int64_t offset, struct err *e);

/* file_length - bytes of a regular file that is open; -1: it is none. */
int64_t file_length(int fd);

/* file_flows - is it a pipe, or a device?  What cannot be found out is none. */
bool file_flows(int fd);

/* file_share - another descriptor of the same open file. */
MUST_USE enum status file_share(int fd, const char *name, int *copy,
                                struct err *e);

/* file_read_up_to - `want` bytes into the empty `out`, fewer at the end of the
 * file, and a '\0' that `length` does not count.  Memory grows with what is
 * there, not with what is wanted.  On failure `out` holds what was read. */
MUST_USE enum status file_read_up_to(int fd, const char *path, size_t want,
                                     struct bytes *out, struct err *e);

/* file_read_all - the whole of `path` ("-": standard input), at most `limit`
 * bytes (a longer one is ERR_DATA naming the limit), followed by one '\0' that
 * `length` does not count. */
MUST_USE enum status file_read_all(const char *path, size_t limit,
                                   struct bytes *out, struct err *e);

/* file_peek - the first bytes of a regular file, at most `room`; how many.  0
 * for anything else and anything unreadable, so that looking at a pipe does not
 * eat its content. */
size_t file_peek(const char *path, void *buffer, size_t room);

/* file_reads_once - is it standard input, a pipe or a device, whose content is
 * gone once it has been read? */
bool file_reads_once(const char *path);

/* file_write_all - all of `length` bytes, however many write(2) calls it takes.
 * EPIPE is ERR_PIPE, anything else ERR_IO. */
MUST_USE enum status file_write_all(int fd, const char *path,
                                    const void *buffer, size_t length,
                                    struct err *e);

/*
 * file_output_resolve - a copy of `path`, to be given back with mem_free, in
 * which a symbolic link of the user's or root's is resolved; that of anybody
 * else is what the output replaces.  *special says that there is a device or a
 * pipe, which can only be written to.  A directory or a name without a last
 * part is ERR_CANTCREATE, and the copy NULL.
 */
MUST_USE enum status file_output_resolve(const char *path, char **resolved,
                                         bool *special, struct err *e);

/* file_beside - "DIR/.NAME" and `suffix` in the folder of `path`; NULL when
 * memory is short.  Give back with mem_free. */
char *file_beside(const char *path, const char *name, const char *suffix);

/* file_random_beside - a name beside `path` that nobody can foresee; NULL with
 * errno.  Give back with mem_free. */
char *file_random_beside(const char *path);

/* file_sync_folder - makes a new name in the folder of `path` last; false with
 * errno. */
MUST_USE bool file_sync_folder(const char *path);

/* file_append - open `path` to add lines to its end; others may read it
 * meanwhile.  A link or a pipe that another user put there is refused.
 * ERR_CANTCREATE. */
MUST_USE enum status file_append(const char *path, int *fd, struct err *e);

/* An output that appears under its name whole or not at all, whoever else
 * writes there.  A symbolic link stays one: what it points to is replaced.  A
 * device or pipe is written to. */
struct file_replace {
    char *path, *temporary; /* of a random name; NULL: a device */
    bool named;             /* the temporary file has its name */
    bool fresh;             /* for the caller to set: what has come to stand at
                               `path` meanwhile is not replaced */
    int fd;
};

/* file_replace_begin - create a temporary file in the folder of `path`, with
 * the access rights of what stands there.  ERR_CANTCREATE when that is
 * impossible, ERR_IO on a full disk, ERR_MEMORY. */
MUST_USE enum status file_replace_begin(struct file_replace *r,
                                        const char *path, struct err *e);
MUST_USE enum status file_replace_write(struct file_replace *r,
                                        const void *buffer, size_t length,
                                        struct err *e);
/* file_replace_begin_with - write over the first bytes that were written: what
 * stands there may depend on all that follows. */
MUST_USE enum status file_replace_begin_with(struct file_replace *r,
                                             const void *buffer, size_t length,
                                             struct err *e);

/* A path of an open file that may have no name. */
struct file_view {
    char path[32];
};

/* file_of_bytes - an open file without a name, in memory, that holds `content`;
 * it can be read as view->path until `fd` is closed.  ERR_MEMORY, ERR_IO. */
MUST_USE enum status file_of_bytes(const struct bytes *content, int *fd,
                                   struct file_view *view, struct err *e);

/* file_replace_view - where what has been written can be read back before the
 * commit; not where /proc is missing, but there `temporary` is named. */
struct file_view file_replace_view(const struct file_replace *r);

/* file_replace_commit - fsync, close, rename over `path`, fsync the folder. On
 * failure (ERR_IO, ERR_MEMORY; ERR_CANTCREATE: something stands where a fresh
 * file was to be) the temporary file is removed and what stood at
 * `path` is intact; if the last step alone fails, the new file stands there
 * whole.
 * Either way `r` is closed. */
MUST_USE enum status file_replace_commit(struct file_replace *r, struct err *e);
/* file_replace_commit_both - both, or neither: where one cannot be put in place
 * what stood under both names stands there again.  One that was not begun ({0})
 * is none.  Both are to be given back with file_replace_abort. */
MUST_USE enum status file_replace_commit_both(struct file_replace *a,
                                              struct file_replace *b,
                                              struct err *e);
/* file_replace_abort - remove the temporary file; allowed after commit. */
void file_replace_abort(struct file_replace *r);

/* A lock that says: this run owns the output `path`. */
struct file_lock {
    char *path; /* "DIR/.NAME.lock" */
    int fd;
};

/* file_lock_take - ERR_CANTCREATE when another process holds it, something else
 * than a file has its name, or the folder is missing or not writable.  An fcntl
 * lock: it dies with the process.  A device is not locked.  What stands at
 * `path` is to be looked at under the lock. */
MUST_USE enum status file_lock_take(struct file_lock *l, const char *path,
                                    struct err *e);
/* file_lock_drop - remove the lock file and give the lock up; allowed again. */
void file_lock_drop(struct file_lock *l);

/* file_same - do both name one regular file, or one that is to be? */
bool file_same(const char *a, const char *b);

/* file_within - is `path` a file below `folder`, links followed? */
bool file_within(const char *folder, const char *path);

/* file_is_regular - is there a file of content, not a device or a folder? */
bool file_is_regular(const char *path);

/* file_fault - 0, or why (errno) a file cannot be read. */
int file_fault(const char *path);

/* file_exists - true also when it cannot be told: what may be there must not be
 * taken for absent and overwritten. */
bool file_exists(const char *path);

/* file_base - the part after the last '/'. */
const char *file_base(const char *path);

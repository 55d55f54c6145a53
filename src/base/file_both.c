/*
 * file_both.c - two outputs that belong together: both appear, or neither.
 *
 * What stands under their names gets a second name until both are in place, so
 * that the first can be put back when the second fails.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

/* An output and what it replaces. */
struct place {
    char *path, *old; /* old NULL: nothing stood there */
    bool has_old;     /* it has its second name */
    dev_t device;     /* of the new file */
    ino_t number;
};

static enum status fail(struct err *e, const char *path)
{
    const int why = errno;

    return err_add(e, err_is_memory(why) ? ERR_MEMORY : ERR_IO, path,
                   "cannot keep the file that stands there: %s", strerror(why));
}

/* A second name for what stands there; where the file system has none, another
 * one. */
static bool keep_old(struct place *p)
{
    if (link(p->path, p->old) == 0)
        return true;
    return (errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK) &&
           rename(p->path, p->old) == 0;
}

/* A device or a pipe has been written to, and keeps it. */
static enum status prepare(const struct file_replace *r, struct place *p,
                           struct err *e)
{
    struct stat made, there;

    if (!r->path || !r->temporary)
        return OK;
    const size_t length = strlen(r->path);
    p->path = mem_take(length + 1, 1);
    if (!p->path)
        return err_memory(e, "writing the outputs");
    memcpy(p->path, r->path, length);
    if (fstat(r->fd, &made) != 0)
        return fail(e, r->path);
    p->device = made.st_dev;
    p->number = made.st_ino;
    if (lstat(p->path, &there) != 0)
        return errno == ENOENT ? OK : fail(e, r->path);
    if (S_ISDIR(there.st_mode))
        return OK; /* a file cannot replace it */
    p->old = file_random_beside(p->path);
    p->has_old = p->old && keep_old(p);
    return p->has_old ? OK : fail(e, r->path);
}

/* Takes the new file away, if it is there, and puts the old one back; one that
 * cannot be put back stays under its second name. */
static void restore(struct place *p, struct err *e)
{
    struct stat there;

    if (!p->path)
        return;
    const bool stands = lstat(p->path, &there) == 0;
    const bool is_new =
        stands && there.st_dev == p->device && there.st_ino == p->number;

    if (p->has_old && (is_new || !stands)) {
        p->has_old = false;
        if (rename(p->old, p->path) != 0)
            err_add(e, ERR_IO, p->path,
                    "what stood there could not be put back, it is %s: %s",
                    p->old, strerror(errno));
    } else if (is_new) {
        unlink(p->path);
    }
}

static void forget(struct place *p)
{
    if (p->has_old)
        unlink(p->old);
    mem_free(p->old);
    mem_free(p->path);
}

enum status file_replace_commit_both(struct file_replace *a,
                                     struct file_replace *b, struct err *e)
{
    struct place at[2] = {{0}};
    enum status s = prepare(a, &at[0], e);

    if (s == OK)
        s = prepare(b, &at[1], e);
    if (s == OK && a->path)
        s = file_replace_commit(a, e);
    if (s == OK && b->path)
        s = file_replace_commit(b, e);
    for (int k = 0; k < 2; k++) {
        if (s != OK)
            restore(&at[k], e);
        forget(&at[k]);
    }
    return s;
}

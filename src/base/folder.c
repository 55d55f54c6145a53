/*
 * folder.c - a new folder of files, whole or not at all.
 *
 * It is filled under a name that nobody can foresee and then renamed; nothing
 * that stands under its name is ever replaced.
 */
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"

bool folder_named(const char *path)
{
    const size_t length = strlen(path);

    return length > 0 && path[length - 1] == '/';
}

/* `path` without slashes at its end; NULL when memory is short. */
static char *plain_path(const char *path)
{
    struct text t = {0};
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        length--;
    text_add(&t, path, length);
    if (t.failed)
        text_free(&t);
    return t.at;
}

static enum status check_place(const char *plain, const char *path,
                               struct err *e)
{
    struct text within = {0};
    struct stat info;

    if (lstat(plain, &info) == 0)
        return err_add(e, ERR_CANTCREATE, path,
                       "exists; expected the name of a new folder");
    if (errno != ENOENT)
        return err_output(e, path, "cannot create", errno);
    text_add(&within, plain, (size_t)(file_base(plain) - plain));
    text_puts(&within, ".");
    if (within.failed)
        return err_memory(e, "naming an output");
    const bool bad =
        faccessat(AT_FDCWD, within.at, W_OK | X_OK, AT_EACCESS) != 0;
    const int why = errno;
    text_free(&within);
    return bad ? err_output(e, path, "cannot create", why) : OK;
}

enum status folder_check(const char *path, struct err *e)
{
    char *plain = plain_path(path);
    const enum status s =
        plain ? check_place(plain, path, e) : err_memory(e, "naming an output");

    mem_free(plain);
    return s;
}

static enum status begin(struct folder_new *f, const char *path, mode_t mode,
                         struct err *e)
{
    *f = (struct folder_new){.path = plain_path(path)};
    if (!f->path)
        return err_memory(e, "naming an output");
    enum status s = check_place(f->path, path, e);
    if (s == OK) {
        f->temporary = file_random_beside(f->path);
        if (!f->temporary || mkdir(f->temporary, mode) != 0) {
            s = err_output(e, path, "cannot create", errno);
            mem_free(f->temporary);
            f->temporary = NULL;
        }
    }
    return s;
}

enum status folder_begin(struct folder_new *f, const char *path, struct err *e)
{
    return begin(f, path, 0777, e);
}

enum status folder_begin_private(struct folder_new *f, const char *path,
                                 struct err *e)
{
    return begin(f, path, 0700, e);
}

static enum status write_file(const char *path, const void *bytes,
                              size_t length, struct err *e)
{
    const int fd = fd_open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);

    if (fd < 0)
        return err_output(e, path, "cannot create", errno);
    enum status s = file_write_all(fd, path, bytes, length, e);
    if (close(fd) != 0 && errno != EINTR && s == OK)
        s = err_add(e, ERR_IO, path, "cannot close: %s", strerror(errno));
    return s;
}

enum status folder_add(struct folder_new *f, const char *within,
                       const char *name, const void *bytes, size_t length,
                       struct err *e)
{
    struct text path = {0};
    enum status s = OK;

    text_printf(&path, "%s/%s", f->temporary, within);
    if (!path.failed && mkdir(path.at, 0777) != 0 && errno != EEXIST)
        s = err_output(e, path.at, "cannot create", errno);
    text_printf(&path, "/%s", name);
    if (s == OK)
        s = path.failed ? err_memory(e, "naming an output")
                        : write_file(path.at, bytes, length, e);
    text_free(&path);
    return s;
}

/* All that was written, in one go: there may be very many files. */
static bool sync_files(const char *path)
{
    const int fd = fd_open(path, O_RDONLY | O_DIRECTORY, 0);
    const bool done = fd >= 0 && syncfs(fd) == 0;
    const int why = errno;

    if (fd >= 0)
        close(fd);
    errno = why;
    return done;
}

/* Where the file system cannot refuse to replace, an empty folder that has come
 * to stand there meanwhile may be. */
static bool put_in_place(const struct folder_new *f)
{
    struct stat there;

    if (renameat2(AT_FDCWD, f->temporary, AT_FDCWD, f->path,
                  RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (lstat(f->path, &there) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(f->temporary, f->path) == 0;
}

enum status folder_commit(struct folder_new *f, struct err *e)
{
    enum status s = OK;

    if (!sync_files(f->temporary))
        s = err_add(e, ERR_IO, f->path, "cannot write to the disk: %s",
                    strerror(errno));
    else if (!put_in_place(f))
        s = err_output(e, f->path, "cannot create", errno);
    if (s == OK) {
        mem_free(f->temporary);
        f->temporary = NULL;
        if (!file_sync_folder(f->path))
            s = err_add(e, ERR_IO, f->path,
                        "cannot write the folder to the disk: %s",
                        strerror(errno));
    }
    folder_abort(f);
    return s;
}

/* Removes files and then the folder; what cannot be removed stays. */
static void remove_files(const char *path, bool folders)
{
    DIR *in = opendir(path);
    const struct dirent *entry;

    while (in && (entry = readdir(in))) {
        struct text below = {0};
        if (entry->d_name[0] == '.')
            continue;
        text_printf(&below, "%s/%s", path, entry->d_name);
        if (!below.failed && folders)
            remove_files(below.at, false);
        else if (!below.failed)
            unlink(below.at);
        text_free(&below);
    }
    if (in)
        closedir(in);
    rmdir(path);
}

void folder_abort(struct folder_new *f)
{
    if (f->temporary)
        remove_files(f->temporary, true);
    mem_free(f->temporary);
    mem_free(f->path);
    *f = (struct folder_new){0};
}

/*
 * walk.c - the files below a folder.
 *
 * Folders that are still to be read wait in a list, so depth costs neither
 * stack nor open descriptors.
 */
#include "base/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"

/* A walk under way. */
struct walking {
    struct walk *walk;
    const char **folders; /* [count] still to be read */
    size_t count, room;
    struct err *e;
};

enum entry { ENTRY_FILE, ENTRY_FOLDER, ENTRY_LINK, ENTRY_OTHER, ENTRY_FAULT };

static enum entry entry_of(const struct stat *info, bool linked)
{
    if (S_ISREG(info->st_mode))
        return ENTRY_FILE;
    if (S_ISDIR(info->st_mode))
        return linked ? ENTRY_LINK : ENTRY_FOLDER;
    return ENTRY_OTHER;
}

/* Looks at the file only where the folder does not say what it is; a fault
 * leaves errno. */
static enum entry look_at(DIR *in, const struct dirent *entry)
{
    struct stat info;

    if (entry->d_type == DT_REG)
        return ENTRY_FILE;
    if (entry->d_type == DT_DIR)
        return ENTRY_FOLDER;
    if (fstatat(dirfd(in), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return ENTRY_FAULT;
    if (!S_ISLNK(info.st_mode))
        return entry_of(&info, false);
    return fstatat(dirfd(in), entry->d_name, &info, 0) == 0
               ? entry_of(&info, true)
               : ENTRY_FAULT;
}

static enum status keep(const char ***list, size_t *room, size_t count,
                        const char *path, struct err *e)
{
    if (!mem_grow(list, room, count + 1, sizeof **list))
        return err_memory(e, "reading a folder");
    (*list)[count] = path;
    return OK;
}

/* One entry of `folder`. */
static enum status take(struct walking *w, const char *folder, DIR *in,
                        const struct dirent *entry)
{
    struct walk *walk = w->walk;
    enum entry what;
    int why;

    if (entry->d_name[0] == '.')
        return OK;
    errno = 0;
    what = look_at(in, entry);
    why = errno;
    const char *path =
        arena_printf(&walk->arena, "%s/%s", folder, entry->d_name);
    enum status s = arena_check(&walk->arena, w->e, "reading a folder");
    if (s != OK)
        return s;
    switch (what) {
    case ENTRY_FILE:
        s = keep(&walk->paths, &walk->room, (size_t)walk->count, path, w->e);
        walk->count += s == OK;
        return s;
    case ENTRY_FOLDER:
        s = keep(&w->folders, &w->room, w->count, path, w->e);
        w->count += s == OK;
        return s;
    case ENTRY_LINK:
        if (!walk->link || strcmp(path, walk->link) < 0)
            walk->link = path;
        walk->links++;
        return OK;
    case ENTRY_OTHER:
        return err_add(w->e, ERR_DATA, path, "is neither a file nor a folder");
    case ENTRY_FAULT:
        break;
    }
    return err_file(w->e, path, "cannot read", why);
}

/* Goes on after a fault unless memory is short: one run names every one. */
static enum status read_folder(struct walking *w, const char *folder)
{
    DIR *in = opendir(folder);
    enum status s = OK;

    if (!in)
        return err_file(w->e, folder, "cannot read the folder", errno);
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(in);
        const int why = errno;
        enum status one = OK;
        if (entry)
            one = take(w, folder, in, entry);
        else if (why != 0)
            one = err_file(w->e, folder, "cannot read the folder", why);
        s = s == OK || one == ERR_MEMORY ? one : s;
        if (!entry || s == ERR_MEMORY)
            break;
    }
    closedir(in);
    return s;
}

enum status walk_folder(struct walk *w, const char *folder, struct err *e)
{
    struct walking walking = {.walk = w, .e = e};
    size_t length = strlen(folder);

    while (length > 1 && folder[length - 1] == '/')
        length--;
    const char *first = arena_strndup(&w->arena, folder, length);
    enum status s = arena_check(&w->arena, e, "reading a folder");
    w->below = length + 1;
    if (s == OK)
        s = keep(&walking.folders, &walking.room, 0, first, e);
    walking.count = s == OK;
    while (walking.count > 0 && s != ERR_MEMORY) {
        const enum status one =
            read_folder(&walking, walking.folders[--walking.count]);
        s = s == OK || one == ERR_MEMORY ? one : s;
    }
    mem_free(walking.folders);
    if (w->count > 0)
        qsort(w->paths, (size_t)w->count, sizeof *w->paths, rows_by_name);
    return s;
}

void walk_free(struct walk *w)
{
    mem_free(w->paths);
    arena_free(&w->arena);
    *w = (struct walk){0};
}

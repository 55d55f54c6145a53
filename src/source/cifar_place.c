/*
 * cifar_place.c - the pixels of a record by its number among those of all
 * files.
 */
#include "source/cifar_place.h"

#include <unistd.h>

#include "base/file.h"

enum status cifar_place_open(struct cifar_place *p, struct err *e)
{
    const struct path_list *paths = p->files.paths;
    enum status s = OK;

    while (s == OK && p->open < paths->count) {
        s = file_open(paths->at[p->open].at, &p->fds[p->open], e);
        p->open += s == OK;
    }
    return s;
}

void cifar_place_close(struct cifar_place *p)
{
    while (p->open > 0)
        close(p->fds[--p->open]);
}

enum status cifar_place_read(const struct cifar_place *p, int64_t index,
                             int64_t count, void *pixels, struct err *e)
{
    const struct cifar_files *f = &p->files;
    unsigned char *to = pixels;
    int64_t file = 0;
    enum status s = OK;

    for (; s == OK && count > 0; count--, index++, to += f->pixels) {
        while (index >= f->counts[file])
            index -= f->counts[file++];
        s = file_read_at(p->fds[file], f->paths->at[file].at, to,
                         (size_t)f->pixels, (index + 1) * f->record - f->pixels,
                         e);
    }
    return s;
}

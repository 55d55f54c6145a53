/*
 * registry.c - the list of data sources, and what is the same for all of them.
 *
 * A new format is one line here and one file.
 */
#include <string.h>

#include "base/file.h"
#include "data/source.h"

#define SOURCES(X)                                                             \
    X(idx)                                                                     \
    X(csv)                                                                     \
    X(digits)

#define DECLARE(name) extern const struct source_ops name##_source_ops;
#define ADDRESS(name) &name##_source_ops,
SOURCES(DECLARE)
const struct source_ops *const source_registry[] = {SOURCES(ADDRESS) NULL};

const struct source_ops *source_find(const char *name)
{
    for (int64_t i = 0; source_registry[i]; i++)
        if (strcmp(source_registry[i]->kind.name, name) == 0)
            return source_registry[i];
    return NULL;
}

const struct source_ops *source_knowing(const unsigned char *head,
                                        size_t length, const char *path)
{
    for (int64_t i = 0; source_registry[i]; i++)
        if (source_registry[i]->knows &&
            source_registry[i]->knows(head, length, path))
            return source_registry[i];
    return NULL;
}

struct path *source_path(const struct source_ops *kind, void *config)
{
    const struct field *f = field_find(kind->kind.fields, kind->kind.name);

    return f ? (void *)((char *)config + f->offset) : NULL;
}

bool source_reads_once(const struct source_ops *kind, const void *config)
{
    for (const struct field *f = kind->kind.fields; f->key; f++) {
        const struct path *path =
            (const void *)((const char *)config + f->offset);
        if (f->type == &type_path && path->at && file_reads_once(path->at))
            return true;
    }
    return false;
}

enum status source_open(struct source_reader *r, const struct source_ops *kind,
                        const void *config, const struct source_request *q,
                        struct err *e)
{
    *r = (struct source_reader){.ops = kind};
    const enum status s = kind->open(config, q, r, e);

    if (s != OK)
        source_close(r);
    return s;
}

enum status source_next(struct source_reader *r, struct record *out, bool *more,
                        struct err *e)
{
    *out = (struct record){0};
    *more = false;
    return r->ops->next(r, out, more, e);
}

void source_close(struct source_reader *r)
{
    if (r->ops && r->state)
        r->ops->close(r);
    *r = (struct source_reader){0};
}

enum status source_input(const struct source_request *q, const char *path,
                         struct input *in, struct err *e)
{
    if (!q->opened)
        return input_open(in, path, e);
    *in = *q->opened;
    *q->opened = (struct input){0};
    return OK;
}

enum status source_misfit(struct shape found, struct shape wanted,
                          const struct origin *from, struct err *e)
{
    struct text got = {0}, asked = {0};

    shape_print(&got, found);
    shape_print(&asked, wanted);
    const enum status s =
        err_add(e, ERR_CONFIG, from->file,
                "%s%sthe samples are %s, the network's input takes %s",
                from->key ? from->key : "", from->key ? ": " : "",
                text_string(&got), text_string(&asked));
    text_free(&got);
    text_free(&asked);
    return s;
}

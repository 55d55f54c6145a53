/*
 * registry.c - the list of data sources, and what is the same for all of them.
 *
 * A new format is one line here and one file.
 */
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "image/image.h"
#include "source/source.h"

/* Those whose samples stand in a file that predict can be given. */
#define FILES(X)                                                               \
    X(idx)                                                                     \
    X(csv)                                                                     \
    X(npy)                                                                     \
    X(npz)                                                                     \
    X(cifar)
#define SOURCES(X)                                                             \
    FILES(X)                                                                   \
    X(folder)                                                                  \
    X(list)                                                                    \
    X(digits)

#define DECLARE(name) extern const struct source_ops name##_source_ops;
#define ADDRESS(name) &name##_source_ops,
#define WORD(name)    #name,
SOURCES(DECLARE)
const struct source_ops *const source_registry[] = {SOURCES(ADDRESS) NULL};
/* An image is a sample, and no source of several. */
const char *const source_formats[] = {"auto", FILES(WORD) "image", NULL};

const struct source_ops *source_of_format(const char *word)
{
    static const struct source_ops *const files[] = {FILES(ADDRESS) NULL};

    for (int64_t i = 0; word && files[i]; i++)
        if (strcmp(source_formats[i + 1], word) == 0)
            return files[i];
    return NULL;
}

const struct source_ops *source_find(const char *name)
{
    for (int64_t i = 0; source_registry[i]; i++)
        if (strcmp(source_registry[i]->kind.name, name) == 0)
            return source_registry[i];
    return NULL;
}

/* Files that people have and no source reads. */
static const struct {
    const char *magic, *what;
} strangers[] = {
    {"GIF8", "a GIF image"},          {"%PDF-", "a PDF document"},
    {"\x89HDF", "an HDF5 file"},      {"\x80\2", "a pickle of Python"},
    {"\x80\3", "a pickle of Python"}, {"\x80\4", "a pickle of Python"},
    {"PAR1", "a Parquet file"},
};

/* NULL, or what it is.  A table may begin with "BM" or "P7", but has no NUL. */
static const char *stranger(const unsigned char *head, size_t length)
{
    enum { LEAST = 8, MOST = 12 };

    for (size_t i = 0; length >= LEAST && i < ARRAY_LEN(strangers); i++)
        if (memcmp(head, strangers[i].magic, strlen(strangers[i].magic)) == 0)
            return strangers[i].what;
    const size_t looked = length < MOST ? length : MOST;
    return looked > 0 && memchr(head, 0, looked) ? image_stranger(head, looked)
                                                 : NULL;
}

enum status source_told(struct input *in, const char *path,
                        const struct source_ops **kind, struct err *e)
{
    enum { HEAD_BYTES = 8 };
    const enum status s = input_ahead(in, HEAD_BYTES, e);
    const unsigned char *head = in->at + in->begin;
    const size_t length = in->end - in->begin;

    *kind = source_find("csv");
    for (int64_t i = 0; s == OK && source_registry[i]; i++)
        if (source_registry[i]->knows &&
            source_registry[i]->knows(head, length, path)) {
            *kind = source_registry[i];
            return OK;
        }
    const char *what = s == OK ? stranger(head, length) : NULL;
    if (what)
        return err_add(e, ERR_DATA, input_name(in),
                       "is %s; expected rows of numbers as CSV, images as "
                       "PNG, JPEG, PNM or IDX, arrays of NumPy, or batches of "
                       "CIFAR",
                       what);
    return s;
}

const char *source_file(const struct source_ops *kind, const void *config,
                        int64_t index)
{
    for (const struct field *f = kind->kind.fields; f->key; f++) {
        const void *member = (const char *)config + f->offset;
        const struct path *path = member;
        const struct path_list *paths = member;
        if (f->type == &type_path && path->at && index-- == 0)
            return path->at;
        if (f->type != &type_path_list)
            continue;
        if (index >= 0 && index < paths->count)
            return paths->at[index].at;
        index -= paths->count;
    }
    return NULL;
}

bool source_reads(const struct source_ops *kind, const void *config,
                  const char *path)
{
    const char *file;

    for (int64_t i = 0; (file = source_file(kind, config, i)); i++)
        if (file_same(file, path) || file_within(file, path))
            return true;
    return kind->holds && file_is_regular(path) &&
           !source_reads_once(kind, config) && kind->holds(config, path);
}

bool source_reads_once(const struct source_ops *kind, const void *config)
{
    const char *path;

    for (int64_t i = 0; (path = source_file(kind, config, i)); i++)
        if (file_reads_once(path))
            return true;
    return false;
}

enum status source_open(struct source_reader *r, const struct source_ops *kind,
                        const void *config, const struct source_request *q,
                        struct err *e)
{
    *r = (struct source_reader){.ops = kind};
    enum status s = kind->open(config, q, r, e);

    if (s == OK && q->passed && !r->columns.passed)
        s = err_add(e, ERR_USAGE, r->name,
                    "--pass: %s has no columns, a table has", kind->kind.name);
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

bool source_leaves(const struct source_request *q, int64_t count, int64_t bytes)
{
    int64_t all;
    const bool large = !num_mul(count, bytes, &all) || all > SOURCE_LARGE;

    return q->fetching &&
           (q->cache == CACHE_NONE || (q->cache == CACHE_AUTO && large));
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
    return err_add(e, ERR_CONFIG, from->file,
                   "%s%sthe samples are %s, the network's input takes %s",
                   from->key ? from->key : "", from->key ? ": " : "",
                   shape_text(found).text, shape_text(wanted).text);
}

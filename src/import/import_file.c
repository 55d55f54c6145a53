/*
 * import_file.c - a file to a graph to a model.
 */
#include "base/file.h"
#include "codec/mistaken.h"
#include "import/import.h"
#include "import/verify.h"

/* No protocol buffer is longer. */
#define MOST_BYTES ((size_t)INT32_MAX)

/* A file and what it says. */
struct opened {
    struct bytes bytes;
    struct arena arena;
    struct onnx_model graph;
    struct imported how;
};

static enum status open_file(struct opened *f, struct model *m,
                             const char *path, const struct kernels *kern,
                             struct err *e)
{
    *f = (struct opened){0};
    *m = (struct model){0};
    enum status s = mistaken_onnx(path, e);
    if (s == OK)
        s = file_read_all(path, MOST_BYTES, &f->bytes, e);
    if (s == OK)
        s = onnx_read(f->bytes.at, f->bytes.length, file_shown(path), &f->arena,
                      &f->graph, e);
    return s == OK ? import_network(m, &f->graph, file_shown(path), kern,
                                    &f->how, e)
                   : s;
}

static void close_file(struct opened *f)
{
    arena_free(&f->arena);
    mem_free(f->bytes.at);
}

enum status import_file(struct model *m, const char *path,
                        const struct kernels *kern, struct err *e)
{
    struct opened f;
    const enum status s = open_file(&f, m, path, kern, e);

    close_file(&f);
    return s;
}

enum status import_checked(struct model *m, const char *path,
                           const struct kernels *kern, struct pool *pool,
                           enum import_check *how, struct err *e)
{
    struct opened f;
    bool checked = false;
    enum status s = open_file(&f, m, path, kern, e);

    if (s == OK)
        s = verify_import(m, &f.graph, &f.how, file_shown(path), pool, &checked,
                          e);
    *how = !checked       ? IMPORT_UNCHECKED
           : f.how.is_log ? IMPORT_LOGARITHMS
                          : IMPORT_SAME;
    close_file(&f);
    return s;
}

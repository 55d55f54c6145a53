/*
 * sources.c - files of a command line as data sources; what is known of
 * sources before they are read.
 */
#include "app/sources.h"

#include <string.h>

/* The mapping that a document would hold; `files` name some keys, every other
 * file that is needed is the first of them. */
static void add_keys(struct arena *arena, const struct field *fields,
                     const struct named_file *files, struct node *map)
{
    for (const struct field *f = fields; f->key; f++) {
        const char *path =
            f->type == &type_path && !f->optional ? files[0].path : NULL;
        struct node *n = arena_take(arena, 1, sizeof *n);
        for (const struct named_file *g = files; g->key; g++)
            if (strcmp(g->key, f->key) == 0)
                path = g->path;
        if (!n || !path)
            continue;
        *n = (struct node){
            .key = f->key, .text = path, .parent = map, .next = map->first};
        map->first = n;
    }
}

enum status source_of_files(struct arena *arena, const struct source_ops *kind,
                            const struct source *like,
                            const struct named_file *files, struct source *out,
                            struct err *e)
{
    const struct field *fields = kind->kind.fields;
    struct node map = {.kind = NODE_MAP};
    void *config = arena_take(arena, 1, kind->kind.config_size);
    const struct tree tree = {
        .arena = arena, .name = "", .root = &map, .paths_as_written = true};
    const struct binding bindings[] = {{fields, config}, {NULL, NULL}};

    *out = (struct source){.kind = kind,
                           .config = config,
                           .origin = {file_shown(files[0].path), NULL}};
    if (config && like && like->kind == kind) {
        memcpy(config, like->config, kind->kind.config_size);
        for (; files->key; files++)
            *(struct path *)(void *)((char *)config +
                                     field_find(fields, files->key)->offset) =
                (struct path){files->path, files->path};
        return OK;
    }
    add_keys(arena, fields, files, &map);
    const enum status s = arena_check(arena, e, "reading the command line");
    return s == OK ? field_bind(&tree, &map, bindings, NULL, NULL, e) : s;
}

/* Is a file of `source` one of `other`, whose content is gone by then? */
static const char *read_before(const struct source *source,
                               const struct source *other)
{
    const char *path, *before;

    for (int64_t i = 0; (path = source_file(source->kind, source->config, i));
         i++)
        for (int64_t k = 0;
             (source != other || k < i) &&
             (before = source_file(other->kind, other->config, k));
             k++)
            if (strcmp(path, before) == 0 && file_reads_once(path))
                return path;
    return NULL;
}

/* What gives its content only once is asked for it once. */
static enum status check_once(const struct experiment *x,
                              const struct source *source,
                              const struct source *before, struct err *e)
{
    const char *path = before->kind ? read_before(source, before) : NULL;

    if (!path)
        return OK;
    return tree_error(&x->tree, source->node, AT_KEY, NULL, e,
                      "%s can be read only once, and %s has read it",
                      file_shown(path),
                      source == before ? "this source" : before->origin.key);
}

/* Standard input that held the document is at its end. */
static enum status check_input(const struct experiment *x,
                               const struct source *source, struct err *e)
{
    const char *path;

    for (int64_t i = 0; (path = source_file(source->kind, source->config, i));
         i++)
        if (strcmp(path, "-") == 0 &&
            strcmp(x->tree.name, file_shown("-")) == 0)
            return tree_error(&x->tree, source->node, AT_KEY, NULL, e,
                              "standard input holds the configuration, no "
                              "samples");
    return OK;
}

static enum status preflight(const struct experiment *x,
                             const struct source *const *sources, int64_t i,
                             struct err *e)
{
    const struct source *source = sources[i];
    enum status s = OK;

    if (!source->kind)
        return OK;
    s = check_input(x, source, e);
    for (int64_t k = 0; k <= i && s == OK; k++)
        s = check_once(x, source, sources[k], e);
    return s == OK ? source_preflight(source->kind, source->config, e) : s;
}

enum status sources_preflight(const struct experiment *x, struct err *e)
{
    const struct source *const sources[] = {&x->train_source, &x->valid_source,
                                            &x->test_source};
    enum status s = OK;

    for (int64_t i = 0; i < (int64_t)ARRAY_LEN(sources); i++) {
        const enum status one = preflight(x, sources, i, e);
        s = s != OK ? s : one;
    }
    return s;
}

/*
 * sources.c - data sources that no document names.
 */
#include "app/sources.h"

#include <string.h>

/* Adds a key to the mapping that a document would hold. */
static void add_key(struct arena *arena, struct node *map, const char *key,
                    const char *path)
{
    struct node *n = arena_take(arena, 1, sizeof *n);

    if (!n)
        return;
    *n = (struct node){
        .key = key, .text = path, .parent = map, .next = map->first};
    map->first = n;
}

/* Binds what is there, defaults for the rest. */
static enum status bind(struct arena *arena, const struct source_ops *kind,
                        const struct node *map, struct source *out,
                        struct err *e)
{
    void *config = arena_take(arena, 1, kind->kind.config_size);
    struct node *root = arena_take(arena, 1, sizeof *root);
    const struct tree tree = {
        .arena = arena, .name = "", .root = root, .paths_as_written = true};
    const struct binding bindings[] = {{kind->kind.fields, config},
                                       {NULL, NULL}};

    const enum status s = arena_check(arena, e, "reading the command line");
    out->kind = kind;
    out->config = config;
    return s == OK ? field_bind(&tree, map, bindings, NULL, NULL, e) : s;
}

enum status source_of_files(struct arena *arena, const struct source_ops *kind,
                            const struct named_file *files, struct source *out,
                            struct err *e)
{
    struct node map = {.kind = NODE_MAP};

    *out = (struct source){.origin = {file_shown(files[0].path), NULL}};
    for (; files->key; files++)
        add_key(arena, &map, files->key, files->path);
    return bind(arena, kind, &map, out, e);
}

enum status source_like(struct arena *arena, const struct source_ops *kind,
                        const struct source *like, const char *path,
                        struct source *out, struct err *e)
{
    struct node map = {.kind = NODE_MAP};

    *out = (struct source){.kind = kind, .origin = {file_shown(path), NULL}};
    if (like->kind == kind) {
        void *config = arena_take(arena, 1, kind->kind.config_size);
        if (!config)
            return err_memory(e, "reading the command line");
        memcpy(config, like->config, kind->kind.config_size);
        *source_path(kind, config) = (struct path){path, path};
        out->config = config;
        return OK;
    }
    for (const struct field *f = kind->kind.fields; f->key; f++)
        if (f->type == &type_path && !f->optional)
            add_key(arena, &map, f->key, path);
    return bind(arena, kind, &map, out, e);
}

/*
 * sources.c - data sources that no document names.
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

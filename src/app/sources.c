/*
 * sources.c - files of a command line as data sources; what is known of
 * sources before they are read.
 */
#include "app/sources.h"

#include <string.h>

#include "document/agree.h"
#include "document/bind.h"

/* The mapping that a document would hold; `files` name some keys, every other
 * file that is needed is the first of them. */
static void add_keys(struct arena *arena, const struct field *fields,
                     const struct named_file *files, struct node *map)
{
    for (const struct field *f = fields; f->key; f++) {
        const char *path =
            field_is_path(f) && !f->optional ? files[0].path : NULL;
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

/* Stores a file where its key is kept. */
static void put_path(struct arena *arena, const struct field *f,
                     const char *file, void *config)
{
    const struct path path = {file, file};
    void *member = (char *)config + f->offset;
    struct path *alone;

    if (f->type == &type_path) {
        *(struct path *)member = path;
    } else if ((alone = arena_take(arena, 1, sizeof *alone))) {
        *alone = path;
        *(struct path_list *)member = (struct path_list){alone, 1};
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

    *out = (struct source){.kind = kind,
                           .config = config,
                           .origin = {.file = file_shown(files[0].path)}};
    if (config && like && like->kind == kind) {
        memcpy(config, like->config, kind->kind.config_size);
        for (const struct field *f = fields; f->key; f++)
            if (f->type == &type_path && f->optional)
                *(struct path *)(void *)((char *)config + f->offset) =
                    (struct path){0};
        for (; files->key; files++)
            put_path(arena, field_find(fields, files->key), files->path,
                     config);
        return arena_check(arena, e, "reading the command line");
    }
    add_keys(arena, fields, files, &map);
    const enum status s = arena_check(arena, e, "reading the command line");
    return s == OK ? field_fill(&tree, &map, fields, config, e) : s;
}

/* The arena is lent to a document that is thrown away. */
static enum status bind_text(struct arena *arena, const char *place,
                             const char *text, const struct source *like,
                             struct source *out, struct err *e)
{
    struct experiment x = {.arena = *arena};

    if (like)
        x.train_source = *like;
    enum status s = tree_parse(&x.tree, &x.arena, place, text, strlen(text), e);
    if (s == OK)
        s = bind_source(&x, x.tree.root, NULL, out, e);
    *arena = x.arena;
    return s;
}

enum status source_of_text(struct arena *arena, const char *place,
                           const char *text, const struct source *like,
                           struct source *out, struct err *e)
{
    *out = (struct source){0};
    return bind_text(arena, place, text, like, out, e);
}

enum status source_spares(const struct source *source, const char *place,
                          const char *const *outputs, struct err *e)
{
    for (; outputs && *outputs; outputs++)
        if (source_reads(source->kind, source->config, *outputs))
            return err_add(e, ERR_USAGE, *outputs,
                           "is read through %s, it cannot be written too",
                           place);
    return OK;
}

/* The n-th file of all sources, from 0, and whose it is; NULL: there are fewer.
 */
static const char *file_at(const struct source *const *sources, int64_t n,
                           const struct source **of)
{
    const char *path;

    for (; *sources; sources++)
        for (int64_t i = 0;
             (*sources)->kind &&
             (path = source_file((*sources)->kind, (*sources)->config, i));
             i++)
            if (n-- == 0) {
                *of = *sources;
                return path;
            }
    return NULL;
}

/* What gives its content only once is asked for it once, and not at all when
 * the document has taken it. */
static enum status check_once(const struct experiment *x,
                              const struct source *const *sources,
                              struct err *e)
{
    const bool taken = strcmp(x->tree.name, file_shown("-")) == 0;
    const struct source *source, *other;
    const char *path;

    for (int64_t n = 0; (path = file_at(sources, n, &source)); n++) {
        if (taken && strcmp(path, "-") == 0)
            return tree_error(&x->tree, source->node, AT_KEY, NULL, e,
                              "standard input holds the configuration, no "
                              "samples");
        for (int64_t m = 0; m < n && file_reads_once(path); m++)
            if (strcmp(file_at(sources, m, &other), path) == 0)
                return tree_error(
                    &x->tree, source->node, AT_KEY, NULL, e,
                    "%s can be read only once, and %s has read it",
                    file_shown(path),
                    other == source ? "this source" : other->origin.key);
    }
    return OK;
}

enum source_answers sources_answers(const struct experiment *x)
{
    return x->target.kind == TARGET_INPUTS ? ANSWERS_SKIPPED : ANSWERS_READ;
}

enum status sources_preflight(const struct experiment *x,
                              const struct column_names *known, struct err *e)
{
    const struct source *const sources[] = {&x->train_source, &x->valid_source,
                                            &x->test_source, NULL};
    struct column_names names = known ? *known : (struct column_names){0};
    struct arena arena = {0};
    enum status s = check_once(x, sources, e);
    const bool twice = s != OK;

    for (int64_t i = 0; !twice && sources[i]; i++)
        if (sources[i]->kind) {
            const struct source_place place = agree_place(&x->tree, sources[i]);
            const struct source_request like = {.answers = sources_answers(x),
                                                .place = &place};
            const enum status one = source_preflight_at(
                sources[i]->kind, sources[i]->config, &like, &names, &arena, e);
            s = s != OK ? s : one;
        }
    arena_free(&arena);
    return s;
}

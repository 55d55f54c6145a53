/*
 * key_help.c - walks every table that a document is read by.
 *
 * A key's path is that of the document, with the type in the place of a layer
 * or data source: `train.l2`, `layers.conv2d.pad`, `data.train.csv`.
 */
#include "cli/key_help.h"

#include <stdio.h>
#include <string.h>

#include "app/sections.h"
#include "conf/describe.h"
#include "data/source.h"
#include "layer/layer.h"
#include "update/update.h"

/* A table with its place in the document. */
struct place {
    char path[KEY_PATH_BYTES];
    const char *doc;
    const struct field *fields;
    const struct kind *variant; /* one of several kinds at this path: an update
                                   rule, a kind of source; NULL: the section */
};

typedef void place_fn(void *context, const struct place *p);

/* A kind whose keys stand under its name. */
static void visit_nested(place_fn *fn, void *context, const char *path,
                         const struct kind *k)
{
    struct place p = {.doc = k->doc, .fields = k->fields};

    snprintf(p.path, sizeof p.path, "%s.%s", path, k->name);
    fn(context, &p);
}

/* One of several kinds whose keys stand at one path. */
static void visit_variant(place_fn *fn, void *context, const char *path,
                          const struct kind *k)
{
    struct place p = {.doc = k->doc, .fields = k->fields, .variant = k};

    snprintf(p.path, sizeof p.path, "%s", path);
    fn(context, &p);
}

static void each_place(place_fn *fn, void *context)
{
    for (const struct section *s = sections; s->path; s++) {
        struct place p = {.doc = s->doc, .fields = s->fields};
        snprintf(p.path, sizeof p.path, "%s", s->path);
        fn(context, &p);
    }
    for (size_t i = 0; source_registry[i]; i++) {
        const struct source_ops *source = source_registry[i];
        if (source->nested)
            visit_nested(fn, context, "data.train", &source->kind);
        else
            visit_variant(fn, context, "data.train", &source->kind);
    }
    for (size_t i = 0; layer_kinds[i]; i++)
        visit_nested(fn, context, "layers", layer_kinds[i]);
    for (size_t i = 0; update_kinds[i]; i++)
        visit_variant(fn, context, "train", update_kinds[i]);
}

/* What is looked for, and what has been said about it. */
struct question {
    struct text *out;
    const char *word;
    size_t length; /* of the word, a final dot left out */
    int64_t found;
};

static bool is_word(const struct question *q, const char *text)
{
    return strlen(text) == q->length && strncmp(text, q->word, q->length) == 0;
}

static void describe_place(void *context, const struct place *p)
{
    struct question *q = context;

    if (*p->path == '\0' || !is_word(q, p->path))
        return;
    if (p->variant)
        text_printf(q->out, "\n%s: ", p->variant->name);
    else
        text_printf(q->out, "%s%s\n  ", q->found ? "\n" : "", p->path);
    text_printf(q->out, "%s\n", p->doc);
    describe_table(q->out, p->fields);
    q->found++;
}

static void key_path(const struct place *p, const struct field *f,
                     char path[KEY_PATH_BYTES])
{
    snprintf(path, KEY_PATH_BYTES, "%.60s%s%.60s", p->path, *p->path ? "." : "",
             f->key);
}

/* Update rules share keys: the first says everything, each its default. */
static void describe_key(void *context, const struct place *p)
{
    struct question *q = context;
    char path[KEY_PATH_BYTES];

    for (const struct field *f = p->fields; f && f->key; f++) {
        key_path(p, f, path);
        if (!is_word(q, path))
            continue;
        if (q->found == 0)
            describe_field(q->out, f, p->path);
        if (p->variant && strcmp(p->path, "train") == 0)
            text_printf(q->out, "  with update %s: default %s\n",
                        p->variant->name,
                        f->def ? f->def : "none, it is required");
        q->found++;
    }
}

/* Places within the one asked for: data.split, layers.conv2d. */
static void describe_member(void *context, const struct place *p)
{
    struct question *q = context;

    if (strncmp(p->path, q->word, q->length) == 0 && p->path[q->length] == '.')
        text_printf(q->out, "\n%s%s%s%s\n  %s\n", p->path,
                    p->variant ? " (" : "", p->variant ? p->variant->name : "",
                    p->variant ? ")" : "", p->doc);
}

bool key_help(struct text *out, const char *word)
{
    const size_t length = strlen(word);
    struct question q = {
        .out = out,
        .word = word,
        .length = length - (length > 0 && word[length - 1] == '.'),
    };

    each_place(describe_place, &q);
    if (q.found > 0)
        each_place(describe_member, &q);
    else
        each_place(describe_key, &q);
    return q.found > 0;
}

struct nearest {
    const char *word;
    char *path;
    int64_t distance;
};

static void offer(struct nearest *n, const char *path)
{
    const char *last = strrchr(path, '.');
    int64_t distance = text_distance(n->word, path);

    /* The key alone, without its section. */
    if (last && strcmp(last + 1, n->word) == 0)
        distance = 0;
    if (distance < n->distance) {
        n->distance = distance;
        snprintf(n->path, KEY_PATH_BYTES, "%s", path);
    }
}

static void offer_place(void *context, const struct place *p)
{
    char path[KEY_PATH_BYTES];

    if (*p->path)
        offer(context, p->path);
    for (const struct field *f = p->fields; f && f->key; f++) {
        key_path(p, f, path);
        offer(context, path);
    }
}

void key_nearest(const char *word, char path[KEY_PATH_BYTES])
{
    struct nearest n = {word, path, (int64_t)strlen(word) / 3 + 1};

    path[0] = '\0';
    each_place(offer_place, &n);
}

static void put_mdoc(void *context, const struct place *p)
{
    struct text *out = context;

    if (p->variant)
        text_printf(out, ".Ss %s: %s\n", p->path, p->variant->name);
    else
        text_printf(out, ".Ss %s\n", *p->path ? p->path : "Top level");
    describe_mdoc_text(out, p->doc);
    describe_mdoc(out, p->fields);
}

void key_mdoc(struct text *out)
{
    each_place(put_mdoc, out);
}

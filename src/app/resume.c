/*
 * resume.c - two resolved documents, compared row by row.
 *
 * What a change means stands in the key's row; layers and normalization are
 * compared whole.  Sources are not: their samples have a fingerprint.
 */
#include "app/resume.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

struct comparison {
    const struct model *m;
    const struct experiment *x;
    const char *path; /* of the file */
    struct text *notes;
    enum status s;
    struct err *e;
};

/* One setting, the values as YAML, NULL: absent. */
static void compare(struct comparison *c, enum resume_effect effect,
                    const char *what, const char *before, const char *now)
{
    const bool between = c->m->state.position.batches == 0;

    before = before ? before : "absent";
    now = now ? now : "absent";
    if (effect == FREE || strcmp(before, now) == 0)
        return;
    if (effect == FIXED || (effect == BETWEEN_EPOCHS && !between))
        c->s =
            err_add(c->e, ERR_CONFIG, c->path,
                    "cannot resume: %s was %s, is now %s", what, before, now);
    else
        text_printf(c->notes, "%s was %s, is now %s\n", what, before, now);
}

/* compare for values that were printed, which are given back. */
static void compare_texts(struct comparison *c, enum resume_effect effect,
                          const char *what, struct text value[2])
{
    if (value[0].failed || value[1].failed)
        c->s = err_memory(c->e, "comparing configurations");
    else
        compare(c, effect, what, value[0].at, value[1].at);
    text_free(&value[0]);
    text_free(&value[1]);
}

/* The rows of a section in both documents; NULL: it has no such section. */
static void compare_rows(struct comparison *c, const char *section,
                         const struct field *fields, const void *before,
                         const void *now)
{
    const void *const from[] = {before, now};

    for (const struct field *f = fields; f->key; f++) {
        struct text value[2] = {{0}};
        char what[80];
        for (int i = 0; i < 2; i++)
            if (from[i] && !field_is_absent(f, from[i]))
                field_print_value(&value[i], f, from[i]);
        snprintf(what, sizeof what, "%s%s%s", section, *section ? "." : "",
                 f->key);
        compare_texts(c, f->resume, what, value);
    }
}

static void compare_layers(struct comparison *c)
{
    const struct experiment *from[] = {&c->m->experiment, c->x};

    for (int64_t at = 0;
         at < num_max(from[0]->layers.count, from[1]->layers.count); at++) {
        struct text value[2] = {{0}};
        char what[40];
        for (int i = 0; i < 2; i++)
            if (at < from[i]->layers.count)
                notation_print_layer(&value[i], &from[i]->layers.entries[at]);
        snprintf(what, sizeof what, "layers[%lld]", (long long)at);
        compare_texts(c, FIXED, what, value);
    }
}

static void compare_data(struct comparison *c)
{
    const struct experiment *from[] = {&c->m->experiment, c->x};
    const struct split_section *split[2];
    struct text normalize[2] = {{0}};

    for (int i = 0; i < 2; i++) {
        const bool cuts = from[i]->has_data && !from[i]->valid_source.kind;
        split[i] = cuts ? &from[i]->split : NULL;
        experiment_print_normalize(&normalize[i], from[i]);
    }
    compare_rows(c, "data", data_fields, &from[0]->data, &from[1]->data);
    compare_rows(c, "data.split", experiment_split_fields(c->x), split[0],
                 split[1]);
    compare_texts(c, FIXED, "data.normalize", normalize);
    compare_rows(c, "data.train", source_fields, &from[0]->train_source,
                 &from[1]->train_source);
    compare_rows(c, "data.valid", source_fields, &from[0]->valid_source,
                 &from[1]->valid_source);
}

static void compare_train(struct comparison *c)
{
    const struct experiment *before = &c->m->experiment, *now = c->x;

    compare_rows(c, "train", train_fields,
                 before->has_train ? &before->train : NULL, &now->train);
    for (const struct beside *b = besides; b->key; b++) {
        const struct variant was = beside_of(before, b);
        const struct variant is = beside_of(now, b);
        if (was.kind == is.kind && is.kind->fields)
            compare_rows(c, "train", is.kind->fields, was.config, is.config);
    }
}

enum status resume_check(const struct model *m, const struct experiment *x,
                         const char *fingerprint, const char *path,
                         struct text *notes, struct err *e)
{
    struct comparison c = {m, x, path, notes, OK, e};
    const struct experiment *before = &m->experiment;

    compare_rows(&c, "", top_fields, &before->top, &x->top);
    compare_data(&c);
    compare_layers(&c);
    compare_train(&c);
    compare_rows(&c, "engine", engine_fields, &before->engine, &x->engine);
    compare(&c, FIXED, "the data (its SHA-256)", m->fingerprint, fingerprint);
    return c.s;
}

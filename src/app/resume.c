/*
 * resume.c - two resolved documents, compared row by row.
 *
 * What a change means stands in the key's row; layers and normalization are
 * compared whole.  Sources are not: their samples have a fingerprint.
 */
#include "app/resume.h"

#include <math.h>
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
                         const struct samples *data, const char *path,
                         struct text *notes, struct err *e)
{
    struct comparison c = {m, x, path, notes, OK, e};
    const struct experiment *before = &m->experiment;

    compare_rows(&c, "", top_fields, &before->top, &x->top);
    compare_data(&c);
    compare_layers(&c);
    compare_train(&c);
    compare_rows(&c, "engine", engine_fields, &before->engine, &x->engine);
    compare(&c, FIXED, "the data (its SHA-256)", m->fingerprint,
            data->fingerprint);
    /* Data and split say which samples validate, unless a column does that is
     * no part of them. */
    if (c.s == OK && experiment_split_column(x))
        compare(&c, FIXED, "the samples that validate (their SHA-256)",
                m->valid_rows, data->valid_rows);
    return c.s;
}

enum status resume_watches(const struct model *m, const struct experiment *x,
                           bool *alike, struct err *e)
{
    static const char *const keys[] = {"monitor", "schedule", "early_stopping"};
    const struct experiment *before = &m->experiment;
    struct text value[2] = {{0}};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct field *f = field_find(train_fields, keys[i]);
        const void *const from[] = {&before->train, &x->train};
        for (int k = 0; k < 2; k++) {
            text_puts(&value[k], ",");
            if (!field_is_absent(f, from[k]))
                field_print_value(&value[k], f, from[k]);
        }
    }
    const bool failed = value[0].failed || value[1].failed;
    *alike = !failed &&
             update_learning_rate(before->update) ==
                 update_learning_rate(x->update) &&
             strcmp(text_string(&value[0]), text_string(&value[1])) == 0;
    text_free(&value[0]);
    text_free(&value[1]);
    return failed ? err_memory(e, "comparing configurations") : OK;
}

/* What a document does the next update with. */
struct next {
    double rate, momentum;
};

static struct next next_of(const struct experiment *x,
                           const struct train_state *state,
                           const struct watched *w, int64_t samples)
{
    struct schedule s = experiment_fit_config(x).watch.schedule;

    s.epoch_updates = num_ceil_div(samples, x->train.batch_size);
    const int64_t t = state->epoch * s.epoch_updates + state->position.batches;
    return (struct next){
        schedule_rate(&s, t, w->reduces ? w->rate : s.rate),
        schedule_momentum(&s, t),
    };
}

/* A number of the next update, if it is another one; `ended`: before it there
 * was none. */
static void note_next(struct text *notes, const char *what, double is,
                      double was, bool ended, int64_t epoch)
{
    if (is == was || isnan(is))
        return;
    text_printf(notes, "train.schedule: epoch %lld goes on with %s %g",
                (long long)epoch, what, is);
    if (!ended)
        text_printf(notes, ", not %g", was);
    text_puts(notes, "\n");
}

void resume_schedule(const struct model *m, const struct experiment *x,
                     const struct watched *watched, int64_t samples,
                     struct text *notes)
{
    const struct experiment *before = &m->experiment;
    const struct train_state *s = &m->state;
    const bool ended = s->epoch >= before->train.max_epochs;

    if ((!x->train.schedule.config && !before->train.schedule.config) ||
        s->epoch >= x->train.max_epochs)
        return;
    const struct next was = next_of(before, s, &s->watched, samples);
    const struct next is = next_of(x, s, watched, samples);
    note_next(notes, "learning rate", is.rate, was.rate, ended, s->epoch + 1);
    note_next(notes, "momentum", is.momentum, was.momentum, ended,
              s->epoch + 1);
}

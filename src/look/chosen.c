/*
 * chosen.c - samples are read, normalized and answered.
 */
#include "look/chosen.h"

#include <assert.h>
#include <string.h>

#include "base/num.h"
#include "data/pixels.h"
#include "tensor/finite.h"
#include "train/infer.h"

static const char choosing[] = "choosing samples";

static int64_t size_of(const struct chosen *c)
{
    return shape_count(c->model->experiment.graph.in);
}

/* Room for `count` samples; c->model is there. */
static enum status take_memory(struct chosen *c, int64_t count, struct err *e)
{
    const size_t n = (size_t)count, in = (size_t)size_of(c);
    struct arena *a = &c->arena;

    c->width = experiment_width(&c->model->experiment);
    c->index = arena_take(a, n, sizeof *c->index);
    c->label = arena_take(a, n, sizeof *c->label);
    c->predicted = arena_take(a, n, sizeof *c->predicted);
    c->raw = arena_take(a, n * in, sizeof *c->raw);
    c->x = arena_take(a, n * in, sizeof *c->x);
    c->y = arena_take(a, n * (size_t)c->width, sizeof *c->y);
    return arena_check(a, e, choosing);
}

/* x from raw, as training samples are normalized, by the same code. */
static void normalize(struct chosen *c, int64_t *ids)
{
    const struct model *m = c->model;
    struct dataset set = {
        .count = c->count,
        .holes = m->missing.count > 0,
        .shape = m->experiment.graph.in,
        .pixel = PIXEL_F32,
        .pixels = c->raw,
    };
    const struct subset all = {&set, ids, c->count};

    for (int64_t i = 0; i < c->count; i++)
        ids[i] = i;
    dataset_fill(&set, &m->missing);
    const enum status s = batch_fill(&all, &m->norm, c->x, NULL, NULL);
    assert(s == OK); /* in memory */
    (void)s;
}

static enum status answer(struct chosen *c, const char *name, struct pool *pool,
                          struct err *e)
{
    const struct model *m = c->model;
    const bool numbers = target_is_real(m->target.kind);
    int64_t *ids = arena_take(&c->arena, (size_t)c->count, sizeof *ids);
    struct infer *infer;

    if (!ids)
        return err_memory(e, choosing);
    normalize(c, ids);
    enum status s = infer_new(&infer, &m->experiment.graph, pool, c->count, e);
    if (s != OK)
        return s;
    infer_weights(infer, m->state.best_params);
    if (m->experiment.binary)
        infer_pair(infer);
    infer_outputs(infer, c->count, c->x, c->y);
    infer_free(infer);
    batch_raw_targets(&m->scale, c->count, c->y);
    for (int64_t i = 0; i < c->count; i++) {
        real *y = c->y + i * c->width;
        if (!all_finite(y, c->width))
            return err_add(e, ERR_DATA, name,
                           "sample %lld: the network's output is not finite",
                           (long long)c->index[i]);
        if (m->target.kind == TARGET_INPUTS)
            batch_raw(&m->norm, m->experiment.graph.in, y);
        c->predicted[i] = numbers ? -1 : infer_argmax(y, c->width);
    }
    return OK;
}

/* Records as they go by. */
struct gathering {
    struct chosen *c;
    const struct chosen_ones *ones;
    int64_t last;  /* record that is wanted */
    int64_t first; /* record of the next reading */
    float *buffer; /* [room, in..] */
    struct bad_record *bad;
    int64_t room;
    bool *found; /* [ones->count] */
};

static void keep(struct gathering *g, int64_t count)
{
    const size_t bytes = (size_t)size_of(g->c) * sizeof(float);

    for (int64_t k = 0; k < g->ones->count; k++) {
        const int64_t at = g->ones->at[k] - g->first;
        if (at < 0 || at >= count)
            continue;
        memcpy((unsigned char *)g->c->raw + (size_t)k * bytes,
               (unsigned char *)g->buffer + (size_t)at * bytes, bytes);
        g->found[k] = true;
    }
    g->first += count;
}

static enum status gather_file(struct gathering *g, struct intake *in,
                               struct err *e)
{
    enum status s = OK;
    int64_t got = 1;

    while (s == OK && got > 0 && g->first <= g->last) {
        const int64_t room = num_min(g->room, g->last + 1 - g->first);
        s = intake_next(in, room, g->buffer, g->bad, &got, e);
        if (s == OK)
            keep(g, got);
    }
    return s;
}

/* Those that are there move up; the others are a fault unless clipped. */
static enum status settle(struct gathering *g, const char *place,
                          const char *name, struct err *e)
{
    struct chosen *c = g->c;
    const size_t size = (size_t)size_of(c);

    for (int64_t k = 0; k < g->ones->count; k++) {
        if (!g->found[k] && g->ones->clipped)
            continue;
        if (!g->found[k])
            return err_add(e, ERR_USAGE, place,
                           "--index: %lld, there %s %s, counted from 0",
                           (long long)g->ones->at[k],
                           g->first == 1 ? "is" : "are",
                           counted(g->first, "sample").text);
        memmove(c->raw + (size_t)c->count * size, c->raw + (size_t)k * size,
                size * sizeof *c->raw);
        c->label[c->count] = -1;
        c->index[c->count++] = g->ones->at[k];
    }
    return c->count > 0 ? OK : err_add(e, ERR_DATA, name, "has no samples");
}

static enum status begin_gathering(struct gathering *g, struct err *e)
{
    struct arena *a = &g->c->arena;
    const size_t in = (size_t)size_of(g->c);

    for (int64_t k = 0; k < g->ones->count; k++)
        g->last = num_max(g->last, g->ones->at[k]);
    g->room = num_min(64, g->last + 1);
    g->buffer = arena_take(a, (size_t)g->room * in, sizeof *g->buffer);
    g->bad = arena_take(a, (size_t)g->room, sizeof *g->bad);
    g->found = arena_take(a, (size_t)g->ones->count, sizeof *g->found);
    return take_memory(g->c, g->ones->count, e);
}

enum status chosen_read(struct chosen *c, const struct intake_request *q,
                        const char *const *words,
                        const struct chosen_ones *ones,
                        struct chosen_said *said, struct err *e)
{
    struct gathering g = {.c = c, .ones = ones};
    const char *name = file_shown(words[0]);

    c->model = q->model;
    *said = (struct chosen_said){0};
    enum status s = begin_gathering(&g, e);
    for (int64_t used; s == OK && *words && g.first <= g.last; words += used) {
        struct intake in;
        s = intake_open(&in, q, words, &used, e);
        if (s == OK && in.note)
            said->note =
                arena_printf(&c->arena, "%s: %s", file_shown(*words), in.note);
        if (s == OK)
            s = gather_file(&g, &in, e);
        if (in.odd && !said->odd)
            said->odd = arena_strdup(&c->arena, in.odd);
        intake_close(&in);
    }
    if (s == OK)
        s = settle(&g, q->place, name, e);
    return s == OK ? answer(c, name, q->pool, e) : s;
}

static void widen(void *context, const struct pixel_rows *rows)
{
    struct chosen *c = context;
    const unsigned char *bytes = rows->pixels;
    const float *floats = rows->pixels;

    for (int64_t i = 0; i < rows->count; i++) {
        const int64_t from = rows->at[i] * rows->size;
        float *to = c->raw + (rows->first + i) * rows->size;
        for (int64_t k = 0; k < rows->size; k++)
            to[k] = rows->pixel == PIXEL_U8 ? (float)bytes[from + k]
                                            : floats[from + k];
    }
}

enum status chosen_take(struct chosen *c, const struct model *m,
                        const struct subset *from, const char *name,
                        struct pool *pool, struct err *e)
{
    const struct dataset *d = from->set;

    c->model = m;
    enum status s = take_memory(c, from->count, e);
    if (s == OK)
        s = pixels_walk(from, widen, c, e);
    if (s != OK)
        return s;
    for (int64_t i = 0; i < from->count; i++) {
        c->index[i] = i;
        c->label[i] = d->labels ? d->labels[from->ids[i]] : -1;
    }
    c->count = from->count;
    return answer(c, name, pool, e);
}

enum status chosen_given(struct chosen *c, const struct model *m,
                         const struct chosen_records *records, const char *name,
                         struct pool *pool, struct err *e)
{
    c->model = m;
    const enum status s = take_memory(c, records->count, e);
    if (s != OK)
        return s;
    memcpy(c->raw, records->raw,
           (size_t)(records->count * size_of(c)) * sizeof *c->raw);
    for (int64_t i = 0; i < records->count; i++) {
        c->index[i] = records->first + i;
        c->label[i] = -1;
    }
    c->count = records->count;
    return answer(c, name, pool, e);
}

void chosen_free(struct chosen *c)
{
    arena_free(&c->arena);
}

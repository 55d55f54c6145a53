/*
 * feed.c - raw samples to augmented and normalized batches.
 */
#include "train/feed.h"

#include <assert.h>

#include "data/pixels.h"

/* Bytes of a thread: the list's scratch, then a partner's values. */
static size_t room_of(const struct augment *a, struct shape in, size_t *other)
{
    const size_t bytes = (size_t)shape_count(in) * sizeof(real);

    *other = augment_work(a);
    return *other + (augment_mixes(a) ? (bytes + 63) / 64 * 64 : 0);
}

size_t feed_work(const struct augment_config *c, struct shape in,
                 struct arena *arena)
{
    const struct augment *a =
        c->entries.count > 0 ? augment_new(c, in, arena) : NULL;
    size_t other;

    return a ? room_of(a, in, &other) : 0;
}

static void open_augment(struct feed *f, const struct augment_config *c,
                         const struct feed_size *size)
{
    f->augment = augment_new(c, size->in, &f->arena);
    if (!f->augment)
        return;
    f->work_bytes = room_of(f->augment, size->in, &f->other);
    f->work = mem_take((size_t)pool_size(size->pool), f->work_bytes);
    if (augment_mixes(f->augment))
        f->mixes = arena_take(&f->arena, (size_t)size->rows, sizeof *f->mixes);
}

static struct stage_size staged(const struct feed_size *size, bool mixes)
{
    return (struct stage_size){
        .rows = size->rows,
        .row_bytes = (size_t)shape_count(size->in) * size->apart,
        .has_partners = mixes,
    };
}

size_t feed_staged(const struct augment_config *c, const struct feed_size *size)
{
    struct arena arena = {0};
    const struct augment *a = size->apart > 0 && c->entries.count > 0
                                  ? augment_new(c, size->in, &arena)
                                  : NULL;
    const struct stage_size of = staged(size, a && augment_mixes(a));
    const size_t bytes = size->apart > 0 ? stage_bytes(&of) : 0;

    arena_free(&arena);
    return bytes;
}

static enum status open_stage(struct feed *f, const struct feed_size *size,
                              struct err *e)
{
    const bool mixes = f->augment && augment_mixes(f->augment);
    const struct stage_size of = staged(size, mixes);

    for (int i = 0; mixes && i < 2; i++)
        f->partners[i] =
            arena_take(&f->arena, (size_t)size->rows, sizeof *f->partners[i]);
    return f->arena.failed ? err_memory(e, "preparing to feed samples")
                           : stage_new(&f->stage, &of, size->pool, e);
}

enum status feed_open(struct feed *f, const struct augment_config *c,
                      const struct feed_size *size, struct err *e)
{
    const bool augments = c->entries.count > 0;

    *f = (struct feed){0};
    f->labels = arena_take(&f->arena, (size_t)size->rows, sizeof *f->labels);
    if (augments)
        open_augment(f, c, size);
    if (f->arena.failed || (augments && !f->work))
        return err_memory(e, "preparing to feed samples");
    return size->apart > 0 ? open_stage(f, size, e) : OK;
}

void feed_close(struct feed *f)
{
    stage_free(f->stage);
    mem_free(f->work);
    arena_free(&f->arena);
}

/* With whom row `i` is mixed. */
static struct augment_mix draw_mix(const struct feed *f,
                                   const struct feed_rows *rows, int64_t i)
{
    const struct augment_sample of = {.id = rows->ids[i], .epoch = rows->epoch};

    assert(rows->part);
    return augment_draw_mix(f->augment, &of, rows->part->count);
}

/* The samples to be read; `partners` is overwritten. */
static struct stage_batch list(const struct feed *f,
                               const struct feed_rows *rows, int64_t *partners)
{
    for (int64_t i = 0; partners && i < rows->count; i++) {
        const struct augment_mix m = draw_mix(f, rows, i);
        partners[i] = m.partner < 0 ? -1 : rows->part->ids[m.partner];
    }
    return (struct stage_batch){rows->set, rows->ids, partners, rows->count};
}

enum status feed_load(const struct feed *f, const struct feed_rows *rows,
                      const struct feed_rows *next, struct err *e)
{
    if (!f->stage)
        return OK;
    const struct stage_batch now = list(f, rows, f->partners[0]);
    const struct stage_batch then =
        next ? list(f, next, f->partners[1]) : (struct stage_batch){0};
    return stage_load(f->stage, &now, next ? &then : NULL, e);
}

/* `staged`: its pixels, unless they are in memory. */
static struct augment_sample sample_of(const struct feed *f,
                                       const struct feed_rows *rows, int64_t id,
                                       const void *staged)
{
    const struct dataset *d = rows->set;
    const void *pixels = f->stage ? staged
                                  : (const unsigned char *)d->pixels +
                                        (size_t)id * sample_bytes(d);
    struct augment_sample of = {.id = id, .epoch = rows->epoch};

    if (d->pixel == PIXEL_U8)
        of.bytes = pixels;
    else
        of.floats = pixels;
    return of;
}

struct loss_mix feed_raw(const struct feed *f, const struct feed_rows *rows,
                         int64_t i, int64_t worker, real *x)
{
    const int64_t row = rows->first + i;
    const struct augment_sample of = sample_of(
        f, rows, rows->ids[i], f->stage ? stage_row(f->stage, row) : NULL);
    unsigned char *work = f->work + (size_t)worker * f->work_bytes;
    real *other = (real *)(void *)(work + f->other);

    augment_apply(f->augment, &of, work, x);
    if (!augment_mixes(f->augment))
        return (struct loss_mix){0};
    const struct augment_mix m = draw_mix(f, rows, i);
    if (m.partner < 0)
        return (struct loss_mix){0};
    const int64_t partner = rows->part->ids[m.partner];
    const struct augment_sample with = sample_of(
        f, rows, partner, f->stage ? stage_partner(f->stage, row) : NULL);
    augment_apply(f->augment, &with, work, other);
    augment_join(f->augment, &m, other, x);
    return (struct loss_mix){rows->set->labels ? rows->set->labels[partner] : 0,
                             m.share};
}

/* As they are. */
static void fill_plain(const struct feed *f, const struct feed_rows *rows,
                       real *x)
{
    const struct dataset *d = rows->set;
    const struct subset of = {d, rows->ids, rows->count};
    int32_t *labels = d->labels ? f->labels + rows->first : NULL;

    if (!f->stage) {
        const enum status s = batch_fill(&of, rows->norm, x, labels, NULL);
        assert(s == OK); /* in memory */
        (void)s;
        return;
    }
    batch_of(rows->norm, d->pixel, stage_row(f->stage, rows->first),
             shape_count(d->shape), rows->count, x);
    for (int64_t i = 0; labels && i < rows->count; i++)
        labels[i] = d->labels[rows->ids[i]];
}

void feed_fill(const struct feed *f, const struct feed_rows *rows,
               int64_t worker, real *x)
{
    const struct dataset *d = rows->set;
    const int64_t size = shape_count(d->shape), first = rows->first;

    if (!f->augment) {
        fill_plain(f, rows, x);
        return;
    }
    watch_begin(rows->watch);
    for (int64_t i = 0; i < rows->count; i++) {
        const struct loss_mix mix = feed_raw(f, rows, i, worker, x + i * size);
        batch_normalize(rows->norm, size, 1, x + i * size);
        if (f->mixes)
            f->mixes[first + i] = mix;
        if (d->labels)
            f->labels[first + i] = d->labels[rows->ids[i]];
    }
    watch_end(rows->watch, NULL, 0, RUN_FORWARD);
}

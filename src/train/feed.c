/*
 * feed.c - raw samples to augmented and normalized batches.
 */
#include "train/feed.h"

#include <assert.h>

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
    f->work = mem_take((size_t)size->threads, f->work_bytes);
    if (augment_mixes(f->augment))
        f->mixes = arena_take(&f->arena, (size_t)size->rows, sizeof *f->mixes);
}

enum status feed_open(struct feed *f, const struct augment_config *c,
                      const struct feed_size *size, struct err *e)
{
    const bool augments = c->entries.count > 0;

    *f = (struct feed){0};
    f->labels = arena_take(&f->arena, (size_t)size->rows, sizeof *f->labels);
    if (augments)
        open_augment(f, c, size);
    return f->arena.failed || (augments && !f->work)
               ? err_memory(e, "preparing to feed samples")
               : OK;
}

void feed_close(struct feed *f)
{
    mem_free(f->work);
    arena_free(&f->arena);
}

static struct augment_sample sample_of(const struct feed_rows *rows, int64_t id)
{
    const struct dataset *d = rows->set;
    const int64_t at = id * shape_count(d->shape);
    struct augment_sample of = {.id = id, .epoch = rows->epoch};

    if (d->pixel == PIXEL_U8)
        of.bytes = (const unsigned char *)d->pixels + at;
    else
        of.floats = (const float *)d->pixels + at;
    return of;
}

struct loss_mix feed_raw(const struct feed *f, const struct feed_rows *rows,
                         int64_t id, int64_t worker, real *x)
{
    const struct augment_sample of = sample_of(rows, id);
    unsigned char *work = f->work + (size_t)worker * f->work_bytes;
    real *other = (real *)(void *)(work + f->other);

    augment_apply(f->augment, &of, work, x);
    if (!augment_mixes(f->augment))
        return (struct loss_mix){0};
    assert(rows->part);
    const struct augment_mix m =
        augment_draw_mix(f->augment, &of, rows->part->count);
    if (m.partner < 0)
        return (struct loss_mix){0};
    const int64_t partner = rows->part->ids[m.partner];
    const struct augment_sample with = sample_of(rows, partner);
    augment_apply(f->augment, &with, work, other);
    augment_join(f->augment, &m, other, x);
    return (struct loss_mix){rows->set->labels ? rows->set->labels[partner] : 0,
                             m.share};
}

void feed_fill(const struct feed *f, const struct feed_rows *rows,
               int64_t worker, real *x)
{
    const struct dataset *d = rows->set;
    const int64_t size = shape_count(d->shape), first = rows->first;

    if (!f->augment) {
        batch_fill(d, rows->norm, rows->ids, rows->count, x,
                   d->labels ? f->labels + first : NULL);
        return;
    }
    watch_begin(rows->watch);
    for (int64_t i = 0; i < rows->count; i++) {
        const struct loss_mix mix =
            feed_raw(f, rows, rows->ids[i], worker, x + i * size);
        batch_normalize(rows->norm, size, 1, x + i * size);
        if (f->mixes)
            f->mixes[first + i] = mix;
        if (d->labels)
            f->labels[first + i] = d->labels[rows->ids[i]];
    }
    watch_end(rows->watch, NULL, 0, RUN_FORWARD);
}

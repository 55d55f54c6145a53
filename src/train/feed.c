/*
 * feed.c - raw samples to augmented and normalized batches.
 */
#include "train/feed.h"

size_t feed_work(const struct augment_config *c, struct shape in,
                 struct arena *arena)
{
    const struct augment *a =
        c->entries.count > 0 ? augment_new(c, in, arena) : NULL;

    return a ? augment_work(a) : 0;
}

enum status feed_open(struct feed *f, const struct augment_config *c,
                      struct shape in, int64_t threads, struct err *e)
{
    static const char doing[] = "preparing to augment samples";

    *f = (struct feed){0};
    if (c->entries.count == 0)
        return OK;
    f->augment = augment_new(c, in, &f->arena);
    if (!f->augment || f->arena.failed)
        return err_memory(e, doing);
    f->work_bytes = augment_work(f->augment);
    f->work = mem_take((size_t)threads, f->work_bytes);
    return f->work ? OK : err_memory(e, doing);
}

void feed_close(struct feed *f)
{
    mem_free(f->work);
    arena_free(&f->arena);
}

void feed_raw(const struct feed *f, const struct feed_rows *rows, int64_t id,
              int64_t worker, real *x)
{
    const struct dataset *d = rows->set;
    const int64_t at = id * shape_count(d->shape);
    struct augment_sample of = {.id = id, .epoch = rows->epoch};

    if (d->pixel == PIXEL_U8)
        of.bytes = (const unsigned char *)d->pixels + at;
    else
        of.floats = (const float *)d->pixels + at;
    augment_apply(f->augment, &of, f->work + (size_t)worker * f->work_bytes, x);
}

void feed_fill(const struct feed *f, const struct feed_rows *rows,
               int64_t worker, real *x, int32_t *labels)
{
    const struct dataset *d = rows->set;
    const int64_t size = shape_count(d->shape);

    if (!f->augment) {
        batch_fill(d, rows->norm, rows->ids, rows->count, x, labels);
        return;
    }
    watch_begin(rows->watch);
    for (int64_t i = 0; i < rows->count; i++) {
        feed_raw(f, rows, rows->ids[i], worker, x + i * size);
        batch_normalize(rows->norm, size, 1, x + i * size);
    }
    watch_end(rows->watch, NULL, 0, RUN_FORWARD);
    for (int64_t i = 0; labels && i < rows->count; i++)
        labels[i] = d->labels[rows->ids[i]];
}

/*
 * samples_bytes.c - what memory the samples of a run take.
 */
#include "app/samples.h"
#include "base/num.h"
#include "data/pixels.h"
#include "train/feed.h"

/* What fit holds of a set: pixels, unless they are apart, and labels, or
 * targets, perhaps twice. */
static size_t set_bytes(const struct dataset *d, const struct experiment *x)
{
    const size_t target =
        (x->train.standardize_targets ? 2 : 1) * sizeof *d->targets;

    return (size_t)d->count *
           ((d->apart ? 0 : sample_bytes(d)) +
            (d->target.kind != TARGET_CLASS
                 ? (size_t)target_numbers(&d->target) * target
                 : sizeof *d->labels));
}

/* Of a sample that trains its number and its place in the epoch's order, of one
 * that validates its number; of one that is measured its score, and its outputs
 * and inputs where they are read. */
static size_t parts_bytes(const struct samples *s, const struct experiment *x)
{
    const int64_t train = s->train_part.count, valid = s->valid_part.count;
    const bool both = metric_columns_train(&x->columns);
    const size_t outputs =
        metric_columns_read(&x->columns) ? (size_t)experiment_width(x) : 0;
    const size_t inputs =
        x->target.kind == TARGET_INPUTS ? (size_t)experiment_width(x) : 0;

    return (size_t)train * 2 * sizeof *s->train_part.ids +
           (size_t)valid * sizeof *s->valid_part.ids +
           (size_t)(both ? num_max(train, valid) : valid) *
               (sizeof(struct score) + outputs * sizeof(real) +
                inputs * sizeof(float));
}

size_t samples_staged(const struct samples *s, const struct experiment *x)
{
    if (!x->has_train || !s->train.apart)
        return 0;
    const struct step_config c = experiment_fit_config(x).step;
    const struct feed_size size = {
        .in = x->graph.in,
        .rows = c.batch_size,
        .apart = pixel_bytes(s->train.pixel),
    };

    return feed_staged(&c.augment, &size);
}

size_t samples_bytes(const struct samples *s, const struct experiment *x)
{
    return set_bytes(&s->train, x) + set_bytes(&s->valid, x) +
           parts_bytes(s, x) + samples_staged(s, x);
}

/*
 * data_show.c - samples in the terminal, as they are or as training sees them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "cli/data_options.h"
#include "cli/say.h"
#include "data/pixels.h"
#include "term/picture.h"
#include "train/feed.h"

struct show_options {
    struct data_options data;
    int64_t index, count, epoch;
    bool augmented;
};

static const struct option show_options[] = {
    DATA_OPTIONS(show_options),
    OPTION(show_options, index, "index", .argument = "I", .max = 9e15,
           .doc = "Which sample, from 0; default: the first."),
    OPTION(show_options, count, "count", .argument = "N", .min = 1, .max = 9e15,
           .doc = "How many from there on; default: 1."),
    OPTION(show_options, augmented, "augmented",
           .doc = "As the network sees them in training, changed by the "
                  "configuration's data.augment."),
    OPTION(show_options, epoch, "epoch", .argument = "E", .min = 1, .max = 9e15,
           .doc = "In which epoch, with --augmented; default: 1."),
    {0},
};

/* What is shown, and how. */
struct show {
    const struct call *call;
    const struct labelled *l;
    struct feed feed; /* of --augmented */
    uint64_t epoch;
    double *pixels; /* [size] of the sample that is shown */
    float *raw;     /* [size] room for them as the set has them */
    real *x;        /* likewise, as training has them */
    double low, high;
};

static double pixel_at(enum pixel_type pixel, const void *pixels, int64_t at)
{
    if (pixel == PIXEL_U8)
        return ((const unsigned char *)pixels)[at];
    return (double)((const float *)pixels)[at];
}

/* The extents to draw: those of the network's input for a row of numbers; else
 * a square; else one line. */
static struct shape picture_shape(const struct labelled *l)
{
    const struct shape own = l->samples.part.set->shape,
                       in = l->experiment.graph.in;
    const int64_t count = shape_count(own);
    const int64_t side = (int64_t)(sqrt((double)count) + 0.5);

    if (own.axes >= 2)
        return own;
    if (in.axes >= 2 && shape_count(in) == count)
        return in;
    return side * side == count ? SHAPE(side, side) : SHAPE(1, count);
}

/* Widens [low, high] to hold all pixels of the part. */
static void find_range(void *context, const struct pixel_rows *rows)
{
    struct show *w = context;

    for (int64_t i = 0; i < rows->count; i++)
        for (int64_t k = 0; k < rows->size; k++) {
            const double v = pixel_at(rows->pixel, rows->pixels,
                                      rows->at[i] * rows->size + k);
            w->low = fmin(w->low, v);
            w->high = fmax(w->high, v);
        }
}

/* *mix: whose class is mixed in. */
static enum status take_pixels(const struct show *w, int64_t id,
                               struct loss_mix *mix, struct err *e)
{
    const struct dataset *d = w->l->samples.part.set;
    const int64_t size = shape_count(d->shape);
    const struct feed_rows rows = {.set = d,
                                   .part = &w->l->samples.part,
                                   .ids = &id,
                                   .count = 1,
                                   .epoch = w->epoch};
    const enum status s = w->x ? feed_load(&w->feed, &rows, NULL, e)
                               : pixels_read(d, &id, 1, w->raw, e);

    *mix = (struct loss_mix){0};
    if (s == OK && w->x)
        *mix = feed_raw(&w->feed, &rows, 0, 0, w->x);
    for (int64_t k = 0; s == OK && k < size; k++)
        w->pixels[k] = w->x ? (double)w->x[k] : pixel_at(d->pixel, w->raw, k);
    return s;
}

/* "labels a c", those that the sample has. */
static void put_labels(struct text *out, const struct dataset *d, int64_t id)
{
    char room[TARGET_NAME_BYTES];

    text_puts(out, dataset_has_labels(d) ? "labels" : "");
    for (int64_t k = 0; dataset_has_labels(d) && k < d->target.width; k++)
        if (d->targets[id * d->target.width + k] > 0) {
            text_puts(out, " ");
            text_shown(out, dataset_label_name(d, k, room));
        }
}

static void print_title(struct text *t, const struct dataset *d, int64_t at,
                        int64_t id, struct loss_mix mix)
{
    text_printf(t, "sample %lld, ", (long long)at);
    if (d->labels) {
        text_puts(t, "class ");
        text_shown(t, d->target.names[d->labels[id]]);
    }
    if (d->labels && mix.share > 0) {
        text_printf(t, ", %.5f of class ", mix.share);
        text_shown(t, d->target.names[mix.label]);
    }
    put_labels(t, d, id);
    for (int64_t k = 0; d->target.kind == TARGET_REAL && k < d->target.width;
         k++)
        text_printf(t, "%s%.9g", k ? " " : "target ",
                    (double)d->targets[id * d->target.width + k]);
    text_puts(t, "\n");
}

static enum status print_sample(const struct show *w, int64_t at, struct err *e)
{
    const struct subset *part = &w->l->samples.part;
    const struct shape shape = picture_shape(w->l);
    const struct picture picture = {
        .pixels = w->pixels,
        .low = w->low,
        .high = w->high,
        .channels = shape.axes > 2 ? shape.dim[0] : 1,
        .height = shape.dim[shape.axes - 2],
        .width = shape.dim[shape.axes - 1],
    };
    struct text t = {0};
    struct loss_mix mix;
    const enum status s = take_pixels(w, part->ids[at], &mix, e);

    if (s != OK)
        return s;
    print_title(&t, part->set, at, part->ids[at], mix);
    picture_print(&t, &picture,
                  colour_stdout(w->call)
                      ? palette_of(getenv("COLORTERM"), getenv("TERM"))
                      : PALETTE_ASCII);
    out_text(w->call->out, &t);
    return OK;
}

static enum status prepare(struct show *w, bool augmented, struct pool *pool,
                           struct err *e)
{
    const struct subset *part = &w->l->samples.part;
    const struct dataset *d = part->set;
    const size_t size = (size_t)shape_count(d->shape);

    w->pixels = arena_take(w->call->arena, size, sizeof *w->pixels);
    w->raw = arena_take(w->call->arena, size, sizeof *w->raw);
    if (augmented)
        w->x = arena_take(w->call->arena, size, sizeof *w->x);
    if (!w->pixels || !w->raw || (augmented && !w->x))
        return err_memory(e, "showing the sample");
    w->low = (double)INFINITY;
    w->high = -(double)INFINITY;
    const enum status s = pixels_walk(part, find_range, w, e);
    if (s != OK || !augmented)
        return s;
    const struct fit_config fit =
        facts_fit_config(&w->l->samples.facts, &w->l->experiment);
    return feed_open(&w->feed, &fit.step.augment,
                     &(struct feed_size){d->shape, 1,
                                         d->apart ? pixel_bytes(d->pixel) : 0,
                                         pool},
                     e);
}

/* The samples that training has are meant. */
static enum status check_augmented(const struct call *call, struct err *e)
{
    const struct show_options *o = call->options;

    if (o->epoch > 0 && !o->augmented)
        return usage_error(e, call, "--epoch: needs --augmented");
    if (o->augmented && !call->words[0])
        return usage_error(e, call, "--augmented: needs a CONFIG");
    if (o->augmented && o->data.split && strcmp(o->data.split, "train") != 0)
        return usage_error(e, call,
                           "--augmented: is of the training samples, not of "
                           "--split %s",
                           o->data.split);
    return OK;
}

static enum status show_samples(const struct call *call,
                                const struct labelled *l, struct err *e)
{
    const struct show_options *o = call->options;
    const int64_t count = l->samples.part.count;
    struct show w = {.call = call, .l = l, .epoch = 1};
    struct pool *pool;

    if (o->index >= count)
        return usage_error(e, call, "--index: %lld, there are %lld samples",
                           (long long)o->index, (long long)count);
    if (o->augmented && l->experiment.data.augment.count == 0)
        return err_add(e, ERR_CONFIG, l->experiment.tree.name,
                       "data.augment: is missing, nothing is augmented");
    if (o->epoch > 0)
        w.epoch = (uint64_t)o->epoch;
    enum status s = pool_new(&pool, 1, e);
    if (s == OK)
        s = prepare(&w, o->augmented, pool, e);
    const int64_t shown = o->count > 0 ? o->count : 1;
    for (int64_t i = 0; s == OK && i < num_min(shown, count - o->index); i++)
        s = print_sample(&w, o->index + i, e);
    feed_close(&w.feed);
    pool_free(pool);
    return s;
}

static enum status run_show(const struct call *call, struct err *e)
{
    const struct show_options *o = call->options;
    struct data_options data = o->data;
    const struct labelled_request r = {.options = &data,
                                       .config = call->words[0]};
    struct labelled l = {0};
    enum status s = check_augmented(call, e);

    if (o->augmented)
        data.split = "train";
    if (s == OK)
        s = labelled_open(&l, call, &r, e);
    if (s == OK)
        s = show_samples(call, &l, e);
    labelled_close(&l);
    return s;
}

const struct command cmd_data_show = {
    .name = "data show",
    .operands = "[CONFIG]",
    .doc = "Show samples in the terminal.",
    .examples = "  cnnctl data show mnist.yaml --index 7\n"
                "  cnnctl data show mnist.yaml --augmented --count 8 \\\n"
                "      -s 'data.augment=[{rotate: 10}]'\n"
                "  cnnctl data show --images i.idx.gz --labels l.idx.gz\n",
    OPTIONS(show_options),
    .takes_set = true,
    .run = run_show,
};

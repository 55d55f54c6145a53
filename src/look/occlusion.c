/*
 * occlusion.c - many copies of an image, each with a square hidden.
 */
#include "look/occlusion.h"

#include <string.h>

#include "base/num.h"
#include "look/heat.h"
#include "tensor/finite.h"
#include "train/infer.h"

/* Numbers of a batch: enough for every thread, few enough for any memory. */
enum { BATCH_MOST = 1024, BATCH_NUMBERS = 1 << 22 };

struct occlusion {
    const struct chosen *c;
    struct frame frame;
    int64_t half; /* of the square, without its middle */
    struct infer *infer;
    int64_t batch;
    real *fill; /* [in..] what hidden pixels are */
    real *x;    /* [batch, in..] */
    real *y;    /* [batch, width] */
};

/* The image is hidden where `fill` shows: x [in..] is overwritten. */
static void hide(const struct occlusion *o, const real *image, int64_t at,
                 real *x)
{
    const struct frame f = o->frame;
    const int64_t row = at / f.width, column = at % f.width;
    const int64_t top = num_max(row - o->half, 0);
    const int64_t bottom = num_min(row + o->half, f.height - 1);
    const int64_t left = num_max(column - o->half, 0);
    const int64_t right = num_min(column + o->half, f.width - 1);

    memcpy(x, image, (size_t)(f.channels * frame_pixels(f)) * sizeof *x);
    for (int64_t c = 0; c < f.channels; c++)
        for (int64_t i = top; i <= bottom; i++) {
            const int64_t begin = (c * f.height + i) * f.width + left;
            memcpy(x + begin, o->fill + begin,
                   (size_t)(right - left + 1) * sizeof *x);
        }
}

/* Positions [first, first + count) of all samples'. */
static enum status run_batch(const struct occlusion *o, int64_t first,
                             int64_t count, float *maps, struct err *e)
{
    const struct chosen *c = o->c;
    const int64_t pixels = frame_pixels(o->frame);
    const int64_t size = o->frame.channels * pixels;

    for (int64_t i = 0; i < count; i++) {
        const int64_t sample = (first + i) / pixels;
        hide(o, c->x + sample * size, (first + i) % pixels, o->x + i * size);
    }
    infer_outputs(o->infer, count, o->x, o->y);
    for (int64_t i = 0; i < count; i++) {
        const int64_t sample = (first + i) / pixels;
        const real *y = o->y + i * c->width;
        if (!all_finite(y, c->width))
            return err_add(e, ERR_DATA, NULL,
                           "sample %lld: the network's output is not finite "
                           "with pixels hidden",
                           (long long)c->index[sample]);
        maps[first + i] = (float)y[chosen_class(c, sample)];
    }
    return OK;
}

static enum status prepare(struct occlusion *o,
                           const struct occlusion_config *config,
                           struct pool *pool, struct arena *arena,
                           struct err *e)
{
    const struct model *m = o->c->model;
    const struct graph *g = &m->experiment.graph;
    const int64_t size = shape_count(g->in);
    const size_t batch = (size_t)o->batch;

    o->fill = arena_take(arena, (size_t)size, sizeof *o->fill);
    o->x = arena_take(arena, batch * (size_t)size, sizeof *o->x);
    o->y = arena_take(arena, batch * (size_t)o->c->width, sizeof *o->y);
    enum status s = arena_check(arena, e, "preparing to hide squares");
    if (s != OK)
        return s;
    for (int64_t i = 0; config->has_fill && i < size; i++)
        o->fill[i] = (real)config->fill;
    if (config->has_fill)
        batch_normalize(&m->norm, size, 1, o->fill);
    s = infer_new(&o->infer, g, pool, INFER_ANY, e);
    if (s != OK)
        return s;
    infer_weights(o->infer, m->state.best_params);
    if (m->experiment.binary)
        infer_pair(o->infer);
    return OK;
}

enum status occlusion_compute(const struct chosen *c,
                              const struct occlusion_config *config,
                              struct pool *pool, struct progress *progress,
                              float *maps, struct err *e)
{
    struct arena arena = {0};
    struct occlusion o = {.c = c, .half = config->square / 2};

    (void)frame_of(c->model->experiment.graph.in, &o.frame);
    const int64_t pixels = frame_pixels(o.frame), total = c->count * pixels;
    const int64_t most =
        num_max(1, BATCH_NUMBERS / (o.frame.channels * pixels));
    o.batch = num_min(num_min(BATCH_MOST, most), total);
    enum status s = prepare(&o, config, pool, &arena, e);
    for (int64_t i = 0, n; s == OK && i < total; i += n) {
        n = num_min(o.batch, total - i);
        s = run_batch(&o, i, n, maps, e);
        progress_show(progress, "occlusion", "positions", i + n, total);
    }
    progress_erase(progress);
    infer_free(o.infer);
    arena_free(&arena);
    return s;
}

/* Smaller ranges of probability are not stretched to the whole of the map. */
static const double least_range = 0.1;

/* Dark is where the probability is low. */
static struct heat heat_of(const float *map, int64_t pixels,
                           struct arena *arena)
{
    double *values = arena_take(arena, (size_t)pixels, sizeof *values);
    double least = (double)map[0], most = least;

    for (int64_t i = 0; values && i < pixels; i++) {
        const double p = (double)map[i];
        values[i] = -p;
        least = p < least ? p : least;
        most = p > most ? p : most;
    }
    const double dark = most - least > least_range ? least : most - least_range;
    return (struct heat){
        .values = values,
        .low = -most,
        .high = -dark,
        .ends = {arena_printf(arena, "%.3f", most),
                 arena_printf(arena, "%.3f", dark)},
        .caption = arena_printf(arena, "p %.3f .. %.3f", least, most),
    };
}

struct figure occlusion_figure(const struct chosen *c, const float *maps,
                               const struct occlusion_config *o,
                               struct arena *arena)
{
    struct heat *heats = arena_take(arena, (size_t)c->count, sizeof *heats);
    struct frame frame = {0};

    (void)frame_of(c->model->experiment.graph.in, &frame);
    const int64_t pixels = frame_pixels(frame);
    for (int64_t i = 0; heats && i < c->count; i++) {
        heats[i] = heat_of(maps + i * pixels, pixels, arena);
        heats[i].sample = i;
        heats[i].said = chosen_caption(c, i, "\n", arena);
    }
    const char *title =
        arena_printf(arena, "Probability with a square of %lldx%lld hidden",
                     (long long)o->square, (long long)o->square);
    return heat_figure(c, heats, heats ? c->count : 0, title, arena);
}

struct figure occlusion_explained(const struct chosen *c, int64_t i,
                                  const float *map, struct arena *arena)
{
    struct frame frame = {0};

    (void)frame_of(c->model->experiment.graph.in, &frame);
    struct heat heat = heat_of(map, frame_pixels(frame), arena);
    heat.sample = i;
    heat.said = chosen_most_probable(c, i, 3, arena);
    return heat_figure(c, &heat, 1, NULL, arena);
}

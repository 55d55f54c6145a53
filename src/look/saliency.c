/*
 * saliency.c - gradients of the input as images.
 */
#include "look/saliency.h"

#include <math.h>

#include "look/heat.h"
#include "tensor/finite.h"
#include "train/slopes.h"

static void largest_of_channels(struct frame f, const real *dx, float *map)
{
    const int64_t pixels = frame_pixels(f);

    for (int64_t i = 0; i < pixels; i++) {
        map[i] = 0;
        for (int64_t c = 0; c < f.channels; c++)
            map[i] =
                (float)fmax((double)map[i], fabs((double)dx[c * pixels + i]));
    }
}

static enum status compute(const struct chosen *c, struct pool *pool,
                           int64_t *classes, real *dx, struct err *e)
{
    const struct model *m = c->model;
    const int64_t size = shape_count(m->experiment.graph.in);
    const struct slope_rows rows = {
        .count = c->count,
        .x = c->x,
        .of = classes,
        .pair = m->experiment.binary,
    };

    for (int64_t i = 0; i < c->count; i++)
        classes[i] = chosen_class(c, i);
    const enum status s = slopes_of(&m->experiment.graph, m->state.best_params,
                                    &rows, dx, pool, e);
    for (int64_t i = 0; s == OK && i < c->count; i++)
        if (!all_finite(dx + i * size, size))
            return err_add(e, ERR_DATA, NULL,
                           "sample %lld: the gradient is not finite",
                           (long long)c->index[i]);
    return s;
}

enum status saliency_compute(const struct chosen *c, struct pool *pool,
                             float *maps, struct err *e)
{
    const struct shape in = c->model->experiment.graph.in;
    const int64_t size = shape_count(in);
    struct arena arena = {0};
    struct frame frame = {0};
    real *dx = arena_take(&arena, (size_t)(c->count * size), sizeof *dx);
    int64_t *classes = arena_take(&arena, (size_t)c->count, sizeof *classes);
    enum status s = arena_check(&arena, e, "computing gradients of the input");

    (void)frame_of(in, &frame);
    if (s == OK)
        s = compute(c, pool, classes, dx, e);
    for (int64_t i = 0; s == OK && i < c->count; i++)
        largest_of_channels(frame, dx + i * size,
                            maps + i * frame_pixels(frame));
    arena_free(&arena);
    return s;
}

static struct heat heat_of(const float *map, int64_t pixels,
                           struct arena *arena)
{
    double *values = arena_take(arena, (size_t)pixels, sizeof *values);
    double most = 0;

    for (int64_t i = 0; values && i < pixels; i++) {
        values[i] = (double)map[i];
        most = fmax(most, values[i]);
    }
    return (struct heat){
        .values = values,
        .high = most > 0 ? most : 1,
        .ends = {"0", arena_printf(arena, "%.3g", most > 0 ? most : 1)},
        .caption = arena_printf(arena, "up to %.3g", most),
    };
}

struct figure saliency_figure(const struct chosen *c, const float *maps,
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
    return heat_figure(c, heats, heats ? c->count : 0,
                       "Gradient of the logarithm of the probability", arena);
}

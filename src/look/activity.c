/*
 * activity.c - what a layer makes of an image.
 */
#include "look/activity.h"

#include <math.h>

#include "look/layer_outputs.h"
#include "tensor/finite.h"

enum status activity_compute(struct activity *a, const struct chosen *c,
                             int64_t i, int64_t node, struct pool *pool,
                             struct arena *arena, struct err *e)
{
    const struct graph *g = &c->model->experiment.graph;
    const struct layer *l = &g->nodes[node].layer;
    const int64_t count = shape_count(l->spec.out);
    struct layer_part part;

    *a = (struct activity){.layer = l->name};
    (void)frame_of(l->spec.out, &a->frame);
    a->maps = arena_take(arena, (size_t)count, sizeof *a->maps);
    if (!a->maps)
        return err_memory(e, "computing a layer");
    const enum status s = layer_part_open(&part, c->model, node, 1, pool, e);
    if (s == OK)
        infer_outputs(part.infer, 1, c->x + i * shape_count(g->in), a->maps);
    layer_part_close(&part);
    if (s == OK && !all_finite(a->maps, count))
        return err_add(e, ERR_DATA, NULL,
                       "sample %lld: the output of layer %s is not finite",
                       (long long)c->index[i], a->layer);
    return s;
}

static struct panel map_panel(const struct activity *a, struct arena *arena)
{
    const int64_t count = a->frame.channels;
    struct tile *tiles = arena_take(arena, (size_t)count, sizeof *tiles);

    for (int64_t k = 0; tiles && k < count; k++)
        tiles[k] =
            frame_map(a->frame, a->maps + k * frame_pixels(a->frame), arena);
    return (struct panel){
        .kind = PANEL_TILES,
        .title =
            arena_printf(arena, "%lld map%s of %lldx%lld", (long long)count,
                         count == 1 ? "" : "s", (long long)a->frame.height,
                         (long long)a->frame.width),
        .tiles = {.tiles = tiles, .count = count},
    };
}

struct figure activity_figure(const struct activity *a, const struct chosen *c,
                              int64_t i, struct arena *arena)
{
    const struct shape in = c->model->experiment.graph.in;
    struct panel *panels = arena_take(arena, 2, sizeof *panels);
    struct tile *original = arena_take(arena, 1, sizeof *original);
    const int64_t side = (int64_t)ceil(sqrt((double)a->frame.channels));
    struct frame frame;
    int64_t count = 0;

    if (!panels || !original)
        return (struct figure){0};
    if (frame_of(in, &frame)) {
        *original = frame_photo(frame, c->raw + i * shape_count(in), arena);
        panels[count++] = (struct panel){
            .kind = PANEL_TILES,
            .title = "original",
            .tiles = {.tiles = original, .count = 1, .columns = side},
        };
    }
    panels[count++] = map_panel(a, arena);
    return (struct figure){
        .title = arena_printf(arena, "%s: %s", a->layer,
                              chosen_caption(c, i, ", ", arena)),
        .panels = panels,
        .count = count,
    };
}

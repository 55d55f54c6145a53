/*
 * activity.c - what a layer makes of an image.
 */
#include "look/activity.h"

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

/* The sample, where it is an image, and every map. */
static struct tiles tiles_of(const struct activity *a, const struct chosen *c,
                             int64_t i, struct arena *arena)
{
    const struct shape in = c->model->experiment.graph.in;
    const int64_t maps = a->frame.channels;
    struct tile *tiles = arena_take(arena, (size_t)maps + 1, sizeof *tiles);
    struct frame frame;
    int64_t count = 0;

    if (!tiles)
        return (struct tiles){0};
    if (frame_of(in, &frame)) {
        tiles[0] = frame_photo(frame, c->raw + i * shape_count(in), arena);
        tiles[count++].caption = "original";
    }
    for (int64_t k = 0; k < maps; k++, count++) {
        tiles[count] =
            frame_map(a->frame, a->maps + k * frame_pixels(a->frame), arena);
        tiles[count].caption = arena_printf(arena, "%lld", (long long)k);
    }
    return (struct tiles){.tiles = tiles, .count = count};
}

struct figure activity_figure(const struct activity *a, const struct chosen *c,
                              int64_t i, struct arena *arena)
{
    const struct frame f = a->frame;
    struct panel *panel = arena_take(arena, 1, sizeof *panel);

    if (!panel)
        return (struct figure){0};
    *panel = (struct panel){
        .kind = PANEL_TILES,
        .title = arena_printf(arena, "%lld map%s of %lldx%lld",
                              (long long)f.channels, f.channels == 1 ? "" : "s",
                              (long long)f.height, (long long)f.width),
        .tiles = tiles_of(a, c, i, arena),
    };
    return (struct figure){
        .title = arena_printf(arena, "%s: %s", a->layer,
                              chosen_caption(c, i, ", ", arena)),
        .panels = panel,
        .count = 1,
    };
}

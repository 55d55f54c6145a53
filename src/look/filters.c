/*
 * filters.c - the weights of a layer as images.
 */
#include "look/filters.h"

#include <math.h>

#include "base/num.h"
#include "look/layers.h"

static bool is_bank(const struct graph *g, int64_t node)
{
    return layer_has_filters(g, node) &&
           g->nodes[node].layer.spec.params[0].shape.axes == 4;
}

/* One row of a matrix. */
static struct frame row_frame(const struct layer *l, int64_t numbers)
{
    struct frame frame;

    if (l->inputs == 1 && frame_of(l->in[0], &frame) &&
        frame.channels * frame_pixels(frame) == numbers)
        return frame;
    return (struct frame){1, 1, numbers};
}

struct filters_seen filters_of(const struct model *m, int64_t node)
{
    const struct graph *g = &m->experiment.graph;
    const struct graph_node *n = &g->nodes[node];
    const struct param *weight = &g->params[n->first_param];
    const int64_t *dim = weight->shape.dim;
    const bool bank = weight->shape.axes == 4;
    struct filters_seen f = {
        .layer = n->layer.name,
        .count = dim[0],
        .frame = bank ? (struct frame){dim[1], dim[2], dim[3]}
                      : row_frame(&n->layer, dim[1]),
        .values = m->state.best_params + weight->offset,
        .matrix = !bank || dim[2] * dim[3] == 1,
        .first = true,
    };

    for (int64_t i = 0; i < node; i++)
        f.first = f.first && !is_bank(g, i);
    return f;
}

/* Channel c of a filter; the mean of all of FILTERS_MEAN. */
static struct tile plane_tile(const struct filters_seen *f, int64_t filter,
                              int64_t channel, struct arena *arena)
{
    const int64_t pixels = frame_pixels(f->frame), all = f->frame.channels;
    const real *x = f->values + filter * all * pixels;
    const int64_t first = channel == FILTERS_MEAN ? 0 : channel;
    const int64_t count = channel == FILTERS_MEAN ? all : 1;
    double *values = arena_take(arena, (size_t)pixels, sizeof *values);
    double least = (double)INFINITY, most = -least;

    for (int64_t c = first; values && c < first + count; c++)
        for (int64_t i = 0; i < pixels; i++)
            values[i] += (double)x[c * pixels + i] / (double)count;
    for (int64_t i = 0; values && i < pixels; i++) {
        least = fmin(least, values[i]);
        most = fmax(most, values[i]);
    }
    return (struct tile){
        .values = values,
        .channels = 1,
        .height = f->frame.height,
        .width = f->frame.width,
        .map = MAP_GREY,
        .ends = {arena_printf(arena, "%.2g", least),
                 arena_printf(arena, "%.2g", most)},
    };
}

static struct tile colour_tile(const struct filters_seen *f, int64_t filter,
                               struct arena *arena)
{
    const int64_t count = 3 * frame_pixels(f->frame);
    double *values = arena_take(arena, (size_t)count, sizeof *values);

    for (int64_t i = 0; values && i < count; i++)
        values[i] = (double)f->values[filter * count + i];
    return (struct tile){
        .values = values,
        .channels = 3,
        .height = f->frame.height,
        .width = f->frame.width,
    };
}

/* All filters; `colour`: of their three channels at once. */
static struct tiles bank_tiles(const struct filters_seen *f, int64_t channel,
                               bool colour, struct arena *arena)
{
    struct tile *tiles = arena_take(arena, (size_t)f->count, sizeof *tiles);

    for (int64_t i = 0; tiles && i < f->count; i++)
        tiles[i] = colour ? colour_tile(f, i, arena)
                          : plane_tile(f, i, channel, arena);
    return (struct tiles){.tiles = tiles, .count = f->count};
}

/* A matrix of at most FILTERS_SIDE cells a side. */
struct shrunk {
    int64_t down, right; /* weights of a cell along each axis */
    struct tile tile;
};

static struct shrunk shrink(const struct filters_seen *f, struct arena *arena)
{
    const int64_t width = f->frame.channels * frame_pixels(f->frame);
    struct shrunk s = {num_ceil_div(f->count, FILTERS_SIDE),
                       num_ceil_div(width, FILTERS_SIDE),
                       {.channels = 1, .map = MAP_DIVERGING}};
    double most = 0;

    s.tile.height = num_ceil_div(f->count, s.down);
    s.tile.width = num_ceil_div(width, s.right);
    const int64_t cells = s.tile.height * s.tile.width;
    double *values = arena_take(arena, (size_t)cells, sizeof *values);
    for (int64_t y = 0; values && y < f->count; y++)
        for (int64_t x = 0; x < width; x++) {
            const int64_t row = y / s.down, column = x / s.right;
            const int64_t rows = num_min(s.down, f->count - row * s.down);
            const int64_t columns = num_min(s.right, width - column * s.right);
            values[row * s.tile.width + column] +=
                (double)f->values[y * width + x] / (double)(rows * columns);
        }
    for (int64_t i = 0; values && i < cells; i++)
        most = fmax(most, fabs(values[i]));
    s.tile.values = values;
    s.tile.high = most > 0 ? most : 1;
    s.tile.low = -s.tile.high;
    return s;
}

static const char *shape_words(const struct filters_seen *f,
                               struct arena *arena)
{
    return arena_printf(arena, "%s: %lld filter%s of %lldx%lldx%lld", f->layer,
                        (long long)f->count, f->count == 1 ? "" : "s",
                        (long long)f->frame.channels,
                        (long long)f->frame.height, (long long)f->frame.width);
}

static struct figure matrix_figure(const struct filters_seen *f,
                                   struct arena *arena)
{
    const struct shrunk s = shrink(f, arena);
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    struct tile *tile = arena_take(arena, 1, sizeof *tile);
    const char *cells =
        s.down * s.right > 1
            ? arena_printf(arena, ", a cell the mean of %lldx%lld",
                           (long long)s.down, (long long)s.right)
            : "";

    if (!panel || !tile)
        return (struct figure){0};
    *tile = s.tile;
    tile->ends[0] = arena_printf(arena, "%.3g", tile->low);
    tile->ends[1] = arena_printf(arena, "%.3g", tile->high);
    *panel = (struct panel){.kind = PANEL_TILES,
                            .tiles = {.tiles = tile, .count = 1}};
    return (struct figure){
        .title = arena_printf(
            arena,
            "%s: weights of %lld unit%s (rows) and %lld inputs, "
            "-%.3g .. %.3g%s",
            f->layer, (long long)f->count, f->count == 1 ? "" : "s",
            (long long)(f->frame.channels * frame_pixels(f->frame)), tile->high,
            tile->high, cells),
        .panels = panel,
        .count = 1,
    };
}

/* A panel for every channel. */
static struct figure channel_figure(const struct filters_seen *f,
                                    struct arena *arena)
{
    const int64_t count = f->frame.channels;
    struct panel *panels = arena_take(arena, (size_t)count, sizeof *panels);

    for (int64_t c = 0; panels && c < count; c++)
        panels[c] = (struct panel){
            .kind = PANEL_TILES,
            .title = count > 1
                         ? arena_printf(arena, "channel %lld", (long long)c)
                         : NULL,
            .tiles = bank_tiles(f, c, false, arena),
        };
    return (struct figure){.title = shape_words(f, arena),
                           .panels = panels,
                           .count = panels ? count : 0};
}

/* One panel: in colour, of one channel, or of the mean. */
static struct figure one_figure(const struct filters_seen *f, int64_t channel,
                                bool colour, struct arena *arena)
{
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    const char *words = shape_words(f, arena);

    if (!panel)
        return (struct figure){0};
    *panel = (struct panel){
        .kind = PANEL_TILES,
        .tiles = bank_tiles(f, channel, colour, arena),
    };
    return (struct figure){
        .title = colour ? words
                 : channel == FILTERS_MEAN
                     ? arena_printf(arena, "%s, mean over the channels", words)
                     : arena_printf(arena, "%s, channel %lld", words,
                                    (long long)channel),
        .panels = panel,
        .count = 1,
    };
}

struct figure filters_figure(const struct filters_seen *f, int64_t channel,
                             struct arena *arena)
{
    const int64_t channels = f->frame.channels;

    if (f->matrix)
        return matrix_figure(f, arena);
    if (channel != FILTERS_MEAN)
        return one_figure(f, channel, false, arena);
    if (f->first && channels == 3)
        return one_figure(f, FILTERS_MEAN, true, arena);
    if (channels == 1 || (f->first && channels <= FILTERS_PANELS))
        return channel_figure(f, arena);
    return one_figure(f, FILTERS_MEAN, false, arena);
}

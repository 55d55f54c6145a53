/*
 * winograd_empty.c - outputs whose window holds nothing but zeros.
 *
 * There the sum over the window is zero, but a tile that holds other cells too
 * leaves the rounding errors of its transforms, about 1e-8: of either sign, so
 * a rectifier without a bias would pass half of them, and their gradients, on.
 * Backgrounds of images are such windows.  So they are found, by or-ing over
 * channels and taps, and get what they stand for.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "conv/winograd.h"

/* How often it is asked whether all pixels are in use already. */
enum { CHANNELS = 8 };

HOT_CLONES
static void mark_nonzero(const real *restrict x, int64_t count,
                         int32_t *restrict used)
{
    for (int64_t i = 0; i < count; i++)
        used[i] |= x[i] != 0;
}

/* The same of blocked pixels, of which `lanes` hold a channel. */
HOT_CLONES
static void mark_pixels(const real *restrict x, int64_t count, int64_t pitch,
                        int64_t lanes, int32_t *restrict used)
{
    for (int64_t i = 0; i < count; i++, x += pitch)
        for (int64_t l = 0; l < lanes; l++)
            used[i] |= x[l] != 0;
}

HOT_CLONES
static int64_t sum_of(const int32_t *used, int64_t count)
{
    int32_t sum = 0;

    for (int64_t i = 0; i < count; i++)
        sum += used[i];
    return sum;
}

HOT_CLONES
static void merge(const int32_t *restrict from, int64_t count,
                  int32_t *restrict to)
{
    for (int64_t i = 0; i < count; i++)
        to[i] |= from[i];
}

static int32_t *ints_at(const struct winograd *w, int64_t place)
{
    return (int32_t *)(void *)(w->call->work + place);
}

bool winograd_seeks_empties(const struct winograd *w)
{
    const real *bias = w->call->work + w->bias;
    real *rest = w->call->work + w->rest;
    bool seeks = false;

    for (int64_t o = 0; o < w->y.lanes; o++) {
        seeks |= o < w->y.planes && bias[o] == 0;
        rest[o] = w->call->rectify && bias[o] < 0 ? 0 : bias[o];
    }
    return seeks;
}

/* How many empty windows a strip has, and then their outputs, as pixels of its
 * rows of a plane. */
static int32_t *list_of(const struct winograd *w, const struct strip *s)
{
    return ints_at(w, w->empties) + s->tile * (w->m * w->m + 1);
}

/* Marks the pixels of rows of x that are not zero in some of the lanes
 * [c, c + step). */
static void mark(const struct winograd *w, const struct strip *s, int64_t c,
                 int64_t step, int32_t *used)
{
    const struct side *x = &w->x;
    const struct range rows = winograd_rows(w, x, s);
    const int64_t pixels = (rows.end - rows.begin) * x->width;
    const int64_t plane = x->height * x->width;
    const real *from = w->call->x;

    if (w->call->x_blocked) {
        from += (s->sample * x->lanes + c) * plane;
        mark_pixels(from + rows.begin * x->width * step, pixels, step,
                    num_min(step, x->planes - c), used);
    } else {
        from += (s->sample * x->planes + c) * plane;
        mark_nonzero(from + rows.begin * x->width, pixels, used);
    }
}

/* `cells` [rows, pitch]: 1 where x, with its padding, is not zero in all
 * channels; as many rows as the windows of the strip read. */
static void find_cells(const struct winograd *w, const struct strip *s,
                       int32_t *cells)
{
    const struct side *x = &w->x;
    const struct range rows = winograd_rows(w, x, s);
    const int64_t pixels = (rows.end - rows.begin) * x->width;
    const int64_t step = w->call->x_blocked ? w->task->kern->lanes : 1;
    int32_t *used = ints_at(w, w->used);

    memset(used, 0, (size_t)pixels * sizeof *used);
    for (int64_t c = 0; c < x->planes; c += step) {
        mark(w, s, c, step, used);
        if ((c + step) % CHANNELS == 0 && sum_of(used, pixels) == pixels)
            break;
    }
    if (pixels == 0) /* padding alone */
        return;
    cells += (rows.begin + x->pad_y - winograd_start(w, &w->rows, s->begin)) *
                 w->pitch +
             x->pad_x;
    for (int64_t i = 0; i < rows.end - rows.begin; i++)
        memcpy(cells + i * w->pitch, used + i * x->width,
               (size_t)num_min(x->width, w->pitch - x->pad_x) * sizeof *cells);
}

void winograd_find_empties(const struct winograd *w, const struct strip *s)
{
    const struct range rows = winograd_rows(w, &w->y, s);
    const int64_t height = rows.end - rows.begin, width = w->y.width;
    const int64_t count = height * w->pitch;
    int32_t *cells = ints_at(w, w->cells), *full = ints_at(w, w->full);
    int32_t *list = list_of(w, s), *end = list + 1;

    memset(cells, 0, (size_t)(count + w->r * w->pitch) * sizeof *cells);
    memset(full, 0, (size_t)count * sizeof *full);
    find_cells(w, s, cells);
    for (int64_t u = 0; u < w->r; u++)
        for (int64_t v = 0; v < w->r; v++)
            merge(cells + u * w->pitch + v, count, full);
    for (int64_t i = 0; i < height; i++)
        for (int64_t j = 0; j < width; j++)
            if (!full[i * w->pitch + j])
                *end++ = (int32_t)(i * width + j);
    *list = (int32_t)(end - list - 1);
}

void winograd_fill_empties(const struct winograd *w, const struct strip *s,
                           int64_t first, real *plane)
{
    const int64_t lanes = w->task->kern->lanes;
    const int32_t *list = list_of(w, s);

    for (int64_t i = 1; i <= list[0]; i++)
        memcpy(plane + list[i] * lanes, w->call->work + w->rest + first,
               (size_t)lanes * sizeof *plane);
}

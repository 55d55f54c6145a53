/*
 * winograd_tiles.c - between images and the matrices of their tiles.
 */
#include <string.h>

#include "base/num.h"
#include "conv/winograd.h"

static int64_t clamp(int64_t v, int64_t high)
{
    return num_max(0, num_min(v, high));
}

/* A transform between a blocked plane, which begins with the strip's first row,
 * and the elements. */
struct plane_pass {
    winograd_tile_fn *transform;
    const real *from; /* the plane; NULL: the elements */
    real *to;         /* likewise */
    const real *next; /* the plane after it, NULL: none */
};

/* Asks for the part of the next plane that is due after so many tiles: lines
 * of a plane come from memory more slowly than they are transformed, and the
 * processor foresees little of the way of a tile. */
static void fetch_next(const struct plane_pass *pass, int64_t begin, int64_t end)
{
    enum { LINE = 64 / sizeof(real) };

    for (int64_t at = begin / LINE * LINE; at < end; at += LINE)
        __builtin_prefetch(pass->next + at, 0, 2);
}

/* Transforms the tiles of a strip, one vector of planes from `first`. */
static void run_tiles(const struct winograd *w, const struct side *side,
                      const struct strip *s, int64_t first,
                      const struct plane_pass *pass)
{
    const struct conv_call *call = w->call;
    const int64_t lanes = w->task->kern->lanes, size = side->size;
    const int64_t begin = winograd_rows(w, side, s).begin;
    real *at = call->work + side->elements + s->tile * side->pitch + first;
    struct winograd_tile t = {
        .row = side->width * lanes,
        .step = side->step,
        .bias = call->work + w->bias + first,
        .rectify = call->rectify,
    };

    const struct range rows = winograd_rows(w, side, s);
    const int64_t all = (rows.end - rows.begin) * side->width * lanes;
    const int64_t tiles = (s->end - s->begin) * w->columns;
    int64_t tile = 0;

    for (int64_t i = s->begin; i < s->end; i++) {
        const int64_t top = i * w->m - side->pad_y;
        t.top = clamp(-top, size);
        t.bottom = clamp(side->height - top, size);
        for (int64_t j = 0; j < w->columns; j++, at += side->pitch) {
            const int64_t left = j * w->m - side->pad_x;
            t.origin = ((top - begin) * side->width + left) * lanes;
            t.left = clamp(-left, size);
            t.right = clamp(side->width - left, size);
            t.from = pass->from ? pass->from : at;
            t.to = pass->to ? pass->to : at;
            if (pass->next)
                fetch_next(pass, all * tile / tiles, all * (tile + 1) / tiles);
            tile++;
            pass->transform(&t);
        }
    }
}

/* The rows of a strip in one vector of planes, and where they begin in x, y,
 * dx or dy. */
static struct planes planes_of(const struct winograd *w,
                               const struct side *side, const struct strip *s,
                               int64_t first, int64_t *begin)
{
    const struct range rows = winograd_rows(w, side, s);
    const int64_t lanes = w->task->kern->lanes;

    *begin = ((s->sample * side->planes + first) * side->height + rows.begin) *
             side->width;
    return (struct planes){
        .count = num_min(lanes, side->planes - first),
        .pixels = (rows.end - rows.begin) * side->width,
        .stride = side->height * side->width,
        .pitch = lanes,
    };
}

/* Where the rows of planes_of begin in a blocked image. */
static int64_t blocked_at(const struct winograd *w, const struct side *side,
                          const struct strip *s, int64_t first)
{
    const struct range rows = winograd_rows(w, side, s);
    const int64_t lanes = w->task->kern->lanes;

    return ((s->sample * side->lanes + first) * side->height +
            rows.begin * lanes) *
           side->width;
}

void winograd_load(const struct winograd *w, const struct side *side,
                   const struct strip *s, winograd_tile_fn *transform,
                   const struct winograd_image *image)
{
    const struct kernels *kern = w->task->kern;
    real *plane = w->call->work + side->plane;
    int64_t begin;

    for (int64_t c = 0; c < side->lanes; c += kern->lanes) {
        struct plane_pass pass = {.transform = transform, .from = plane};
        const struct planes p = planes_of(w, side, s, c, &begin);
        if (image->blocked)
            pass.from = image->from + blocked_at(w, side, s, c),
            pass.next = pass.from + side->height * side->width * kern->lanes;
        else
            kern->to_blocked(&p, image->from + begin, plane);
        run_tiles(w, side, s, c, &pass);
    }
}

void winograd_store_y(const struct winograd *w, const struct strip *s,
                      bool seek)
{
    const struct kernels *kern = w->task->kern;
    const struct conv_call *call = w->call;
    int64_t begin;

    for (int64_t o = 0; o < w->y.lanes; o += kern->lanes) {
        const struct planes p = planes_of(w, &w->y, s, o, &begin);
        real *plane = call->y_blocked ? call->y + blocked_at(w, &w->y, s, o)
                                      : call->work + w->y.plane;
        const real *next = plane + w->y.height * w->y.width * kern->lanes;
        const struct plane_pass pass = {w->tiles->output, NULL, plane,
                                        call->y_blocked ? next : NULL};
        run_tiles(w, &w->y, s, o, &pass);
        if (seek)
            winograd_fill_empties(w, s, o, plane);
        if (!call->y_blocked)
            kern->from_blocked(&p, plane, false, call->y + begin);
    }
}

void winograd_store_dx(const struct winograd *w, const struct strip *s)
{
    const struct kernels *kern = w->task->kern;
    const struct conv_call *call = w->call;
    const struct range rows = winograd_rows(w, &w->x, s);
    const int64_t written = s->begin * w->m + w->r - 1 - w->x.pad_y;
    const int64_t shared =
        s->begin == 0
            ? 0
            : num_min(rows.end, num_max(rows.begin, written)) - rows.begin;
    const int64_t old = shared * w->x.width; /* pixels */
    int64_t begin;

    for (int64_t c = 0; c < w->x.lanes; c += kern->lanes) {
        struct planes p = planes_of(w, &w->x, s, c, &begin);
        const int64_t all = p.pixels, kept = call->x_blocked ? old : 0;
        real *plane = call->x_blocked ? call->dx + blocked_at(w, &w->x, s, c)
                                      : call->work + w->x.plane;
        const struct plane_pass pass = {w->tiles->d_input, NULL, plane, NULL};
        memset(plane + kept * kern->lanes, 0,
               (size_t)((all - kept) * kern->lanes) * sizeof *plane);
        run_tiles(w, &w->x, s, c, &pass);
        if (call->x_blocked)
            continue;
        p.pixels = old;
        kern->from_blocked(&p, plane, true, call->dx + begin);
        p.pixels = all - old;
        kern->from_blocked(&p, plane + old * kern->lanes, false,
                           call->dx + begin + old);
    }
}

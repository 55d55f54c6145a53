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
    const struct winograd_transform *transform;
    const real *from;    /* the plane; NULL: the elements */
    real *to;            /* likewise */
    const real *next[2]; /* the planes after it, NULL: none */
};

/* Asks for reals [begin, end) of the next planes: their lines come from memory
 * more slowly than they are transformed, and the processor foresees little of
 * a tile's way. */
static void fetch_next(const struct plane_pass *pass, int64_t begin,
                       int64_t end)
{
    enum { LINE = 64 / sizeof(real) };

    for (int i = 0; i < 2 && pass->next[i]; i++)
        for (int64_t at = begin / LINE * LINE; at < end; at += LINE)
            __builtin_prefetch(pass->next[i] + at, 0, 2);
}

/* What run_tiles has in hand: one vector of planes from `first`. */
struct tile_pass {
    const struct winograd *w;
    const struct side *side;
    const struct plane_pass *pass;
    struct winograd_tile tile;
    int64_t first, origin; /* plane; row of the image where it begins */
    int64_t lane;          /* of `first` in V or E */
};

/* Transforms tile (i, j), which is number `at` of the matrices. */
static void run_tile(struct tile_pass *p, int64_t i, int64_t j, int64_t at)
{
    const struct winograd *w = p->w;
    const struct side *side = p->side;
    struct winograd_tile *t = &p->tile;
    const bool low = i >= w->rows.full, narrow = j >= w->columns.full;
    const int64_t top = winograd_start(w, &w->rows, i) - side->pad_y;
    const int64_t left = winograd_start(w, &w->columns, j) - side->pad_x;
    const int64_t element = (low ? w->n : 0) + (narrow ? 1 : 0);
    const int64_t place = p->pass->from
                              ? at * side->row + p->lane
                              : at * side->pitch + p->first - side->first;
    real *elements =
        w->call->work + side->elements + element * side->step + place;

    t->top = clamp(-top, side->size - low);
    t->bottom = clamp(side->height - top, side->size - low);
    t->left = clamp(-left, side->size - narrow);
    t->right = clamp(side->width - left, side->size - narrow);
    t->origin = (top - p->origin) * t->row + left * w->task->kern->lanes;
    t->from = p->pass->from ? p->pass->from : elements;
    t->to = p->pass->to ? p->pass->to : elements;
    p->pass->transform->of[low][narrow](t);
}

/* Transforms the tiles of a strip. */
static void run_tiles(const struct winograd *w, const struct side *side,
                      const struct strip *s, int64_t first,
                      const struct plane_pass *pass)
{
    const struct conv_call *call = w->call;
    const int64_t lanes = w->task->kern->lanes;
    const struct range rows = winograd_rows(w, side, s);
    const int64_t all = (rows.end - rows.begin) * side->width * lanes;
    const int64_t tiles = (s->end - s->begin) * w->columns.count;
    struct strip place = *s;
    int64_t done = 0;
    struct tile_pass p = {
        .w = w,
        .side = side,
        .pass = pass,
        .tile = {.row = side->width * lanes,
                 .step = side->step,
                 .bias = call->work + w->bias + first,
                 .rectify = call->rectify},
        .first = first,
        .origin = rows.begin,
        .lane = winograd_lane(w, side, first),
    };

    for (int64_t i = s->begin; i < s->end; i++)
        for (int64_t j = 0; j < w->columns.count; j++) {
            int64_t *at = &place.first[i >= w->rows.full][j >= w->columns.full];
            fetch_next(pass, all * done / tiles, all * (done + 1) / tiles);
            run_tile(&p, i, j, (*at)++);
            done++;
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

/* From one vector of blocked planes to the next. */
static int64_t plane_reals(const struct winograd *w, const struct side *side)
{
    return side->height * side->width * w->task->kern->lanes;
}

/* Planes `p`, blocked, of a strip and from plane `first`: where they are, or
 * masked in `plane`; and what comes after them. */
static void find_planes(const struct winograd *w, const struct side *side,
                        const struct strip *s, int64_t first,
                        const struct winograd_image *image,
                        const struct planes *p, real *plane,
                        struct plane_pass *pass)
{
    const struct kernels *kern = w->task->kern;
    const int64_t at = blocked_at(w, side, s, first);

    pass->from = image->from + at;
    pass->next[0] = pass->from + plane_reals(w, side);
    if (!image->over)
        return;
    pass->next[1] = image->over + at + plane_reals(w, side);
    kern->mask(pass->from, image->over + at, p->pixels * kern->lanes, plane);
    pass->from = plane;
    if (image->sums)
        kern->sum_lanes(plane, p->pixels, p->count, image->sums + first);
}

void winograd_load(const struct winograd *w, const struct side *side,
                   const struct strip *s,
                   const struct winograd_transform *transform,
                   const struct winograd_image *image)
{
    const struct kernels *kern = w->task->kern;
    real *plane = w->call->work + side->plane;
    int64_t begin;

    for (int64_t c = side->part.begin; c < side->part.end; c += kern->lanes) {
        struct plane_pass pass = {.transform = transform, .from = plane};
        const struct planes p = planes_of(w, side, s, c, &begin);
        if (image->blocked)
            find_planes(w, side, s, c, image, &p, plane, &pass);
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

    for (int64_t o = w->y.part.begin; o < w->y.part.end; o += kern->lanes) {
        const struct planes p = planes_of(w, &w->y, s, o, &begin);
        real *plane = call->y_blocked ? call->y + blocked_at(w, &w->y, s, o)
                                      : call->work + w->y.plane;
        struct plane_pass pass = {.transform = &w->tiles->output, .to = plane};
        if (call->y_blocked)
            pass.next[0] = plane + plane_reals(w, &w->y);
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
    const int64_t written =
        winograd_start(w, &w->rows, s->begin) + w->r - 1 - w->x.pad_y;
    const int64_t shared =
        s->begin == 0
            ? 0
            : num_min(rows.end, num_max(rows.begin, written)) - rows.begin;
    const int64_t old = shared * w->x.width; /* pixels */
    int64_t begin;

    for (int64_t c = w->x.part.begin; c < w->x.part.end; c += kern->lanes) {
        struct planes p = planes_of(w, &w->x, s, c, &begin);
        const int64_t all = p.pixels, kept = call->x_blocked ? old : 0;
        real *plane = call->x_blocked ? call->dx + blocked_at(w, &w->x, s, c)
                                      : call->work + w->x.plane;
        struct plane_pass pass = {.transform = &w->tiles->d_input, .to = plane};
        if (call->x_blocked)
            pass.next[0] = plane + plane_reals(w, &w->x);
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

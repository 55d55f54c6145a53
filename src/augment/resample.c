/*
 * resample.c - bilinear values at many places.
 *
 * The picture gets a border of one pixel all around, so that no place needs a
 * test: places are folded into it first.  Of bytes the four values that a place
 * may need are packed into one word, and one access fetches them; bytes and
 * reals give the same bits.  Everything is computed element by element, in
 * pieces that stay in the cache, by loops that become vectors; an element's
 * bits depend on its operands alone.
 */
#include "augment/resample.h"

#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"

/* Pixels at a time. */
enum { PIECE = 512 };

/* Border rows and columns, and a row that only zero weights meet. */
enum { MORE_ROWS = 3, MORE_COLUMNS = 2 };

const struct motion motion_none = {.yy = 1, .xx = 1};

const char *const fill_words[] = {"zero", "edge", "reflect", NULL};

struct fill fill_of(struct real_or_word key, const struct picture *p)
{
    double value = key.word ? 0 : key.value;

    if (p->clips)
        value = fmin(fmax(value, 0), p->range);
    if (key.word && strcmp(key.word, "edge") == 0)
        return (struct fill){FILL_EDGE, 0};
    if (key.word && strcmp(key.word, "reflect") == 0)
        return (struct fill){FILL_REFLECT, 0};
    return (struct fill){FILL_NUMBER, value};
}

void motion_add(struct motion *m, struct motion b)
{
    const struct motion a = *m;

    *m = (struct motion){
        .yy = a.yy * b.yy + a.yx * b.xy,
        .yx = a.yy * b.yx + a.yx * b.xx,
        .y0 = a.yy * b.y0 + a.yx * b.x0 + a.y0,
        .xy = a.xy * b.yy + a.xx * b.xy,
        .xx = a.xy * b.yx + a.xx * b.xx,
        .x0 = a.xy * b.y0 + a.xx * b.x0 + a.x0,
        .bent = a.bent || b.bent,
    };
}

static int64_t pitch_of(const struct picture *p)
{
    return p->width + MORE_COLUMNS;
}

/* Of one channel with its border, and one pixel that zero weights meet. */
static int64_t bordered(const struct picture *p)
{
    return (p->height + MORE_ROWS) * pitch_of(p) + 1;
}

size_t resample_border(const struct picture *p)
{
    const size_t each =
        sizeof(real) > sizeof(uint32_t) ? sizeof(real) : sizeof(uint32_t);

    return (size_t)p->channels * (size_t)bordered(p) * each;
}

size_t resample_rows(const struct picture *p)
{
    return (size_t)bordered(p);
}

/* Where some pixels come from: rows and columns in the bordered picture; then
 * the pixel above and to the left, and how far below and right of it. */
struct places {
    int32_t at[PIECE];
    real y[PIECE], x[PIECE];
};

/* The range of an axis of `extent` pixels that places are folded into. */
struct axis {
    real low, high, period; /* period 0: no mirror */
};

static struct axis axis_of(int64_t extent, enum fill_kind kind)
{
    if (kind == FILL_NUMBER)
        return (struct axis){0, (real)(extent + 1), 0};
    return (struct axis){1, (real)extent,
                         kind == FILL_REFLECT ? (real)(2 * (extent - 1)) : 0};
}

/* y = row of the map at pixels [0, n). */
HOT_CLONES
static void map_places(const real *y_of, const real *x_of, const real by[3],
                       int64_t n, real *to)
{
    const real from_y = by[0], from_x = by[1], start = by[2];

    NO_CARRY
    for (int64_t i = 0; i < n; i++)
        to[i] = from_y * y_of[i] + (from_x * x_of[i] + start);
}

HOT_CLONES
static void field_places(const real *of, const real *moved, real start,
                         int64_t n, real *to)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++)
        to[i] = (of[i] + start) + moved[i];
}

/* |x| of a mirror at 0, then the part of the period, then a mirror at its
 * half. */
HOT_CLONES
static void mirror_places(struct axis a, int64_t n, real *x)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++) {
        real t = x[i] - a.low;
        t = t < 0 ? -t : t;
        t = t - a.period * (real)(int64_t)(t / a.period);
        x[i] = a.low + (t > a.period - t ? a.period - t : t);
    }
}

HOT_CLONES
static void clamp_places(struct axis a, int64_t n, real *x)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++) {
        const real t = x[i] < a.low ? a.low : x[i];
        x[i] = t > a.high ? a.high : t;
    }
}

static void fold_places(struct axis a, int64_t n, real *x)
{
    if (a.period > 0)
        mirror_places(a, n, x);
    clamp_places(a, n, x);
}

/* A place becomes a pixel and what is left. */
HOT_CLONES
static void split_places(struct places *p, int32_t pitch, int64_t n)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++) {
        const int32_t row = (int32_t)p->y[i], column = (int32_t)p->x[i];
        p->at[i] = row * pitch + column;
        p->y[i] -= (real)row;
        p->x[i] -= (real)column;
    }
}

INLINE real between(real a, real b, real share)
{
    return a + (b - a) * share;
}

HOT_CLONES
static void pick_packed(const uint32_t *plane, const struct places *p,
                        int64_t n, real *to)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++) {
        const uint32_t four = plane[p->at[i]];
        const real a = (real)(int32_t)(four & 255);
        const real b = (real)(int32_t)(four >> 8 & 255);
        const real c = (real)(int32_t)(four >> 16 & 255);
        const real d = (real)(int32_t)(four >> 24);
        to[i] =
            between(between(a, b, p->x[i]), between(c, d, p->x[i]), p->y[i]);
    }
}

HOT_CLONES
static void pick_reals(const real *plane, int64_t pitch, const struct places *p,
                       int64_t n, real *to)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++) {
        const int32_t at = p->at[i];
        const real *below = plane + pitch;
        to[i] = between(between(plane[at], plane[at + 1], p->x[i]),
                        between(below[at], below[at + 1], p->x[i]), p->y[i]);
    }
}

/* Byte i, the one after it, and the two below. */
HOT_CLONES
static void pack(const unsigned char *from, int64_t pitch, int64_t n,
                 uint32_t *to)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++)
        to[i] = (uint32_t)from[i] | (uint32_t)from[i + 1] << 8 |
                (uint32_t)from[i + pitch] << 16 |
                (uint32_t)from[i + pitch + 1] << 24;
}

/* The old picture, a channel after the other. */
static void pack_channels(const struct picture *p, unsigned char fill)
{
    const int64_t pitch = pitch_of(p), height = p->height, width = p->width;
    const unsigned char *from = p->bytes;
    uint32_t *to = p->border;

    memset(p->rows, fill, (size_t)bordered(p));
    for (int64_t c = 0; c < p->channels; c++, to += bordered(p)) {
        for (int64_t y = 1; y <= height; y++, from += width)
            memcpy(p->rows + y * pitch + 1, from, (size_t)width);
        pack(p->rows, pitch, (height + 2) * pitch, to);
    }
}

static void border_channels(const struct picture *p, real fill)
{
    const int64_t pitch = pitch_of(p), height = p->height, width = p->width;
    const real *from = p->x;
    real *to = p->border;

    for (int64_t i = 0; i < p->channels * bordered(p); i++)
        to[i] = fill;
    for (int64_t c = 0; c < p->channels; c++, to += bordered(p))
        for (int64_t y = 1; y <= height; y++, from += width)
            memcpy(to + y * pitch + 1, from, (size_t)width * sizeof *to);
}

/* Bytes stay bytes if what surrounds them is one. */
static bool keep_old(struct picture *p, struct fill f)
{
    const unsigned char fill = p->bytes ? (unsigned char)f.value : 0;

    if (p->bytes && (double)fill == f.value) {
        pack_channels(p, fill);
        p->bytes = NULL;
        return true;
    }
    picture_reals(p);
    border_channels(p, (real)f.value);
    return false;
}

/* Where all places come from: a map, or a field of distances. */
struct ways {
    real y[3], x[3];     /* rows of the map, into the bordered picture */
    const real *dy, *dx; /* NULL: the map */
};

static void find_places(const struct picture *p, const struct ways *w,
                        int64_t first, int64_t n, struct places *to)
{
    const real *y_of = p->y_of + first, *x_of = p->x_of + first;

    if (w->dy) {
        field_places(y_of, w->dy + first, w->y[2], n, to->y);
        field_places(x_of, w->dx + first, w->x[2], n, to->x);
    } else {
        map_places(y_of, x_of, w->y, n, to->y);
        map_places(y_of, x_of, w->x, n, to->x);
    }
}

static void resample(struct picture *p, const struct ways *w, struct fill f)
{
    const struct axis rows = axis_of(p->height, f.kind);
    const struct axis columns = axis_of(p->width, f.kind);
    const int64_t plane = p->height * p->width, pitch = pitch_of(p);
    const bool packed = keep_old(p, f);
    struct places places;

    for (int64_t first = 0; first < plane; first += PIECE) {
        const int64_t n = num_min(PIECE, plane - first);
        find_places(p, w, first, n, &places);
        fold_places(rows, n, places.y);
        fold_places(columns, n, places.x);
        split_places(&places, (int32_t)pitch, n);
        for (int64_t c = 0; c < p->channels; c++) {
            real *to = p->x + c * plane + first;
            if (packed)
                pick_packed((const uint32_t *)p->border + c * bordered(p),
                            &places, n, to);
            else
                pick_reals((const real *)p->border + c * bordered(p), pitch,
                           &places, n, to);
        }
    }
}

/* In the bordered picture the centre lies one further. */
static double centre(int64_t extent)
{
    return (double)(extent - 1) / 2 + 1;
}

static void swap(real *a, real *b)
{
    const real old = *a;

    *a = *b;
    *b = old;
}

/* Of a map that is composed of many: places stay finite, and are as far off. */
static real bounded(double factor)
{
    return (real)fmin(fmax(factor, -1e12), 1e12);
}

/* One channel, in place. */
static void flip(const struct picture *p, bool rows, bool columns, real *x)
{
    const int64_t height = p->height, width = p->width;

    for (int64_t y = 0; columns && y < height; y++)
        for (int64_t i = 0, j = width - 1; i < j; i++, j--)
            swap(&x[y * width + i], &x[y * width + j]);
    for (int64_t y = 0; rows && y < height / 2; y++)
        for (int64_t i = 0; i < width; i++)
            swap(&x[y * width + i], &x[(height - 1 - y) * width + i]);
}

void resample_motion(struct picture *p, const struct motion *m, struct fill f)
{
    const struct ways w = {
        .y = {bounded(m->yy), bounded(m->yx),
              bounded(m->y0 + centre(p->height))},
        .x = {bounded(m->xy), bounded(m->xx),
              bounded(m->x0 + centre(p->width))},
    };

    if (m->bent) {
        resample(p, &w, f);
    } else if (m->yy < 0 || m->xx < 0) {
        picture_reals(p);
        for (int64_t c = 0; c < p->channels; c++)
            flip(p, m->yy < 0, m->xx < 0, p->x + c * p->height * p->width);
    }
}

void resample_field(struct picture *p, const real *dy, const real *dx,
                    struct fill f)
{
    const struct ways w = {
        .y = {0, 0, (real)centre(p->height)},
        .x = {0, 0, (real)centre(p->width)},
        .dy = dy,
        .dx = dx,
    };

    resample(p, &w, f);
}

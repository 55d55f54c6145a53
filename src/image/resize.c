/*
 * resize.c - channels and size of decoded pixels.
 *
 * Along an axis every pixel of the output is a weighted sum of neighbours whose
 * weights are whole numbers over one denominator D, so that
 *
 *   out = sum_y sum_x wy wx p / (Dy Dx), rounded half up,
 *
 * is computed exactly: no order of axes, no thread and no instruction set can
 * change it.  Rows are made narrow once each, of which two are kept, and added
 * up as they are needed; memory follows the output alone.
 */
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/num.h"
#include "image/image.h"

/* One pixel of the output: of `count` neighbours from `first` on, the weights
 * of the first, of those between and of the last; of a single one, `head`. */
struct span {
    int64_t first, count;
    uint32_t head, body, tail;
};

/* `from` pixels become `to`. */
struct axis {
    int64_t from, to;
};

/* What the weights of a pixel add up to. */
static uint32_t denominator(struct axis a)
{
    const int64_t d = a.to < a.from ? a.from : a.to > a.from ? 2 * a.to : 1;

    return (uint32_t)d;
}

/* Pixel i covers [i from / to, (i + 1) from / to); in units of 1 / to. */
static struct span area_of(struct axis a, int64_t i)
{
    const int64_t begin = i * a.from, end = begin + a.from;
    const int64_t first = begin / a.to, last = (end - 1) / a.to;

    return (struct span){.first = first,
                         .count = last - first + 1,
                         .head = (uint32_t)((first + 1) * a.to - begin),
                         .body = (uint32_t)a.to,
                         .tail = (uint32_t)(end - last * a.to)};
}

/* The centre of pixel i is at (i + 1/2) from / to - 1/2; in units of
 * 1 / (2 to). */
static struct span line_of(struct axis a, int64_t i)
{
    const int64_t unit = 2 * a.to, at = (2 * i + 1) * a.from - a.to;
    const int64_t first = at < 0 ? 0 : at / unit, part = at < 0 ? 0 : at % unit;

    if (part == 0 || first >= a.from - 1)
        return (struct span){first, 1, (uint32_t)unit, 0, 0};
    return (struct span){.first = first,
                         .count = 2,
                         .head = (uint32_t)(unit - part),
                         .tail = (uint32_t)part};
}

static struct span span_of(struct axis a, int64_t i)
{
    if (a.to < a.from)
        return area_of(a, i);
    if (a.to > a.from)
        return line_of(a, i);
    return (struct span){i, 1, 1, 0, 0};
}

static uint32_t weight_of(const struct span *s, int64_t k)
{
    return k == 0 ? s->head : k == s->count - 1 ? s->tail : s->body;
}

/* A window of the image and a window of the output. */
struct window {
    int64_t top, left, height, width;
};

enum { KEPT = 2 };

struct resizing {
    const struct image *image;
    int64_t channels;   /* of the sums: 1 or 3 */
    struct window from; /* of the image */
    struct axis rows, columns;
    struct span *spans;  /* [columns.to] */
    unsigned char *grey; /* [from.width]; NULL: the channels are the image's */
    int64_t kept[KEPT];  /* which rows of the window are narrow; -1: none */
    uint32_t *narrow[KEPT]; /* [columns.to, channels] */
    uint64_t *sum;          /* [columns.to, channels] */
};

static unsigned char grey_of(const unsigned char *p)
{
    return (unsigned char)((299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000);
}

/* The pixels of a row of the window, in the channels of the sums. */
static const unsigned char *row_of(const struct resizing *r, int64_t y)
{
    const struct image *image = r->image;
    const unsigned char *row =
        image->pixels +
        ((r->from.top + y) * image->width + r->from.left) * image->channels;

    if (!r->grey)
        return row;
    for (int64_t x = 0; x < r->from.width; x++)
        r->grey[x] = grey_of(row + 3 * x);
    return r->grey;
}

/* Inlined with the number of channels known. */
INLINE void make_narrow(const struct span *spans, int64_t count,
                        const unsigned char *row, uint32_t *out, int64_t c)
{
    for (int64_t x = 0; x < count; x++, out += c) {
        const struct span s = spans[x];
        const unsigned char *p = row + s.first * c;
        uint32_t between[3] = {0};
        for (int64_t k = 1; k < s.count - 1; k++)
            for (int64_t i = 0; i < c; i++)
                between[i] += p[k * c + i];
        const unsigned char *last = p + (s.count - 1) * c;
        for (int64_t i = 0; i < c; i++)
            out[i] = s.head * p[i] + s.body * between[i] + s.tail * last[i];
    }
}

static const uint32_t *narrow_row(struct resizing *r, int64_t y)
{
    const int64_t slot = y % KEPT;

    if (r->kept[slot] == y)
        return r->narrow[slot];
    r->kept[slot] = y;
    const unsigned char *row = row_of(r, y);
    if (r->channels == 1)
        make_narrow(r->spans, r->columns.to, row, r->narrow[slot], 1);
    else
        make_narrow(r->spans, r->columns.to, row, r->narrow[slot], 3);
    return r->narrow[slot];
}

HOT_CLONES
static void add_row(uint64_t *sum, const uint32_t *row, uint32_t weight,
                    int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        sum[i] += (uint64_t)row[i] * weight;
}

/* round half up of sum / d: a quotient of doubles is off by one at most. */
static unsigned char quotient(uint64_t sum, uint64_t d, double inverse)
{
    const int64_t twice = (int64_t)(2 * sum + d);
    int64_t q = (int64_t)((double)twice * inverse);
    const int64_t left = twice - q * (int64_t)(2 * d);

    q += left < 0 ? -1 : left >= (int64_t)(2 * d);
    return (unsigned char)q;
}

/* Row y of the window of the output; out [channels] planes of `plane` bytes. */
static void make_row(struct resizing *r, int64_t y, unsigned char *out,
                     int64_t plane)
{
    const struct span s = span_of(r->rows, y);
    const int64_t count = r->columns.to * r->channels;
    const uint64_t d = (uint64_t)denominator(r->rows) * denominator(r->columns);
    const double inverse = 0.5 / (double)d;

    memset(r->sum, 0, (size_t)count * sizeof *r->sum);
    for (int64_t k = 0; k < s.count; k++)
        add_row(r->sum, narrow_row(r, s.first + k), weight_of(&s, k), count);
    for (int64_t c = 0; c < r->channels; c++)
        for (int64_t x = 0; x < r->columns.to; x++)
            out[c * plane + x] =
                quotient(r->sum[x * r->channels + c], d, inverse);
}

/* Nothing but channels and planes. */
static void copy_row(struct resizing *r, int64_t y, unsigned char *out,
                     int64_t plane)
{
    const unsigned char *row = row_of(r, y);

    for (int64_t c = 0; c < r->channels; c++)
        for (int64_t x = 0; x < r->columns.to; x++)
            out[c * plane + x] = row[x * r->channels + c];
}

static enum status prepare(struct resizing *r, struct arena *arena,
                           const char *name, struct err *e)
{
    const size_t width = (size_t)r->columns.to;
    const size_t count = width * (size_t)r->channels;

    r->spans = arena_take(arena, width, sizeof *r->spans);
    r->sum = arena_take(arena, count, sizeof *r->sum);
    for (int64_t i = 0; i < KEPT; i++) {
        r->narrow[i] = arena_take(arena, count, sizeof *r->narrow[i]);
        r->kept[i] = -1;
    }
    if (r->channels < r->image->channels)
        r->grey = arena_take(arena, (size_t)r->from.width, 1);
    if (arena->failed)
        return err_add(e, ERR_MEMORY, name,
                       "out of memory while resizing an image");
    for (int64_t x = 0; x < r->columns.to; x++)
        r->spans[x] = span_of(r->columns, x);
    return OK;
}

/* `part` of `whole`, rounded half up: the side that goes with another. */
static int64_t side(int64_t whole, int64_t part, int64_t of)
{
    return num_max(1, (2 * whole * part + of) / (2 * of));
}

/* The window of the image that is looked at. */
static struct window window_of(const struct image *m,
                               const struct image_rule *r)
{
    struct window w = {0, 0, m->height, m->width};

    if (r->width == 0 || r->fit != IMAGE_CROP)
        return w;
    if (m->width * r->height > r->width * m->height)
        w.width = side(m->height, r->width, r->height);
    else
        w.height = side(m->width, r->height, r->width);
    w.top = (m->height - w.height) / 2;
    w.left = (m->width - w.width) / 2;
    return w;
}

/* The window of the output, [height, width], that it fills. */
static struct window place_of(const struct image *m, const struct image_rule *r,
                              int64_t height, int64_t width)
{
    struct window w = {0, 0, height, width};

    if (r->width == 0 || r->fit != IMAGE_PAD)
        return w;
    if (m->width * height > width * m->height)
        w.height = side(m->height, width, m->width);
    else
        w.width = side(m->width, height, m->height);
    w.top = (height - w.height) / 2;
    w.left = (width - w.width) / 2;
    return w;
}

struct shape image_shape(const struct image *from,
                         const struct image_rule *rule)
{
    return SHAPE(rule->channels ? rule->channels : from->channels,
                 rule->height ? rule->height : from->height,
                 rule->width ? rule->width : from->width);
}

bool image_rule_makes(const struct image_rule *rule, struct shape shape)
{
    return shape.axes == 3 && rule->channels == shape.dim[0] &&
           (shape.dim[0] == 1 || shape.dim[0] == 3) &&
           (rule->height == 0 ||
            (rule->height == shape.dim[1] && rule->width == shape.dim[2]));
}

/* The border of pad, a pixel like any other. */
static void fill_border(const struct image_rule *rule, struct shape shape,
                        unsigned char *planar)
{
    const size_t plane = (size_t)(shape.dim[1] * shape.dim[2]);
    unsigned char colour[3];

    for (int64_t c = 0; c < 3; c++)
        colour[c] = (unsigned char)(rule->background[c] + 0.5);
    if (shape.dim[0] == 1)
        colour[0] = grey_of(colour);
    for (int64_t c = 0; c < shape.dim[0]; c++)
        memset(planar + (size_t)c * plane, colour[c], plane);
}

enum status image_apply(const struct image *from, const struct image_rule *rule,
                        unsigned char *planar, const char *name, struct err *e)
{
    const struct shape shape = image_shape(from, rule);
    const int64_t plane = shape.dim[1] * shape.dim[2];
    const struct window place =
        place_of(from, rule, shape.dim[1], shape.dim[2]);
    struct arena arena = {0};
    struct resizing r = {.image = from,
                         .channels = num_min(shape.dim[0], from->channels),
                         .from = window_of(from, rule)};

    r.rows = (struct axis){r.from.height, place.height};
    r.columns = (struct axis){r.from.width, place.width};
    const bool same =
        r.rows.from == r.rows.to && r.columns.from == r.columns.to;
    const enum status s = prepare(&r, &arena, name, e);
    if (s == OK && (place.height < shape.dim[1] || place.width < shape.dim[2]))
        fill_border(rule, shape, planar);
    unsigned char *first = planar + place.top * shape.dim[2] + place.left;
    for (int64_t y = 0; s == OK && y < place.height; y++) {
        unsigned char *row = first + y * shape.dim[2];
        (same ? copy_row : make_row)(&r, y, row, plane);
        for (int64_t c = r.channels; c < shape.dim[0]; c++)
            memcpy(row + c * plane, row, (size_t)place.width);
    }
    arena_free(&arena);
    return s;
}

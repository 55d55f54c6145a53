/*
 * digits.c - the built-in generator of handwritten-looking digits.
 *
 * A style of writing is drawn, its points are moved a little, a random affine
 * map places it, a curve through the points is cut into short straight pieces,
 * and every piece darkens the pixels near it.
 */
#include "source/digits.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "source/source.h"

enum {
    PIECES = 8, /* straight pieces between two points */
    BOX = 20,   /* pixels that the box of a glyph spans */
};

static const struct field digits_fields[] = {
    FIELD(digits_source, count, .def = "4000", .min = 1, .max = 1e7,
          .unit = "samples", .doc = "How many digits are drawn."),
    FIELD(digits_source, seed, .def = "1", .max = 9e15,
          .doc = "Another seed draws other digits."),
    {0},
};

struct point {
    double x, y;
};

/* The random numbers of one sample, in order. */
struct draws {
    struct rng_key key;
    uint64_t next;
};

static double draw(struct draws *d, double low, double high)
{
    return low + (high - low) * rng_unit(d->key, d->next++);
}

/* Bell-shaped in [-width, width]. */
static double draw_around(struct draws *d, double width)
{
    return (draw(d, -width, width) + draw(d, -width, width)) / 2;
}

/* From the box of a glyph, centred at 0, to pixels. */
struct affine {
    double xx, xy, yx, yy, x, y;
};

static struct affine draw_affine(struct draws *d)
{
    /* With t = tan(angle / 2) a rotation needs no sine. */
    const double t = draw_around(d, 0.2);
    const double cosine = (1 - t * t) / (1 + t * t);
    const double sine = 2 * t / (1 + t * t);
    const double shear = draw_around(d, 0.55);
    const double width = draw(d, 0.62, 1.12), height = draw(d, 0.78, 1.12);

    return (struct affine){
        .xx = cosine * width,
        .xy = -(cosine * shear + sine) * height,
        .yx = sine * width,
        .yy = (cosine - sine * shear) * height,
        .x = DIGITS_SIDE / 2.0 + draw_around(d, 3),
        .y = DIGITS_SIDE / 2.0 + draw_around(d, 2.5),
    };
}

static struct point apply(const struct affine *a, struct point p)
{
    return (struct point){a->xx * p.x + a->xy * p.y + a->x,
                          a->yx * p.x + a->yy * p.y + a->y};
}

struct pen {
    double radius, ink; /* pixels; 0..1 */
    double paper[DIGITS_PIXELS];
};

static double distance_to(struct point a, struct point b, struct point p)
{
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double squared = dx * dx + dy * dy;
    double along =
        squared > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / squared : 0;

    along = along < 0 ? 0 : along > 1 ? 1 : along;
    const double x = p.x - a.x - along * dx, y = p.y - a.y - along * dy;
    return sqrt(x * x + y * y);
}

static int64_t clamp_pixel(double at)
{
    return at < 0 ? 0 : at > DIGITS_SIDE - 1 ? DIGITS_SIDE - 1 : (int64_t)at;
}

/* A straight piece: full ink inside the radius, fading over one pixel. */
static void draw_piece(struct pen *pen, struct point a, struct point b)
{
    const double reach = pen->radius + 1;
    const int64_t left = clamp_pixel((a.x < b.x ? a.x : b.x) - reach);
    const int64_t right = clamp_pixel((a.x > b.x ? a.x : b.x) + reach);
    const int64_t top = clamp_pixel((a.y < b.y ? a.y : b.y) - reach);
    const int64_t bottom = clamp_pixel((a.y > b.y ? a.y : b.y) + reach);

    for (int64_t y = top; y <= bottom; y++)
        for (int64_t x = left; x <= right; x++) {
            const struct point centre = {(double)x + 0.5, (double)y + 0.5};
            double ink = pen->radius + 0.5 - distance_to(a, b, centre);
            double *at = &pen->paper[y * DIGITS_SIDE + x];
            ink = ink > 1 ? 1 : ink;
            if (ink > *at)
                *at = ink;
        }
}

/* Catmull and Rom's curve from b to c, with neighbours a and d. */
static struct point on_curve(const struct point p[4], double t)
{
    const double t2 = t * t, t3 = t2 * t;
    const double a = -t3 + 2 * t2 - t, b = 3 * t3 - 5 * t2 + 2;
    const double c = -3 * t3 + 4 * t2 + t, d = t3 - t2;

    return (struct point){
        (a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x) / 2,
        (a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y) / 2};
}

/* The curve between points i and i + 1 of a stroke. */
static void draw_curve(struct pen *pen, const struct glyph_point *glyph,
                       const struct point *at, int64_t i)
{
    const bool from_bend = glyph[i].kind == GLYPH_SMOOTH;
    const bool to_bend =
        glyph[i + 1].kind == GLYPH_SMOOTH && glyph[i + 2].kind > GLYPH_START;
    const struct point p[4] = {at[from_bend ? i - 1 : i], at[i], at[i + 1],
                               at[to_bend ? i + 2 : i + 1]};
    struct point last = p[1];

    for (int64_t k = 1; k <= PIECES; k++) {
        const struct point next = on_curve(p, (double)k / PIECES);
        draw_piece(pen, last, next);
        last = next;
    }
}

static void draw_glyph(struct pen *pen, const struct glyph_point *glyph,
                       struct draws *d)
{
    const struct affine map = draw_affine(d);
    struct point at[GLYPH_MAX_POINTS] = {0};

    for (int64_t i = 0; glyph[i].kind != GLYPH_END; i++) {
        const double x = glyph[i].x + draw_around(d, 7) - 50;
        const double y = glyph[i].y + draw_around(d, 7) - 50;
        at[i] = apply(&map, (struct point){x * BOX / 100, y * BOX / 100});
    }
    for (int64_t i = 0; glyph[i].kind != GLYPH_END; i++)
        if (glyph[i + 1].kind > GLYPH_START)
            draw_curve(pen, glyph, at, i);
}

/* Adds grain: four random bytes a pixel make a bell of deviation 148. */
static void develop(const struct pen *pen, struct rng_key key, double grain,
                    uint8_t *pixels)
{
    for (uint32_t i = 0; i < DIGITS_PIXELS; i++) {
        struct rng_counter counter = {{i / 4, 0, 0, 1}};
        const uint32_t bits = rng_block(key, counter).word[i % 4];
        const double noise = (double)((bits & 255) + (bits >> 8 & 255) +
                                      (bits >> 16 & 255) + (bits >> 24)) -
                             510;
        const double value = 255 * pen->ink * pen->paper[i] + grain * noise;
        pixels[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

/* The digit of a sample: a permutation of all ten for every ten samples. */
static int32_t digit_of(uint64_t seed, int64_t index)
{
    int64_t order[GLYPH_CLASSES];
    const struct rng_key key = rng_key(
        seed + (uint64_t)(index / GLYPH_CLASSES) * UINT64_C(0x9e3779b97f4a7c15),
        "digits/order");

    rng_permutation(key, GLYPH_CLASSES, order);
    return (int32_t)order[index % GLYPH_CLASSES];
}

int32_t digits_draw(uint64_t seed, int64_t index, uint8_t pixels[DIGITS_PIXELS])
{
    struct draws d = {
        rng_key(seed + (uint64_t)index * UINT64_C(0xbf58476d1ce4e5b9),
                "digits/shape"),
        0};
    const int32_t digit = digit_of(seed, index);
    struct pen pen = {.radius = draw(&d, 0.55, 1.45), .ink = draw(&d, 0.75, 1)};
    const double grain = draw(&d, 0.02, 0.1);
    const int64_t style = (int64_t)draw(&d, 0, GLYPH_STYLES);

    draw_glyph(&pen, glyphs[digit][style], &d);
    develop(&pen, d.key, grain, pixels);
    return digit;
}

/* The sample to be drawn next. */
struct digits_reader {
    struct digits_source config;
    bool blind;
    int64_t next;
    uint8_t pixels[DIGITS_PIXELS];
    char label;
};

static enum status digits_open(const void *config,
                               const struct source_request *q,
                               struct source_reader *r, struct err *e)
{
    const struct digits_source *c = config;
    struct digits_reader *d = mem_take(1, sizeof *d);

    if (!d)
        return err_memory(e, "drawing digits");
    d->config = *c;
    d->blind = q->blind;
    r->name = "digits";
    r->shape = SHAPE(1, DIGITS_SIDE, DIGITS_SIDE);
    r->state = d;
    return OK;
}

static enum status digits_next(struct source_reader *r, struct record *out,
                               bool *more, struct err *e)
{
    struct digits_reader *d = r->state;
    const uint64_t seed = (uint64_t)d->config.seed;

    (void)e;
    *more = d->next < d->config.count;
    if (!*more)
        return OK;
    const int32_t digit = d->blind ? digit_of(seed, d->next)
                                   : digits_draw(seed, d->next, d->pixels);
    d->next++;
    d->label = (char)('0' + digit);
    out->pixels = d->blind ? NULL : d->pixels;
    out->label = &d->label;
    out->label_length = 1;
    return OK;
}

static void digits_close(struct source_reader *r)
{
    mem_free(r->state);
}

const struct source_ops digits_source_ops = {
    .kind = {.name = "digits",
             .doc = "Handwritten-looking digits drawn by the program: needs no "
                    "files.",
             .fields = digits_fields,
             .config_size = sizeof(struct digits_source)},
    .nested = true,
    .open = digits_open,
    .next = digits_next,
    .close = digits_close,
};

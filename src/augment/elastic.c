/*
 * elastic.c - every pixel moved a little, like its neighbours.
 *
 * Uniform noise in [-1, 1) for each axis, smoothed by a Gaussian of standard
 * deviation sigma and multiplied by alpha, says how far off a pixel's value is
 * taken from.  The Gaussian is cut at 3 sigma and sums to 1; there is no noise
 * outside the picture, so its border moves less.
 *
 * Ref: Simard, Steinkraus, Platt: Best Practices for Convolutional Neural
 * Networks Applied to Visual Document Analysis, ICDAR 2003, section 2.
 */
#include <math.h>
#include <string.h>

#include "augment/resample.h"
#include "base/compiler.h"
#include "base/num.h"

struct elastic_config {
    double p;
    struct real_or_word fill;
    struct span alpha, sigma;
};

static const struct field elastic_fields[] = {
    FIELD(elastic_config, alpha, .max = 10000, .sample = "34", .unit = "pixels",
          .aka = "strength magnitude",
          .doc = "What the smoothed noise is multiplied by."),
    FIELD(elastic_config, sigma, .def = "4", .min = 0.25, .max = 256,
          .unit = "pixels", .aka = "std smoothness",
          .doc = "Standard deviation of the Gaussian that smooths it."),
    P_FIELD(elastic_config, "1"),
    FILL_FIELD(elastic_config),
    {0},
};

enum { BLOCK = 64 };

static int64_t radius_of(double sigma)
{
    return (int64_t)ceil(3 * sigma);
}

/* Rows of noise with a gap of zeros behind each, as wide as the Gaussian
 * reaches, and as many zeros above and below: both passes run over all of it as
 * one line. */
struct field_room {
    int64_t radius, pitch, count; /* count: of the rows and their gaps */
    real *noise;                  /* [2 * radius * pitch + count] */
    real *smooth;                 /* [2 * radius + count] */
    real *weight;                 /* [radius + 1] of distances */
    real *moved[2];               /* [height, width] */
};

/* Lays it out at `at`; returns how many reals that takes. */
static int64_t place(struct field_room *r, const struct picture *p,
                     int64_t radius, real *at)
{
    const int64_t plane = p->height * p->width;

    r->radius = radius;
    r->pitch = p->width + radius;
    r->count = num_ceil_div(p->height * r->pitch, BLOCK) * BLOCK;
    const int64_t noise = 2 * radius * r->pitch + r->count;
    const int64_t smooth = 2 * radius + r->count;
    if (at) {
        r->noise = at;
        r->smooth = r->noise + noise;
        r->weight = r->smooth + smooth;
        r->moved[0] = r->weight + radius + 1;
        r->moved[1] = r->moved[0] + plane;
    }
    return noise + smooth + radius + 1 + 2 * plane;
}

static int64_t elastic_field(const void *config, const struct picture *p)
{
    const struct elastic_config *c = config;
    struct field_room r;

    return place(&r, p, radius_of(c->sigma.high), NULL);
}

static void make_weights(struct field_room *r, double sigma)
{
    double sum = 1;

    for (int64_t k = 1; k <= r->radius; k++)
        sum += 2 * exp(-0.5 * (double)(k * k) / (sigma * sigma));
    for (int64_t k = 0; k <= r->radius; k++)
        r->weight[k] =
            (real)(exp(-0.5 * (double)(k * k) / (sigma * sigma)) / sum);
}

/* The lower halves of DRAW_WORDS words, then their upper halves: 16 bits are
 * enough for what is smoothed. */
HOT_CLONES
static void words_to_noise(const uint32_t word[DRAW_WORDS],
                           real to[2 * DRAW_WORDS])
{
    const real unit = (real)0x1p-15;

    for (int i = 0; i < DRAW_WORDS; i++) {
        to[i] = (real)(int16_t)word[i] * unit;
        to[DRAW_WORDS + i] = (real)(int16_t)(word[i] >> 16) * unit;
    }
}

/* The pixels of both axes are numbered through: moved[1] follows moved[0]. */
static void fill_noise(const struct draw *d, int64_t count, real *moved)
{
    uint32_t word[DRAW_WORDS], block = DRAW_PIXELS;
    real noise[2 * DRAW_WORDS];

    for (int64_t i = 0; i < count; i += 2 * DRAW_WORDS, block += RNG_BATCH) {
        draw_words(d, block, word);
        words_to_noise(word, noise);
        memcpy(moved + i, noise,
               (size_t)num_min(2 * DRAW_WORDS, count - i) * sizeof *moved);
    }
}

/* to[i] = sum over k of weight[|k|] * from[i + k * step], BLOCK sums at a time,
 * which stay in registers. */
HOT_CLONES
static void convolve(const struct field_room *r, const real *from, int64_t step,
                     real *to)
{
    for (int64_t i = 0; i < r->count; i += BLOCK) {
        real sum[BLOCK];
        for (int j = 0; j < BLOCK; j++)
            sum[j] = r->weight[0] * from[i + j];
        for (int64_t k = 1; k <= r->radius; k++) {
            const real weight = r->weight[k];
            const real *above = from + i - k * step,
                       *below = from + i + k * step;
            for (int j = 0; j < BLOCK; j++)
                sum[j] += weight * (above[j] + below[j]);
        }
        for (int j = 0; j < BLOCK; j++)
            to[i + j] = sum[j];
    }
}

/* moved = alpha * its smoothed self; the noise is zero before and after. */
static void smooth(const struct field_room *r, const struct picture *p,
                   real alpha, real *moved)
{
    real *noise = r->noise + r->radius * r->pitch;
    real *line = r->smooth + r->radius;

    for (int64_t y = 0; y < p->height; y++)
        memcpy(noise + y * r->pitch, moved + y * p->width,
               (size_t)p->width * sizeof *noise);
    convolve(r, noise, r->pitch, line);
    convolve(r, line, 1, noise);
    for (int64_t y = 0; y < p->height; y++)
        for (int64_t x = 0; x < p->width; x++)
            moved[y * p->width + x] = alpha * noise[y * r->pitch + x];
    memset(noise, 0, (size_t)r->count * sizeof *noise);
}

static void paint_elastic(const void *config, struct draw *d, struct picture *p)
{
    const struct elastic_config *c = config;
    const double alpha = draw_span(d, c->alpha, SPAN_VALUE, 0);
    const double sigma = draw_span(d, c->sigma, SPAN_VALUE, 0);
    struct field_room r = {0};

    place(&r, p, radius_of(sigma), p->field);
    memset(p->field, 0,
           (size_t)(2 * r.radius * (r.pitch + 1) + 2 * r.count) *
               sizeof *p->field);
    make_weights(&r, sigma);
    fill_noise(d, 2 * p->height * p->width, r.moved[0]);
    for (int axis = 0; axis < 2; axis++)
        smooth(&r, p, (real)alpha, r.moved[axis]);
    resample_field(p, r.moved[0], r.moved[1], fill_of(c->fill, p));
}

const struct augment_ops elastic_augment = {
    .kind = {.name = "elastic",
             .doc = "Moves every pixel a little, like its neighbours.",
             CONFIG(elastic),
             .aka = "elastic_transform elastictransform "
                    "random_elastic_transform elastic_deformation distortion"},
    .needs_image = true,
    .fills = true,
    .field = elastic_field,
    .paint = paint_elastic,
    .amounts = {{.key = "alpha", .still = 0}},
};

/*
 * dropout.c - zero a random part of the inputs while training.
 *
 * Whether element i of a sample is dropped is a function of the layer's key,
 * the sample's number, the epoch and i alone: batches, slices and threads do
 * not matter.  Ref: Srivastava et al.: Dropout, JMLR 15, 2014; with rescale the
 * kept inputs grow by 1 / (1 - p), so inference changes nothing.
 *
 * Elements that differ only along the shared axes are dropped together; i then
 * counts those of the other axes.  [2, 3] drops whole channels of an image:
 * Tompson et al.: Efficient Object Localization Using Convolutional Networks,
 * 2015.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "layer/axes.h"
#include "layer/config.h"
#include "layer/draw.h"

/* clang-format off */
static const struct field dropout_fields[] = {
    FIELD(dropout_config, p, .def = "0.5", .min = 0, .max = 0.999,
          .aka = "rate prob probability drop_rate dropout_rate dropout_ratio",
          .doc = "Probability that an input is dropped."),
    FIELD(dropout_config, rescale, .def = "true",
          .doc = "Divide the kept inputs by 1 - p while training."),
    FIELD(dropout_config, shared_axes, .optional = true,
          .min = -SHAPE_MAX_AXES, .max = SHAPE_MAX_AXES, .aka = "noise_shape",
          .doc = "Axes along which all elements are dropped or none, counted "
                 "with the batch as 0; [2, 3] of images: whole channels; "
                 "absent: every element for itself."),
    {0},
};
/* clang-format on */

/* The mask is one byte per element: 1 is kept.  It is cached for backward, or,
 * where nobody will run backward, made in scratch, a sample at a time. */
static enum status dropout_infer(const void *config, const struct shape *in,
                                 int64_t inputs, struct layer_spec *spec)
{
    const struct dropout_config *c = config;
    struct axes_map *map = spec_prepared(spec, sizeof *map);
    struct axes shared;
    const enum status s = axes_read_sample(spec, "shared_axes",
                                           c->shared_axes.list, in[0], &shared);

    (void)inputs;
    if (s != OK)
        return s;
    *map = axes_map(in[0], &shared);
    spec->out = in[0];
    spec_view(spec, false);
    spec_cache(spec, map->numbers);
    spec_work(spec, map->numbers, 0);
    return OK;
}

static real factor_of(const struct dropout_config *c)
{
    return c->rescale ? (real)(1 / (1 - c->p)) : 1;
}

/* Where byte j of four lies in a word, so that in memory byte 0 comes first. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { BYTE_0 = 24, BYTE_1 = 16, BYTE_2 = 8, BYTE_3 = 0 };
#else
enum { BYTE_0 = 0, BYTE_1 = 8, BYTE_2 = 16, BYTE_3 = 24 };
#endif

/* mask[4 * i + j] = word j of block i is at least `limit`, as bytes 0 and 1. */
INLINE void compare(uint32_t word[4][RNG_BATCH], uint32_t limit,
                    uint32_t mask[RNG_BATCH])
{
    for (int i = 0; i < RNG_BATCH; i++)
        mask[i] = (uint32_t)(word[0][i] >= limit) << BYTE_0 |
                  (uint32_t)(word[1][i] >= limit) << BYTE_1 |
                  (uint32_t)(word[2][i] >= limit) << BYTE_2 |
                  (uint32_t)(word[3][i] >= limit) << BYTE_3;
}

/* mask [count]: which elements of a sample are kept. */
HOT_CLONES
static void draw_mask(struct draw d, uint32_t limit, unsigned char *mask,
                      int64_t count)
{
    uint32_t word[4][RNG_BATCH], part[RNG_BATCH];

    for (int64_t i = 0; i < count; i += DRAW_WORDS) {
        rng_batch(d.key, d.next, word);
        compare(word, limit, part);
        d.next.word[0] += RNG_BATCH;
        memcpy(mask + i, part, (size_t)num_min(DRAW_WORDS, count - i));
    }
}

/* A sample's rows: to = from * (mask ? factor : 0).  A product, so that NaN
 * travels.  `to` may be `from`. */
HOT_CLONES
static void apply_mask(const struct axes_map *m, const unsigned char *mask,
                       real factor, const real *from, real *to)
{
    struct axes_walk w = {0};

    for (int64_t r = 0; r < m->rows; r++, from += m->count, to += m->count) {
        const unsigned char *kept = mask + w.at;
        const real all = factor * (real)kept[0];
        if (m->step) {
            NO_CARRY
            for (int64_t i = 0; i < m->count; i++)
                to[i] = from[i] * (factor * (real)kept[i]);
        } else {
            NO_CARRY
            for (int64_t i = 0; i < m->count; i++)
                to[i] = from[i] * all;
        }
        axes_next(m, &w);
    }
}

static void dropout_forward(const struct layer *l, const struct pass *p)
{
    const struct dropout_config *c = l->config;
    const struct axes_map *map = axes_map_of(l);
    const int64_t count = shape_count(l->spec.out);

    if (!p->training) {
        pass_on(p->x[0], p->y, p->batch * count);
        return;
    }
    for (int64_t n = 0; n < p->batch; n++) {
        unsigned char *mask =
            p->cache ? (unsigned char *)p->cache + n * map->numbers : p->work;
        draw_mask(draw_begin(p, n), (uint32_t)(c->p * 0x1p32), mask,
                  map->numbers);
        apply_mask(map, mask, factor_of(c), p->x[0] + n * count,
                   p->y + n * count);
    }
}

/* y = x * m for a mask m that does not depend on x, so dx = dy * m. */
static void dropout_backward(const struct layer *l, const struct pass *p)
{
    const struct axes_map *map = axes_map_of(l);
    const unsigned char *masks = p->cache;
    const int64_t count = shape_count(l->spec.out);

    for (int64_t n = 0; p->dx[0] && n < p->batch; n++)
        apply_mask(map, masks + n * map->numbers, factor_of(l->config),
                   p->dy + n * count, p->dx[0] + n * count);
}

static void dropout_still(void *config)
{
    ((struct dropout_config *)config)->p = 0;
}

const struct layer_ops dropout_layer = {
    .kind = {.name = "dropout",
             .doc = "Drops a random part of its inputs while training.",
             CONFIG(dropout),
             .aka = "spatial_dropout spatialdropout2d dropout2d "
                    "dropout_channels"},
    .family = FAMILY_NOISE,
    ONE_INPUT,
    .random = true,
    .drops = true,
    .infer = dropout_infer,
    .forward = dropout_forward,
    .backward = dropout_backward,
    .still = dropout_still,
};

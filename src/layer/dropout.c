/*
 * dropout.c - zero a random part of the inputs while training.
 *
 * Whether element i of a sample is dropped is a function of the layer's key,
 * the sample's number, the epoch and i alone: batches, slices and threads do
 * not matter.  Ref: Srivastava et al.: Dropout, JMLR 15, 2014; with rescale the
 * kept inputs grow by 1 / (1 - p), so inference changes nothing.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "layer/config.h"
#include "layer/layer.h"

/* clang-format off */
static const struct field dropout_fields[] = {
    FIELD(dropout_config, p, .def = "0.5", .min = 0, .max = 0.999,
          .aka = "rate prob probability drop_rate dropout_rate dropout_ratio",
          .doc = "Probability that an input is dropped."),
    FIELD(dropout_config, rescale, .def = "true",
          .doc = "Divide the kept inputs by 1 - p while training."),
    {0},
};
/* clang-format on */

/* Elements whose random words are drawn at a time. */
enum { CHUNK = 4 * RNG_BATCH };

/* The mask is one byte per element: 1 is kept.  It is cached for backward, or,
 * where nobody will run backward, made in scratch, a sample at a time. */
static enum status dropout_infer(const void *config, const struct shape *in,
                                 int64_t inputs, struct layer_spec *spec)
{
    (void)config;
    (void)inputs;
    spec->out = in[0];
    spec_view(spec, false);
    spec_cache(spec, shape_count(in[0]));
    spec_work(spec, shape_count(in[0]), 0);
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
static void draw_mask(struct rng_key key, struct rng_counter first,
                      uint32_t limit, unsigned char *mask, int64_t count)
{
    uint32_t word[4][RNG_BATCH], part[RNG_BATCH];

    for (int64_t i = 0; i < count; i += CHUNK) {
        rng_batch(key, first, word);
        compare(word, limit, part);
        memcpy(mask + i, part, (size_t)num_min(CHUNK, count - i));
        first.word[0] += RNG_BATCH;
    }
}

/* to[i] = from[i] * (mask[i] ? factor : 0).  A product, so that NaN travels.
 * `to` may be `from`. */
HOT_CLONES
static void apply_mask(const real *from, const unsigned char *mask, real factor,
                       int64_t count, real *to)
{
    NO_CARRY
    for (int64_t i = 0; i < count; i++)
        to[i] = from[i] * (factor * (real)mask[i]);
}

static void dropout_forward(const struct layer *l, const struct pass *p)
{
    const struct dropout_config *c = l->config;
    const int64_t count = shape_count(l->spec.out);

    if (!p->training) {
        pass_on(p->x[0], p->y, p->batch * count);
        return;
    }
    for (int64_t n = 0; n < p->batch; n++) {
        unsigned char *mask =
            p->cache ? (unsigned char *)p->cache + n * count : p->work;
        const uint64_t sample = (uint64_t)p->samples[n];
        const struct rng_counter first = {{0, (uint32_t)sample,
                                           (uint32_t)(sample >> 32),
                                           (uint32_t)p->epoch}};
        draw_mask(p->rng, first, (uint32_t)(c->p * 0x1p32), mask, count);
        apply_mask(p->x[0] + n * count, mask, factor_of(c), count,
                   p->y + n * count);
    }
}

/* y = x * m for a mask m that does not depend on x, so dx = dy * m. */
static void dropout_backward(const struct layer *l, const struct pass *p)
{
    if (p->dx[0])
        apply_mask(p->dy, p->cache, factor_of(l->config),
                   p->batch * shape_count(l->spec.out), p->dx[0]);
}

const struct layer_ops dropout_layer = {
    .kind = {.name = "dropout",
             .doc = "Drops a random part of its inputs while training.",
             CONFIG(dropout)},
    .min_inputs = 1,
    .max_inputs = 1,
    .random = true,
    .drops = true,
    .infer = dropout_infer,
    .forward = dropout_forward,
    .backward = dropout_backward,
};

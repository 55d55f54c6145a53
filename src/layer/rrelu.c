/*
 * rrelu.c - rectified units whose slope below 0 is drawn while training.
 *
 * Lasagne's RandomizedRectifierLayer: y = x where x > 0, slope * x elsewhere.
 * While training the slope is uniform in [lower, upper), one for all elements
 * of a sample that differ only along the shared axes; in inference it is
 * (lower + upper) / 2.  Slope number i of a sample is a function of the layer's
 * key, the sample's number, the epoch and i alone.  Ref: Xu, Wang, Chen, Li:
 * Empirical Evaluation of Rectified Activations, 2015.
 */
#include "base/compiler.h"
#include "base/num.h"
#include "layer/axes.h"
#include "layer/config.h"
#include "layer/draw.h"
#include "layer/leaky.h"

/* clang-format off */
static const struct field rrelu_fields[] = {
    FIELD(rrelu_config, lower, .def = "0.3", .min = -1e6, .max = 1e6,
          .aka = "min minval l",
          .doc = "Lower bound of the slopes."),
    FIELD(rrelu_config, upper, .def = "0.8", .min = -1e6, .max = 1e6,
          .aka = "max maxval u",
          .doc = "Upper bound of the slopes."),
    AXES_SHARED(rrelu_config),
    {0},
};
/* clang-format on */

/* The slopes are kept for backward, or, where nobody will run backward, drawn
 * into scratch, a sample at a time. */
static enum status rrelu_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    const struct rrelu_config *c = config;
    struct axes_map *map = spec_prepared(spec, sizeof *map);
    struct axes shared;
    const enum status s = axes_shared(spec, &c->shared_axes, in[0], &shared);

    (void)inputs;
    if (s != OK)
        return s;
    if (c->lower > c->upper)
        return layer_refuse(spec, "lower", "%g is above upper, which is %g",
                            c->lower, c->upper);
    *map = axes_map(in[0], &shared);
    spec->out = in[0];
    spec_in_place(spec, 0);
    spec_cache(spec, map->numbers * (int64_t)sizeof(real));
    spec_work(spec, map->numbers * (int64_t)sizeof(real), 0);
    return OK;
}

static void draw_slopes(const struct rrelu_config *c, struct draw d,
                        real *slope, int64_t count)
{
    uint32_t word[DRAW_WORDS];

    for (int64_t i = 0; i < count; i += DRAW_WORDS) {
        draw_words(&d, word);
        for (int64_t j = 0; j < num_min(DRAW_WORDS, count - i); j++)
            slope[i + j] = (real)(c->lower + (c->upper - c->lower) * 0x1p-32 *
                                                 (double)word[j]);
    }
}

static void rrelu_forward(const struct layer *l, const struct pass *p)
{
    const struct rrelu_config *c = l->config;
    const struct axes_map *map = axes_map_of(l);
    const struct axes_map one = {.rows = 1, .count = shape_count(l->spec.out)};
    const real mean = (real)((c->lower + c->upper) / 2);

    for (int64_t n = 0; n < p->batch; n++) {
        real *slopes = p->cache ? (real *)p->cache + n * map->numbers : p->work;
        if (p->training)
            draw_slopes(c, draw_begin(p, n), slopes, map->numbers);
        axes_sample_rows(l, p, p->training ? map : &one, n,
                         p->training ? slopes : &mean, leaky_forward_row);
    }
}

static void rrelu_backward(const struct layer *l, const struct pass *p)
{
    const struct axes_map *map = axes_map_of(l);

    for (int64_t n = 0; p->dx[0] && n < p->batch; n++)
        axes_sample_rows(l, p, map, n,
                         (const real *)p->cache + n * map->numbers,
                         leaky_backward_row);
}

static void rrelu_still(void *config)
{
    struct rrelu_config *c = config;

    c->lower = c->upper = (c->lower + c->upper) / 2;
}

const struct layer_ops rrelu_layer = {
    .kind = {.name = "rrelu",
             .doc = "Rectified units whose slope below 0 is drawn while "
                    "training.",
             CONFIG(rrelu),
             .aka = "randomized_rectifier randomized_leaky_relu "
                    "randomized_relu"},
    .family = FAMILY_ACTIVATION,
    ONE_INPUT,
    .backward_reads_x = true,
    .random = true,
    .activates = true,
    .infer = rrelu_infer,
    .forward = rrelu_forward,
    .backward = rrelu_backward,
    .still = rrelu_still,
};

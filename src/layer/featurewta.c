/*
 * featurewta.c - the winner of each group of channels, zeros for the others.
 *
 * Lasagne's FeatureWTALayer: of `pool_size` consecutive elements along an axis
 * the first maximum (or the first NaN) stays, and it alone has a gradient.
 * Ref: Srivastava et al.: Compete to Compute, 2013.
 */
#include "base/compiler.h"
#include "layer/config.h"
#include "layer/feature.h"

static const char *const function_words[] = {"max", NULL};

/* clang-format off */
static const struct field featurewta_fields[] = {
    FEATURE_FIELDS(featurewta_config),
    FIELD(featurewta_config, pool_function, .def = "max",
          .choices = function_words, .aka = "mode function",
          .doc = "What wins."),
    {0},
};
/* clang-format on */

static enum status featurewta_infer(const void *config, const struct shape *in,
                                    int64_t inputs, struct layer_spec *spec)
{
    const struct featurewta_config *c = config;
    struct feature_groups *g = spec_prepared(spec, sizeof *g);

    (void)inputs;
    spec->out = in[0];
    spec_in_place(spec, 0);
    return feature_groups(spec, c->axis, c->pool_size, in[0], g);
}

/* to = from where x wins, 0 elsewhere: y of x, dx of dy, which `to` may be. */
INLINE void keep_winners(const struct feature_run *r, const real *from,
                         real *to)
{
    const struct feature_groups *g = r->groups;
    struct feature_winners w;

    feature_find(g, r->pass->x[0] + r->x_at, r->count, &w);
    for (int32_t k = 0; k < g->size; k++) {
        const int64_t at = r->x_at + k * g->inner;
        NO_CARRY
        for (int64_t i = 0; i < r->count; i++)
            to[at + i] = w.place[i] == k ? from[at + i] : 0;
    }
}

HOT_CLONES
static void forward_run(const struct feature_run *r)
{
    keep_winners(r, r->pass->x[0], r->pass->y);
}

HOT_CLONES
static void backward_run(const struct feature_run *r)
{
    keep_winners(r, r->pass->dy, r->pass->dx[0]);
}

static void featurewta_forward(const struct layer *l, const struct pass *p)
{
    feature_each(l, p, forward_run);
}

static void featurewta_backward(const struct layer *l, const struct pass *p)
{
    if (p->dx[0])
        feature_each(l, p, backward_run);
}

const struct layer_ops featurewta_layer = {
    .kind = {.name = "featurewta",
             .doc = "Keeps the maximum of each group of channels, zeros the "
                    "rest.",
             CONFIG(featurewta),
             .aka = "winner_take_all wta feature_wta lwta"},
    .family = FAMILY_POOLING,
    ONE_INPUT,
    .backward_reads_x = true,
    .infer = featurewta_infer,
    .forward = featurewta_forward,
    .backward = featurewta_backward,
};

/*
 * scale.c - the input times learned numbers.
 *
 * Lasagne's ScaleLayer: y = x * weight, where elements that differ only along
 * the shared axes have the same factor.  dx = dy * weight, dweight = the sum of
 * dy * x over the batch and the shared axes.
 */
#include "base/compiler.h"
#include "layer/axes.h"
#include "layer/config.h"
#include "layer/sums.h"

/* clang-format off */
static const struct field scale_fields[] = {
    AXES_SHARED(scale_config),
    FIELD(scale_config, scales, .def = "1", .kinds = init_kinds,
          .number = "constant",
          .aka = "weight gamma scale scale_initializer filler",
          .doc = "Initial factors."),
    {0},
};
/* clang-format on */

static enum status scale_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    const struct scale_config *c = config;

    (void)inputs;
    return axes_param(spec, in[0], &c->shared_axes, "weight", c->scales);
}

/* to = from * weight: y of x, dx of dy. */
INLINE void multiply(const struct axes_row *r, const real *from, real *to)
{
    const real *weight = r->number;

    if (r->step) {
        NO_CARRY
        for (int64_t i = 0; i < r->count; i++)
            to[i] = from[i] * weight[i];
    } else {
        NO_CARRY
        for (int64_t i = 0; i < r->count; i++)
            to[i] = from[i] * weight[0];
    }
}

HOT_CLONES
static void forward_row(const struct axes_row *r)
{
    multiply(r, r->x, r->y);
}

INLINE real product(real dy, real x)
{
    return dy * x;
}

HOT_CLONES
static void backward_row(const struct axes_row *r)
{
    if (r->grad)
        sums_add(product, r);
    if (r->dx)
        multiply(r, r->dy, r->dx);
}

static void scale_forward(const struct layer *l, const struct pass *p)
{
    axes_each_row(l, p, axes_map_of(l), forward_row);
}

static void scale_backward(const struct layer *l, const struct pass *p)
{
    axes_each_row(l, p, axes_map_of(l), backward_row);
}

const struct layer_ops scale_layer = {
    .kind = {.name = "scale",
             .doc = "Multiplies each channel by a learned number.",
             CONFIG(scale),
             .aka = "scale_layer channel_scale"},
    .family = FAMILY_NORMALIZATION,
    ONE_INPUT,
    .backward_reads_x = true,
    .infer = scale_infer,
    .forward = scale_forward,
    .backward = scale_backward,
};

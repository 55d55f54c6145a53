/*
 * prelu.c - rectified units whose slope below 0 is learned.
 *
 * Lasagne's ParametricRectifierLayer: y = x where x > 0, weight * x elsewhere;
 * elements that differ only along the shared axes have the same weight.  dx =
 * dy or weight * dy, dweight = the sum of dy * min(x, 0) over the batch and the
 * shared axes.  Ref: He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015,
 * eq. 8 to 10.
 */
#include "layer/axes.h"
#include "layer/config.h"
#include "layer/leaky.h"
#include "layer/sums.h"

/* clang-format off */
static const struct field prelu_fields[] = {
    AXES_SHARED(prelu_config),
    FIELD(prelu_config, alpha, .def = "0.25", .kinds = init_kinds,
          .number = "constant",
          .aka = "weight init alpha_initializer filler slope",
          .doc = "Initial slopes where the input is negative."),
    {0},
};
/* clang-format on */

static enum status prelu_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    const struct prelu_config *c = config;

    (void)inputs;
    return axes_param(spec, in[0], &c->shared_axes, "weight", c->alpha);
}

INLINE real below_zero(real dy, real x)
{
    return x > 0 ? 0 : dy * x;
}

HOT_CLONES
static void gradient_row(const struct axes_row *r)
{
    if (r->grad)
        sums_add(below_zero, r);
}

static void prelu_forward(const struct layer *l, const struct pass *p)
{
    axes_each_row(l, p, axes_map_of(l), leaky_forward_row);
}

/* The sums come first: dx may take the place of dy. */
static void prelu_backward(const struct layer *l, const struct pass *p)
{
    axes_each_row(l, p, axes_map_of(l), gradient_row);
    if (p->dx[0])
        axes_each_row(l, p, axes_map_of(l), leaky_backward_row);
}

const struct layer_ops prelu_layer = {
    .kind = {.name = "prelu",
             .doc = "Rectified units whose slope below 0 is learned.",
             CONFIG(prelu),
             .aka = "parametric_rectifier parametric_relu p_re_lu"},
    .family = FAMILY_ACTIVATION,
    ONE_INPUT,
    .backward_reads_x = true,
    .activates = true,
    .infer = prelu_infer,
    .forward = prelu_forward,
    .backward = prelu_backward,
};

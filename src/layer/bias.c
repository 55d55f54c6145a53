/*
 * bias.c - learned numbers added to the input.
 *
 * Lasagne's BiasLayer: y = x + bias, where elements that differ only along the
 * shared axes have the same bias.  dx = dy, dbias = the sum of dy over the
 * batch and the shared axes.
 */
#include "base/compiler.h"
#include "layer/axes.h"
#include "layer/config.h"

/* clang-format off */
static const struct field bias_fields[] = {
    AXES_SHARED(bias_config),
    FIELD(bias_config, b, .def = "0", .kinds = init_kinds,
          .number = "constant",
          .aka = "bias beta bias_initializer bias_filler",
          .doc = "Initial biases."),
    {0},
};
/* clang-format on */

static enum status bias_infer(const void *config, const struct shape *in,
                              int64_t inputs, struct layer_spec *spec)
{
    const struct bias_config *c = config;

    (void)inputs;
    return axes_param(spec, in[0], &c->shared_axes, "bias", c->b);
}

HOT_CLONES
static void add_row(const struct axes_row *r)
{
    const real *x = r->x, *bias = r->number;
    real *y = r->y;

    if (r->step) {
        NO_CARRY
        for (int64_t i = 0; i < r->count; i++)
            y[i] = x[i] + bias[i];
    } else {
        NO_CARRY
        for (int64_t i = 0; i < r->count; i++)
            y[i] = x[i] + bias[0];
    }
}

static void bias_forward(const struct layer *l, const struct pass *p)
{
    axes_each_row(l, p, axes_map_of(l), add_row);
}

static void gradient_row(const struct axes_row *r)
{
    if (r->grad && r->step)
        for (int64_t i = 0; i < r->count; i++)
            r->grad[i] += r->dy[i];
    else if (r->grad)
        r->grad[0] += r->layer->spec.engine.kern->sum(r->dy, r->count);
}

static void bias_backward(const struct layer *l, const struct pass *p)
{
    const int64_t count = p->batch * shape_count(l->spec.out);

    axes_each_row(l, p, axes_map_of(l), gradient_row);
    if (p->dx[0])
        pass_on(p->dy, p->dx[0], count);
}

const struct layer_ops bias_layer = {
    .kind = {.name = "bias",
             .doc = "Adds a learned number to each channel.",
             CONFIG(bias),
             .aka = "bias_add bias_layer"},
    .family = FAMILY_NORMALIZATION,
    ONE_INPUT,
    .infer = bias_infer,
    .forward = bias_forward,
    .backward = bias_backward,
};

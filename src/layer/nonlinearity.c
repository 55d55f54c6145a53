/*
 * nonlinearity.c - a nonlinearity of its own, Lasagne's NonlinearityLayer.
 *
 * The graph applies it, as it does for every layer that has one.
 */
#include "layer/config.h"
#include "layer/layer.h"

static const struct field nonlinearity_fields[] = {
    FIELD(nonlinearity_config, nonlinearity, .def = "rectify",
          .kinds = activation_kinds, .aka = "activation act function",
          .doc = "The function."),
    {0},
};

static enum status nonlinearity_infer(const void *config,
                                      const struct shape *in, int64_t inputs,
                                      struct layer_spec *spec)
{
    const struct nonlinearity_config *c = config;

    (void)inputs;
    spec->out = in[0];
    spec->nonlinearity = c->nonlinearity;
    spec_view(spec, true);
    spec_blocked(spec, WRITES_AS_READ);
    return OK;
}

static int64_t reals_of(const struct layer *l)
{
    const struct layout y = layer_writes(l);

    return layout_reals(&y);
}

static void nonlinearity_forward(const struct layer *l, const struct pass *p)
{
    pass_on(p->x[0], p->y, p->batch * reals_of(l));
}

static void nonlinearity_backward(const struct layer *l, const struct pass *p)
{
    if (p->dx[0])
        pass_on(p->dy, p->dx[0], p->batch * reals_of(l));
}

const struct layer_ops nonlinearity_layer = {
    .kind = {.name = "nonlinearity",
             .doc = "A nonlinearity as a layer of its own.",
             CONFIG(nonlinearity),
             .aka = "activation relu act nonlin"},
    .family = FAMILY_ACTIVATION,
    ONE_INPUT,
    .activates = true,
    .infer = nonlinearity_infer,
    .forward = nonlinearity_forward,
    .backward = nonlinearity_backward,
};

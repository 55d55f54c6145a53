/*
 * input.c - where the samples come in.  Computes nothing; the graph never calls
 * it.
 */
#include "layer/config.h"
#include "layer/layer.h"

static const struct field input_fields[] = {
    FIELD(input_config, shape, .least = 1, .most = 3, .min = 1, .max = 1 << 24,
          .doc = "Extents of one sample: [channels, rows, columns] of an "
                 "image, or [features]."),
    {0},
};

static enum status input_infer(const void *config, const struct shape *in,
                               int64_t inputs, struct layer_spec *spec)
{
    const struct input_config *c = config;

    (void)in;
    (void)inputs;
    spec->out.axes = c->shape.count;
    for (int64_t i = 0; i < c->shape.count; i++)
        spec->out.dim[i] = c->shape.at[i];
    if (!shape_fits(spec->out))
        return layer_refuse(spec, "shape", "is too large to address");
    return OK;
}

const struct layer_ops input_layer = {
    .kind = {.name = "input",
             .doc = "The shape of the samples; the first layer of a network.",
             CONFIG(input),
             .aka = "data input_layer placeholder"},
    .family = FAMILY_INPUT,
    .infer = input_infer,
};

/*
 * maxpool2d.c - the maximum of each window of an image.
 *
 * Lasagne's MaxPool2DLayer; the gradient goes to the first maximum only.
 */
#include "layer/config.h"
#include "layer/pooling.h"

static const struct field maxpool2d_fields[] = {
    POOLING_FIELDS(maxpool2d_config,
                   "Border around the image that never holds the maximum."),
    {0},
};

static enum status maxpool2d_infer(const void *config, const struct shape *in,
                                   int64_t inputs, struct layer_spec *spec)
{
    const struct maxpool2d_config *c = config;

    (void)inputs;
    return pooling_infer(POOLING_OF(c), POOL_MAX, in[0], spec);
}

static struct layer_window maxpool2d_window(const void *config)
{
    const struct maxpool2d_config *c = config;

    return pooling_window(POOLING_OF(c));
}

const struct layer_ops maxpool2d_layer = {
    .kind = {.name = "maxpool2d",
             .doc = "The maximum of each window of an image.",
             CONFIG(maxpool2d),
             .aka = "maxpool max_pool max_pooling max_pooling2d pooling"},
    .family = FAMILY_POOLING,
    ONE_INPUT,
    .infer = maxpool2d_infer,
    .forward = pooling_forward,
    .backward = pooling_backward,
    .window = maxpool2d_window,
};

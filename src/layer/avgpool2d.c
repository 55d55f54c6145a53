/*
 * avgpool2d.c - the mean of each window of an image.
 *
 *   y[c,i,j] = sum over the window's cells inside the image of x[c,.,.] / cells
 *
 * Lasagne's Pool2DLayer with its modes of averages: average_exc_pad counts the
 * cells inside the image, average_inc_pad all cells of the window, as if the
 * padding held zeros.  Without ignore_border there is no padding, and both
 * count what is inside.
 */
#include <string.h>

#include "layer/config.h"
#include "layer/pooling.h"

static const char *const modes[] = {"average_exc_pad", "average_inc_pad", NULL};

static const struct field avgpool2d_fields[] = {
    POOLING_FIELDS(avgpool2d_config,
                   "Border around the image; mode says whether it counts."),
    FIELD(avgpool2d_config, mode, .def = "average_exc_pad", .choices = modes,
          .aka = "count_include_pad",
          .doc = "average_exc_pad: the mean of the pixels in the image; "
                 "average_inc_pad: padding counts as zeros."),
    {0},
};

static enum status avgpool2d_infer(const void *config, const struct shape *in,
                                   int64_t inputs, struct layer_spec *spec)
{
    const struct avgpool2d_config *c = config;
    const bool counts_pad =
        c->ignore_border && strcmp(c->mode, "average_inc_pad") == 0;

    (void)inputs;
    return pooling_infer(
        POOLING_OF(c), counts_pad ? POOL_MEAN_PADDED : POOL_MEAN, in[0], spec);
}

static struct layer_window avgpool2d_window(const void *config)
{
    const struct avgpool2d_config *c = config;

    return pooling_window(POOLING_OF(c));
}

const struct layer_ops avgpool2d_layer = {
    .kind = {.name = "avgpool2d",
             .doc = "The mean of each window of an image.",
             CONFIG(avgpool2d),
             .aka = "avgpool avg_pool average_pool average_pooling "
                    "average_pooling2d avg_pool2d pool2d mean_pool"},
    .family = FAMILY_POOLING,
    ONE_INPUT,
    .infer = avgpool2d_infer,
    .forward = pooling_forward,
    .backward = pooling_backward,
    .window = avgpool2d_window,
};

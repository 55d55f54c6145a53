/*
 * elemwisesum.c - the sum of several inputs, each times a factor.
 *
 *   y = coeffs[0] * x[0] + coeffs[1] * x[1] + ..
 *
 * Lasagne's ElemwiseSumLayer; shapes are brought together as merge.h says.
 */
#include "layer/config.h"
#include "layer/facts.h"

static const struct field elemwisesum_fields[] = {
    FIELD(elemwisesum_config, coeffs, .def = "1", .least = 1,
          .most = LAYER_MAX_INPUTS, .aka = "coeff coefficients weights",
          .doc = "Factor of all inputs, or of each one; not learned."),
    MERGE_CROPPING(elemwisesum_config),
    {0},
};

static struct merge_task task_of(const struct elemwisesum_config *c,
                                 const struct shape *in, int64_t inputs)
{
    return (struct merge_task){
        .inputs = {in, inputs, c->cropping, -1},
        .function = MERGE_SUM,
        .coeffs = c->coeffs.at,
        .coeff_count = c->coeffs.count,
    };
}

static enum status elemwisesum_infer(const void *config, const struct shape *in,
                                     int64_t inputs, struct layer_spec *spec)
{
    const struct elemwisesum_config *c = config;
    const struct merge_task t = task_of(c, in, inputs);

    if (c->coeffs.count != 1 && c->coeffs.count != inputs)
        return layer_refuse(spec, "coeffs",
                            "has %lld factors for %lld incoming layers",
                            (long long)c->coeffs.count, (long long)inputs);
    return merge_infer(&t.inputs, spec);
}

struct merge_task elemwisesum_task(const struct layer *l)
{
    return task_of(l->config, l->in, l->inputs);
}

static void elemwisesum_forward(const struct layer *l, const struct pass *p)
{
    const struct merge_task t = elemwisesum_task(l);

    merge_forward(l, &t, p);
}

static void elemwisesum_backward(const struct layer *l, const struct pass *p)
{
    const struct merge_task t = elemwisesum_task(l);

    merge_backward(l, &t, p);
}

const struct layer_ops elemwisesum_layer = {
    .kind = {.name = "elemwisesum",
             .doc = "The sum of its inputs, each times a factor.",
             CONFIG(elemwisesum),
             .aka = "add eltwise shortcut elemwise_sum residual_add"},
    .family = FAMILY_MERGE,
    .min_inputs = 2,
    .max_inputs = LAYER_MAX_INPUTS,
    .infer = elemwisesum_infer,
    .forward = elemwisesum_forward,
    .backward = elemwisesum_backward,
};

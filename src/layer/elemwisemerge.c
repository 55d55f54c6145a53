/*
 * elemwisemerge.c - product, sum, difference, maximum or minimum of several
 * inputs, element by element and folded from the left.
 *
 * Lasagne's ElemwiseMergeLayer; shapes are brought together as merge.h says.
 */
#include <string.h>

#include "layer/config.h"
#include "layer/facts.h"

static const double ones[] = {1}, signs[] = {1, -1};

/* What a word of merge_function stands for, in the order of the words. */
static const char *const words[] = {"mul",     "add",     "sub",
                                    "maximum", "minimum", NULL};
static const struct merge_task functions[] = {
    {.function = MERGE_MUL, .coeffs = ones, .coeff_count = 1},
    {.function = MERGE_SUM, .coeffs = ones, .coeff_count = 1},
    {.function = MERGE_SUM, .coeffs = signs, .coeff_count = 2},
    {.function = MERGE_MAXIMUM, .coeffs = ones, .coeff_count = 1},
    {.function = MERGE_MINIMUM, .coeffs = ones, .coeff_count = 1},
};

static const struct field elemwisemerge_fields[] = {
    FIELD(elemwisemerge_config, merge_function, .def = "mul", .choices = words,
          .aka = "operation mode function",
          .doc = "What becomes of the inputs; sub takes all further ones from "
                 "the first, the gradient of an extremum goes to the first "
                 "that has it."),
    MERGE_CROPPING(elemwisemerge_config),
    {0},
};

static struct merge_task task_of(const struct elemwisemerge_config *c,
                                 const struct shape *in, int64_t inputs)
{
    size_t i = 0;

    while (strcmp(words[i], c->merge_function) != 0)
        i++;
    struct merge_task t = functions[i];
    t.inputs = (struct merge){in, inputs, c->cropping, -1};
    return t;
}

static enum status elemwisemerge_infer(const void *config,
                                       const struct shape *in, int64_t inputs,
                                       struct layer_spec *spec)
{
    const struct merge_task t = task_of(config, in, inputs);

    return merge_infer(&t.inputs, spec);
}

struct merge_task elemwisemerge_task(const struct layer *l)
{
    return task_of(l->config, l->in, l->inputs);
}

static void elemwisemerge_forward(const struct layer *l, const struct pass *p)
{
    const struct merge_task t = elemwisemerge_task(l);

    merge_forward(l, &t, p);
}

static void elemwisemerge_backward(const struct layer *l, const struct pass *p)
{
    const struct merge_task t = elemwisemerge_task(l);

    merge_backward(l, &t, p);
}

const struct layer_ops elemwisemerge_layer = {
    .kind = {.name = "elemwisemerge",
             .doc = "Product, sum, difference or extremum of its inputs.",
             CONFIG(elemwisemerge),
             .aka = "multiply mul maximum minimum subtract elemwise_merge "
                    "scale_channels merge"},
    .family = FAMILY_MERGE,
    .min_inputs = 2,
    .max_inputs = LAYER_MAX_INPUTS,
    .backward_reads_x = true,
    .infer = elemwisemerge_infer,
    .forward = elemwisemerge_forward,
    .backward = elemwisemerge_backward,
};

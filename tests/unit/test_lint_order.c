/* Rules about what stands in front of what: broken, kept, silenced. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "document/experiment.h"
#include "graph/lint.h"
#include "support/fake_layers.h"
#include "support/findings.h"
#include "support/scratch.h"

TestSuite(lint_order, .init = scratch_begin, .fini = scratch_end);

#define LINEAR "nonlinearity: linear"

/* 6 to 9 to 7 is a matrix of 6 x 7; through 3 it is one of rank 3. */
Test(lint_order, a012_linear_layers_in_a_row)
{
    expect_findings(
        VECTOR "- dense: {num_units: 9, " LINEAR "}\n- dense: {num_units: "
               "7}\n",
        0,
        "A012 dense2: dense1 in front of it is linear: the two are no more "
        "than one layer\n");
    expect_findings(VECTOR "- dense: {num_units: 9}\n- dense: {num_units: 7}\n",
                    0, "");
    expect_findings(VECTOR "- dense: {num_units: 9, " LINEAR
                           "}\n- dropout\n- dense: "
                           "{num_units: 7}\n",
                    0, "");
    expect_findings(VECTOR "- dense: {num_units: 9, " LINEAR
                           "}\n- dense: {num_units: "
                           "7, lint: [A012]}\n",
                    0, "");
    expect_findings(VECTOR "- dense: {num_units: 3, " LINEAR
                           "}\n- dense: {num_units: "
                           "7}\n",
                    0, "");
}

/* One 3x3 and another are one of 5x5, at a stride of two one of 7x7; a filter
 * per channel and a sum of channels save weights. */
Test(lint_order, a012_linear_convolutions_in_a_row)
{
    static const char found[] =
        "A012 conv2d2: conv2d1 in front of it is linear: the two are no more "
        "than one layer\n";

#define SQUARE(filters, more)                                                  \
    "- conv2d: {num_filters: " filters ", filter_size: 3, pad: same, " more    \
    "}\n"
    expect_findings(IMAGE SQUARE("4", LINEAR) SQUARE("2", ""), 0, found);
    expect_findings(IMAGE SQUARE("1", LINEAR) SQUARE("2", ""), 0, "");
    expect_findings(IMAGE SQUARE("4", LINEAR ", stride: 2, lint: [A003]")
                        SQUARE("2", ""),
                    0, found);
    expect_findings(IMAGE SQUARE("3", LINEAR ", stride: 2, lint: [A003]")
                        SQUARE("2", ""),
                    0, "");
    expect_findings("layers:\n- input: {shape: [8, 28, 28]}\n" SQUARE(
                        "8", LINEAR ", num_groups: 8")
                        SQUARE("8", "num_groups: 1"),
                    0, "");
    expect_findings(
        IMAGE SQUARE("4", LINEAR) "- maxpool2d: {pool_size: 2}\n" SQUARE("2",
                                                                         ""),
        0, "");
}

/* A nonlinearity after one that the layer has already, or after another. */
Test(lint_order, a012_activations_in_a_row)
{
    expect_findings(
        VECTOR "- dense: {num_units: 3}\n- nonlinearity: {nonlinearity: "
               "softmax}\n",
        0,
        "A012 nonlinearity2: dense1 in front of it ends in nonlinearity "
        "rectify already\n");
    expect_findings(
        VECTOR "- dense: {num_units: 3, " LINEAR "}\n- nonlinearity\n", 0, "");
    expect_findings(
        VECTOR "- dense: {num_units: 3, " LINEAR "}\n- nonlinearity\n"
               "- prelu\n",
        0,
        "A012 prelu3: nonlinearity2 in front of it is an activation "
        "already\n");
    expect_findings(VECTOR
                    "- dense: {num_units: 3}\n- nonlinearity: {lint: [A012]}\n",
                    0, "");
}

Test(lint_order, a012_activations_of_activations)
{
    expect_findings(VECTOR "- dense: {num_units: 9, " LINEAR "}\n- prelu\n", 0,
                    "");
    expect_findings(
        VECTOR "- dense: {num_units: 9}\n- prelu\n", 0,
        "A012 prelu2: dense1 in front of it ends in nonlinearity rectify "
        "already\n");
    expect_findings(
        VECTOR "- prelu\n- rrelu\n- dense: {num_units: 9}\n", 0,
        "A012 rrelu2: prelu1 in front of it is an activation already\n");
}

Test(lint_order, a009_standardization_of_one_value)
{
    static const char found[] =
        "A009 standardization2: normalizes over one value: its output does not "
        "depend on its input\n";

#define POOLED "- maxpool2d: {pool_size: 28}\n"
    expect_findings(IMAGE POOLED "- standardization\n", 0, found);
    expect_findings(IMAGE POOLED "- standardization: {axes: [1, 2]}\n", 0,
                    found);
    expect_findings(IMAGE POOLED "- standardization: {lint: [A009]}\n", 0, "");
    expect_findings(IMAGE "- standardization\n", 0, "");
    expect_findings("layers:\n- input: {shape: [3, 28, 28]}\n" POOLED
                    "- standardization: {axes: features}\n",
                    0, "");
}

#define BATCH(size) "train: {learning_rate: 1, batch_size: " size "}\n"

/* A pixel a channel; a feature of a batch of one. */
Test(lint_order, a009_normalization_of_one_value)
{
    static const char found[] = ": normalizes over one value: its output does "
                                "not depend on its input\n";
    char want[160];

    snprintf(want, sizeof want, "A009 conv2d1_in%s", found);
    expect_findings(IMAGE
                    "- conv2d: {num_filters: 2, filter_size: 28, normalize: "
                    "instance}\n",
                    0, want);
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: [28, 27], normalize: "
              "instance}\n",
        0, "");
    expect_findings(IMAGE
                    "- conv2d: {num_filters: 2, filter_size: 28, normalize: "
                    "layer}\n",
                    0, "");
    snprintf(want, sizeof want, "A009 dense1_bn%s", found);
    expect_findings(
        VECTOR "- dense: {num_units: 3, normalize: batch}\n"
               "- dense: {num_units: 3, nonlinearity: softmax}\n" BATCH("1"),
        0, want);
    expect_findings(
        VECTOR "- dense: {num_units: 3, normalize: batch}\n"
               "- dense: {num_units: 3, nonlinearity: softmax}\n" BATCH("2"),
        0, "");
    expect_findings(VECTOR "- dense: {num_units: 3, normalize: batch}\n", 0,
                    "");
    expect_findings(
        VECTOR "- batchnorm: {lint: [A009]}\n"
               "- dense: {num_units: 3, nonlinearity: softmax}\n" BATCH("1"),
        0, "");
    expect_findings(
        VECTOR "- batchnorm: {update: false}\n"
               "- dense: {num_units: 3, nonlinearity: softmax}\n" BATCH("1"),
        0, "");
}

Test(lint_order, a010_dropout_before_batch_normalization)
{
    expect_findings(
        VECTOR "- dropout\n- dense: {num_units: 3, normalize: batch}\n", 0,
        "A010 dropout1: drops inputs in front of dense2_bn, whose variance "
        "then differs between training and inference\n");
    expect_findings(VECTOR
                    "- dense: {num_units: 3, normalize: batch}\n- dropout\n"
                    "- dense: {num_units: 3}\n",
                    0, "");
    expect_findings(VECTOR "- dropout: {lint: [A010]}\n- batchnorm\n", 0, "");
    /* Beside it is not before it. */
    expect_findings(VECTOR
                    "- dropout\n- batchnorm: {incoming: input0}\n"
                    "- elemwisesum: {incoming: [dropout1, batchnorm2]}\n",
                    0, "");
}

/* The real one, and the notation that leaves the bias out by itself. */
Test(lint_order, a005_batchnorm)
{
    expect_findings(
        VECTOR "- dense: {num_units: 3, " LINEAR "}\n- batchnorm\n", 0,
        "A005 dense1: its bias is cancelled by batchnorm2; b: null saves "
        "it\n");
    expect_findings(VECTOR "- dense: {num_units: 3, " LINEAR ", b: null}\n"
                           "- batchnorm\n",
                    0, "");
    expect_findings(VECTOR "- dense: {num_units: 3}\n- batchnorm\n", 0, "");
    expect_findings(VECTOR "- dense: {num_units: 3, normalize: batch}\n", 0,
                    "");
}

/* A layer that subtracts the mean of its input, as batch normalization does. */
static enum status same_infer(const void *config, const struct shape *in,
                              int64_t inputs, struct layer_spec *spec)
{
    (void)config, (void)inputs;
    spec->out = *in;
    return OK;
}

static enum status biased_infer(const void *config, const struct shape *in,
                                int64_t inputs, struct layer_spec *spec)
{
    (void)inputs;
    spec->out = *in;
    spec->params[0] = (struct param_spec){.name = "bias", .shape = *in};
    spec->param_count = *(const int64_t *)config;
    return OK;
}

static const struct layer_ops centring_ops = {.kind = {.name = "centre"},
                                              .infer = same_infer,
                                              .min_inputs = 1,
                                              .max_inputs = 1,
                                              .cancels_bias = true};
static const struct layer_ops biased_ops = {.kind = {.name = "biased"},
                                            .infer = biased_infer,
                                            .min_inputs = 1,
                                            .max_inputs = 1};

struct bias_case {
    int64_t biases;              /* of the layer in the middle: 0 or 1 */
    const struct layer_ops *end; /* of the network */
    const char *silenced, *want;
};

static const struct bias_case bias_cases[] = {
    {1, &centring_ops, NULL,
     "A005 middle: its bias is cancelled by end; b: null saves it\n"},
    {1, &centring_ops, "A005", ""},
    {1, &centring_ops, "A003",
     "A005 middle: its bias is cancelled by end; b: null saves it\n"},
    {0, &centring_ops, NULL, ""},
    {1, &biased_ops, NULL, ""},
};

static void check_bias(const struct bias_case *c)
{
    static const int64_t width = 4, one = 1;
    struct graph_entry entries[] = {
        {.ops = &fake_input_ops, .name = "input", .config = &width},
        {.ops = &biased_ops, .name = "middle", .config = &c->biases},
        {.ops = c->end, .name = "end", .config = &one},
    };
    struct fake_report report = {{0}};
    const struct graph_reporter reporter = fake_reporter(&report);
    const struct graph_request request = {
        .entries = entries, .count = 3, .seed = 1};
    struct arena arena = {0};
    struct text got = {0};
    struct graph g;
    struct err e = {0};

    entries[1].lint = (struct text_list){&c->silenced, c->silenced ? 1 : 0};
    cr_assert_eq(graph_build(&g, &arena, &request, &reporter, &e), OK);
    const struct lint_subject subject = {.graph = &g};
    print_findings(&subject, &arena, &got);
    cr_assert_str_eq(text_string(&got), c->want);
    text_free(&got);
    arena_free(&arena);
}

Test(lint_order, a005_cancelled_bias)
{
    for (size_t i = 0; i < ARRAY_LEN(bias_cases); i++)
        check_bias(&bias_cases[i]);
}

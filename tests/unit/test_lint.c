/* Every rule of the audit: broken, kept, and silenced for the layer. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "app/experiment.h"
#include "graph/lint.h"
#include "support/fake_layers.h"
#include "support/files.h"
#include "support/scratch.h"

TestSuite(lint, .init = scratch_begin, .fini = scratch_end);

static void print_findings(const struct lint_subject *subject,
                           struct arena *arena, struct text *out)
{
    struct finding *found;
    struct err e = {0};
    int64_t count;

    cr_assert_eq(lint_graph(subject, arena, &found, &count, &e), OK);
    for (int64_t i = 0; i < count; i++)
        text_printf(out, "%s %s: %s\n", found[i].rule, found[i].layer,
                    found[i].message);
}

/* `yaml` is a document; `want` all findings, a line each. */
static void check(const char *yaml, int64_t class_count, const char *want)
{
    struct experiment x;
    struct audit_row rows[32];
    struct text got = {0};
    struct err e = {0};

    put_text("c.yaml", yaml);
    cr_assert_eq(experiment_read(&x, "c.yaml", NULL, 0, NULL, &e), OK, "%s\n%s",
                 yaml, e.text);
    struct lint_subject subject = {.graph = &x.graph,
                                   .class_count = class_count};
    if (audit_applies(&x.graph)) {
        cr_assert_eq(audit_graph(&x.graph, AUDIT_EXACT, rows, &e), OK);
        subject.rows = rows;
    }
    if (x.has_train)
        subject.loss = x.loss;
    print_findings(&subject, &x.arena, &got);
    cr_assert_str_eq(text_string(&got), want, "%s\ngot:\n%swant:\n%s", yaml,
                     text_string(&got), want);
    text_free(&got);
    experiment_free(&x);
}

#define IMAGE "layers:\n- input: {shape: [1, 28, 28]}\n"
#define CONV  "- conv2d: {num_filters: 2, filter_size: 3, pad: 1}\n"

Test(lint, a001_coverage)
{
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 28}\n", 0, "");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 29, pad: 1}\n", 0,
          "A001 conv2d1: coverage 103.57 % is above 100 %\n");
    /* Either axis is enough. */
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: [3, 29], pad: 1}\n", 0,
          "A001 conv2d1: coverage 103.57 % is above 100 %\n");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 29, pad: 1, "
                "lint: [A001]}\n",
          0, "");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 29, pad: 1, "
                "lint: [A002]}\n",
          0, "A001 conv2d1: coverage 103.57 % is above 100 %\n");
}

/* A pool's window widens the field, but only convolutions are judged; nor is
 * one of a single pixel. */
Test(lint, a001_judges_convolutions_alone)
{
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 28, pad: 1}\n"
                "- maxpool2d: {pool_size: 3}\n"
                "- conv2d: {num_filters: 2, filter_size: 1}\n",
          0, "");
}

/* n convolutions of 3x3 see 2n + 1 pixels: 3/17 is kept, 3/19 is not. */
Test(lint, a002_capacity)
{
    check(IMAGE CONV CONV CONV CONV CONV CONV CONV CONV, 0, "");
    check(IMAGE CONV CONV CONV CONV CONV CONV CONV CONV CONV, 0,
          "A002 conv2d9: capacity 15.79 % is below 16.67 %\n");
    check(IMAGE CONV CONV CONV CONV CONV CONV CONV CONV
          "- conv2d: {num_filters: 2, filter_size: [3, 5], pad: 2}\n",
          0, "A002 conv2d9: capacity 15.79 % is below 16.67 %\n");
    check(IMAGE CONV CONV CONV CONV CONV CONV CONV CONV
          "- conv2d: {num_filters: 2, filter_size: 3, lint: [A002]}\n",
          0, "");
}

#define POOL "- maxpool2d: {pool_size: "

Test(lint, a003_unread_rows)
{
    static const char message[] =
        "A003 maxpool2d1: the stride leaves 1 row and 1 column at the end of "
        "its input unread\n";

    check(IMAGE POOL "2}\n", 0, "");
    check(IMAGE POOL "3}\n", 0, message);
    check(IMAGE POOL "3, ignore_border: false}\n", 0, "");
    check(IMAGE POOL "3, lint: [A003]}\n", 0, "");
    check(IMAGE POOL "[2, 5]}\n", 0,
          "A003 maxpool2d1: the stride leaves 0 rows and 3 columns at the end "
          "of its input unread\n");
    check(IMAGE POOL "2, stride: 3}\n", 0,
          "A003 maxpool2d1: the stride leaves 2 rows and 2 columns at the end "
          "of its input unread\n"
          "A013 maxpool2d1: stride 3x3 is larger than the window 2x2: cells "
          "between are never read\n");
}

/* Thirteen windows of 3 at a stride of 2 reach 27 of 28 pixels; with a cell of
 * padding before them fourteen reach all. */
Test(lint, a003_of_convolutions)
{
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 3, stride: 2}\n", 0,
          "A003 conv2d1: the stride leaves 1 row and 1 column at the end of "
          "its input unread\n");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 3, stride: 2, pad: "
                "1}\n",
          0, "");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 3, dilation: 3, "
                "stride: 3}\n",
          0, "");
}

#define VECTOR "layers:\n- input: {shape: [6]}\n"

Test(lint, a004_classes)
{
    check(VECTOR "- dense: {num_units: 7}\n", 7, "");
    check(VECTOR "- dense: {num_units: 7}\n", 0, "");
    check(VECTOR "- dense: {num_units: 9}\n- dense: {num_units: 7}\n", 10,
          "A004 dense2: 7 output units, the data has 10 classes\n");
    check(VECTOR "- dense: {num_units: 7, lint: [A004]}\n", 10, "");
}

/* 2 * 9 + 2 weights before the dense layer; it holds 1569 u of its own with u
 * units, 0.9 of the total at less than one unit. */
Test(lint, a006_heavy_dense_layer)
{
    check(IMAGE CONV "- dense: {num_units: 1}\n", 0,
          "A006 dense2: holds 98.7 % of all parameters\n");
    check(IMAGE CONV "- dense: {num_units: 1, lint: [A006]}\n", 0, "");
    check(IMAGE CONV "- maxpool2d: {pool_size: 14}\n- dense: {num_units: "
                     "20}\n", /* 180 of 200 are not over 90 % */
          0, "");
    check(IMAGE CONV "- maxpool2d: {pool_size: 14}\n- dense: {num_units: "
                     "21}\n",
          0, "A006 dense3: holds 90.4 % of all parameters\n");
    check(VECTOR "- dense: {num_units: 50}\n", 0, "");
}

#define TRAIN "train: {learning_rate: 1}\n"

Test(lint, a007_softmax)
{
    check(VECTOR "- dense: {num_units: 3, nonlinearity: softmax}\n" TRAIN, 0,
          "");
    check(VECTOR "- dense: {num_units: 3, nonlinearity: sigmoid}\n" TRAIN, 0,
          "A007 dense1: nonlinearity sigmoid, categorical_crossentropy needs "
          "softmax\n");
    check(VECTOR "- dense: {num_units: 3}\n- dropout\n" TRAIN, 0,
          "A007 dropout2: nonlinearity linear, categorical_crossentropy needs "
          "softmax\n");
    check(VECTOR "- dense: {num_units: 3, lint: [A007]}\n" TRAIN, 0, "");
    /* Without a loss there is nothing to need it. */
    check(VECTOR "- dense: {num_units: 3}\n", 0, "");
}

Test(lint, a008_even_filter)
{
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 4, pad: same}\n", 0,
          "A008 conv2d1: an even filter (4x4) with pad same shifts the image "
          "by half a pixel\n");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: [3, 2], pad: same}\n",
          0,
          "A008 conv2d1: an even filter (3x2) with pad same shifts the image "
          "by half a pixel\n");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 4, pad: same, lint: "
                "[A008]}\n",
          0, "");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 4}\n", 0, "");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 3, pad: same}\n", 0,
          "");
    /* Two taps two apart lie about a centre. */
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 2, dilation: 2, pad: "
                "same}\n",
          0, "");
}

#define LINEAR "nonlinearity: linear"

/* 6 to 9 to 7 is a matrix of 6 x 7; through 3 it is one of rank 3. */
Test(lint, a012_linear_layers_in_a_row)
{
    check(VECTOR "- dense: {num_units: 9, " LINEAR "}\n- dense: {num_units: "
                 "7}\n",
          0,
          "A012 dense2: dense1 in front of it is linear: the two are no more "
          "than one layer\n");
    check(VECTOR "- dense: {num_units: 9}\n- dense: {num_units: 7}\n", 0, "");
    check(VECTOR "- dense: {num_units: 9, " LINEAR "}\n- dropout\n- dense: "
                 "{num_units: 7}\n",
          0, "");
    check(VECTOR "- dense: {num_units: 9, " LINEAR "}\n- dense: {num_units: "
                 "7, lint: [A012]}\n",
          0, "");
    check(VECTOR "- dense: {num_units: 3, " LINEAR "}\n- dense: {num_units: "
                 "7}\n",
          0, "");
}

/* One 3x3 and another are one of 5x5, at a stride of two one of 7x7; a filter
 * per channel and a sum of channels save weights. */
Test(lint, a012_linear_convolutions_in_a_row)
{
    static const char found[] =
        "A012 conv2d2: conv2d1 in front of it is linear: the two are no more "
        "than one layer\n";

#define SQUARE(filters, more)                                                  \
    "- conv2d: {num_filters: " filters ", filter_size: 3, pad: same, " more    \
    "}\n"
    check(IMAGE SQUARE("4", LINEAR) SQUARE("2", ""), 0, found);
    check(IMAGE SQUARE("1", LINEAR) SQUARE("2", ""), 0, "");
    check(IMAGE SQUARE("4", LINEAR ", stride: 2, lint: [A003]") SQUARE("2", ""),
          0, found);
    check(IMAGE SQUARE("3", LINEAR ", stride: 2, lint: [A003]") SQUARE("2", ""),
          0, "");
    check("layers:\n- input: {shape: [8, 28, 28]}\n" SQUARE(
              "8", LINEAR ", num_groups: 8") SQUARE("8", "num_groups: 1"),
          0, "");
    check(IMAGE SQUARE("4", LINEAR) "- maxpool2d: {pool_size: 2}\n" SQUARE("2",
                                                                           ""),
          0, "");
}

Test(lint, a012_activations_of_activations)
{
    check(VECTOR "- dense: {num_units: 9, " LINEAR "}\n- prelu\n", 0, "");
    check(VECTOR "- dense: {num_units: 9}\n- prelu\n", 0,
          "A012 prelu2: dense1 in front of it ends in nonlinearity rectify "
          "already\n");
    check(VECTOR "- prelu\n- rrelu\n- dense: {num_units: 9}\n", 0,
          "A012 rrelu2: prelu1 in front of it is an activation already\n");
}

Test(lint, a009_standardization_of_one_value)
{
    static const char found[] =
        "A009 standardization2: normalizes over one value: its output does not "
        "depend on its input\n";

#define POOLED "- maxpool2d: {pool_size: 28}\n"
    check(IMAGE POOLED "- standardization\n", 0, found);
    check(IMAGE POOLED "- standardization: {axes: [1, 2]}\n", 0, found);
    check(IMAGE POOLED "- standardization: {lint: [A009]}\n", 0, "");
    check(IMAGE "- standardization\n", 0, "");
    check("layers:\n- input: {shape: [3, 28, 28]}\n" POOLED
          "- standardization: {axes: features}\n",
          0, "");
}

Test(lint, a013_stride_over_the_window)
{
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 1, stride: 2}\n", 0,
          "A003 conv2d1: the stride leaves 1 row and 1 column at the end of "
          "its input unread\n"
          "A013 conv2d1: stride 2x2 is larger than the filter 1x1: cells "
          "between are never read\n");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: [3, 1], stride: [1, "
                "3]}\n",
          0,
          "A013 conv2d1: stride 1x3 is larger than the filter 3x1: cells "
          "between are never read\n");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 1, stride: 2, lint: "
                "[A003, A013]}\n",
          0, "");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 2, stride: 2}\n", 0,
          "");
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 2, dilation: 3, "
                "stride: 4}\n",
          0, "");
}

Test(lint, order_is_layers_then_rules)
{
    check(IMAGE "- conv2d: {num_filters: 2, filter_size: 30, pad: same, "
                "stride: 3}\n"
                "- conv2d: {num_filters: 2, filter_size: 3}\n"
                "- dense: {num_units: 3}\n" TRAIN,
          10,
          "A001 conv2d1: coverage 107.14 % is above 100 %\n"
          "A008 conv2d1: an even filter (30x30) with pad same shifts the "
          "image by half a pixel\n"
          "A001 conv2d2: coverage 128.57 % is above 100 %\n"
          "A004 dense3: 3 output units, the data has 10 classes\n"
          "A007 dense3: nonlinearity rectify, categorical_crossentropy needs "
          "softmax\n");
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

Test(lint, a005_cancelled_bias)
{
    for (size_t i = 0; i < ARRAY_LEN(bias_cases); i++)
        check_bias(&bias_cases[i]);
}

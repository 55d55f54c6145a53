/* Every rule of the audit: broken, kept, and silenced for the layer. */
#include <criterion/criterion.h>

#include "graph/lint.h"
#include "support/findings.h"
#include "support/scratch.h"

TestSuite(lint, .init = scratch_begin, .fini = scratch_end);

Test(lint, a001_coverage)
{
    expect_findings(IMAGE "- conv2d: {num_filters: 2, filter_size: 28}\n", 0,
                    "");
    expect_findings(IMAGE
                    "- conv2d: {num_filters: 2, filter_size: 29, pad: 1}\n",
                    0, "A001 conv2d1: coverage 103.57 % is above 100 %\n");
    /* Either axis is enough. */
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: [3, 29], pad: 1}\n", 0,
        "A001 conv2d1: coverage 103.57 % is above 100 %\n");
    expect_findings(IMAGE "- conv2d: {num_filters: 2, filter_size: 29, pad: 1, "
                          "lint: [A001]}\n",
                    0, "");
    expect_findings(IMAGE "- conv2d: {num_filters: 2, filter_size: 29, pad: 1, "
                          "lint: [A002]}\n",
                    0, "A001 conv2d1: coverage 103.57 % is above 100 %\n");
}

/* A pool's window widens the field, but only convolutions are judged; nor is
 * one of a single pixel. */
Test(lint, a001_judges_convolutions_alone)
{
    expect_findings(IMAGE
                    "- conv2d: {num_filters: 2, filter_size: 28, pad: 1}\n"
                    "- maxpool2d: {pool_size: 3}\n"
                    "- conv2d: {num_filters: 2, filter_size: 1}\n",
                    0, "");
}

/* n convolutions of 3x3 see 2n + 1 pixels: 3/17 is kept, 3/19 is not. */
Test(lint, a002_capacity)
{
    expect_findings(IMAGE CONV CONV CONV CONV CONV CONV CONV CONV, 0, "");
    expect_findings(IMAGE CONV CONV CONV CONV CONV CONV CONV CONV CONV, 0,
                    "A002 conv2d9: capacity 15.79 % is below 16.67 %\n");
    expect_findings(IMAGE CONV CONV CONV CONV CONV CONV CONV CONV
                    "- conv2d: {num_filters: 2, filter_size: [3, 5], pad: 2}\n",
                    0, "A002 conv2d9: capacity 15.79 % is below 16.67 %\n");
    expect_findings(
        IMAGE CONV CONV CONV CONV CONV CONV CONV CONV
        "- conv2d: {num_filters: 2, filter_size: 3, lint: [A002]}\n",
        0, "");
}

#define POOL "- maxpool2d: {pool_size: "

Test(lint, a003_unread_rows)
{
    static const char message[] =
        "A003 maxpool2d1: the stride leaves 1 row and 1 column at the end of "
        "its input unread\n";

    expect_findings(IMAGE POOL "2}\n", 0, "");
    expect_findings(IMAGE POOL "3}\n", 0, message);
    expect_findings(IMAGE POOL "3, ignore_border: false}\n", 0, "");
    expect_findings(IMAGE POOL "3, lint: [A003]}\n", 0, "");
    expect_findings(
        IMAGE POOL "[2, 5]}\n", 0,
        "A003 maxpool2d1: the stride leaves 0 rows and 3 columns at the end "
        "of its input unread\n");
    expect_findings(
        IMAGE POOL "2, stride: 3}\n", 0,
        "A003 maxpool2d1: the stride leaves 2 rows and 2 columns at the end "
        "of its input unread\n"
        "A013 maxpool2d1: stride 3x3 is larger than the window 2x2: cells "
        "between are never read\n");
}

/* Thirteen windows of 3 at a stride of 2 reach 27 of 28 pixels; with a cell of
 * padding before them fourteen reach all. */
Test(lint, a003_of_convolutions)
{
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 3, stride: 2}\n", 0,
        "A003 conv2d1: the stride leaves 1 row and 1 column at the end of "
        "its input unread\n");
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 3, stride: 2, pad: "
              "1}\n",
        0, "");
    expect_findings(IMAGE
                    "- conv2d: {num_filters: 2, filter_size: 3, dilation: 3, "
                    "stride: 3}\n",
                    0, "");
}

Test(lint, a004_classes)
{
    expect_findings(VECTOR "- dense: {num_units: 7}\n", 7, "");
    expect_findings(VECTOR "- dense: {num_units: 7}\n", 0, "");
    expect_findings(VECTOR "- dense: {num_units: 9}\n- dense: {num_units: 7}\n",
                    10,
                    "A004 dense2: 7 output units, the data has 10 classes\n");
    expect_findings(VECTOR "- dense: {num_units: 7, lint: [A004]}\n", 10, "");
}

/* 2 * 9 + 2 weights before the dense layer; it holds 1569 u of its own with u
 * units, 0.9 of the total at less than one unit. */
Test(lint, a006_heavy_dense_layer)
{
    expect_findings(IMAGE CONV "- dense: {num_units: 1}\n", 0,
                    "A006 dense2: holds 98.7 % of all parameters\n");
    expect_findings(IMAGE CONV "- dense: {num_units: 1, lint: [A006]}\n", 0,
                    "");
    expect_findings(IMAGE CONV
                    "- maxpool2d: {pool_size: 14}\n- dense: {num_units: "
                    "20}\n", /* 180 of 200 are not over 90 % */
                    0, "");
    expect_findings(IMAGE CONV
                    "- maxpool2d: {pool_size: 14}\n- dense: {num_units: "
                    "21}\n",
                    0, "A006 dense3: holds 90.4 % of all parameters\n");
    expect_findings(VECTOR "- dense: {num_units: 50}\n", 0, "");
}

#define TRAIN "train: {learning_rate: 1}\n"

Test(lint, a007_softmax)
{
    expect_findings(
        VECTOR "- dense: {num_units: 3, nonlinearity: softmax}\n" TRAIN, 0, "");
    expect_findings(
        VECTOR "- dense: {num_units: 3, nonlinearity: sigmoid}\n" TRAIN, 0,
        "A007 dense1: nonlinearity sigmoid, categorical_crossentropy needs "
        "softmax\n");
    expect_findings(
        VECTOR "- dense: {num_units: 3}\n- dropout\n" TRAIN, 0,
        "A007 dropout2: nonlinearity linear, categorical_crossentropy needs "
        "softmax\n");
    expect_findings(VECTOR "- dense: {num_units: 3, lint: [A007]}\n" TRAIN, 0,
                    "");
    /* Without a loss there is nothing to need it. */
    expect_findings(VECTOR "- dense: {num_units: 3}\n", 0, "");
}

Test(lint, a008_even_filter)
{
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 4, pad: same}\n", 0,
        "A008 conv2d1: an even filter (4x4) with pad same shifts the image "
        "by half a pixel\n");
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: [3, 2], pad: same}\n", 0,
        "A008 conv2d1: an even filter (3x2) with pad same shifts the image "
        "by half a pixel\n");
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 4, pad: same, lint: "
              "[A008]}\n",
        0, "");
    expect_findings(IMAGE "- conv2d: {num_filters: 2, filter_size: 4}\n", 0,
                    "");
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 3, pad: same}\n", 0, "");
    /* Two taps two apart lie about a centre. */
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 2, dilation: 2, pad: "
              "same}\n",
        0, "");
}

/* 3 pixels beside 7 are more than twice as many, beside 5 they are not; what
 * sees all of the image is meant to. */
Test(lint, a011_uneven_merge)
{
#define SUM(more) "- elemwisesum: {incoming: [conv2d1, conv2d2" more "]}\n"
    static const char narrow[] = "A011 elemwisesum3: its inputs see 3 and 7 "
                                 "pixels along an axis, more than twice as "
                                 "many\n";

    expect_findings(IMAGE CONV CONV SUM(""), 0, "");
    expect_findings(IMAGE CONV
                    "- conv2d: {num_filters: 2, filter_size: [3, 5], pad: "
                    "same}\n" SUM(""),
                    0, narrow);
    expect_findings(IMAGE CONV
                    "- conv2d: {num_filters: 2, filter_size: [3, 5], pad: "
                    "same}\n- elemwisesum: {incoming: [conv2d1, conv2d2], "
                    "lint: [A011]}\n",
                    0, "");
    expect_findings(IMAGE CONV CONV
                    "- globalpool\n"
                    "- elemwisemerge: {incoming: [conv2d2, globalpool3]}\n",
                    0, "");
    /* The input is a pixel. */
    expect_findings(
        IMAGE "- conv2d: {num_filters: 1, filter_size: 3, pad: same}\n"
              "- elemwisesum: {incoming: [input0, conv2d1]}\n",
        0,
        "A011 elemwisesum2: its inputs see 1 and 3 pixels along an axis, "
        "more than twice as many\n");
}

Test(lint, a013_stride_over_the_window)
{
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 1, stride: 2}\n", 0,
        "A003 conv2d1: the stride leaves 1 row and 1 column at the end of "
        "its input unread\n"
        "A013 conv2d1: stride 2x2 is larger than the filter 1x1: cells "
        "between are never read\n");
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: [3, 1], stride: [1, "
              "3]}\n",
        0,
        "A013 conv2d1: stride 1x3 is larger than the filter 3x1: cells "
        "between are never read\n");
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 1, stride: 2, lint: "
              "[A003, A013]}\n",
        0, "");
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 2, stride: 2}\n", 0, "");
    expect_findings(IMAGE
                    "- conv2d: {num_filters: 2, filter_size: 2, dilation: 3, "
                    "stride: 4}\n",
                    0, "");
}

Test(lint, order_is_layers_then_rules)
{
    expect_findings(
        IMAGE "- conv2d: {num_filters: 2, filter_size: 30, pad: same, "
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

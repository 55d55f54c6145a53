/* Which passes of a network are computed, and which of them in bfloat16. */
#include <criterion/criterion.h>
#include <string.h>

#include "conv/conv.h"
#include "document/agree.h"
#include "document/experiment.h"
#include "graph/precision.h"
#include "tensor/bfloat16.h"
#include "tensor/kernels.h"
#include "train/bench.h"

/* A convolution that the first layer's input is read by, another, a sum of two
 * branches. */
static const char layers[] =
    "layers:\n"
    "  - input:  {shape: [3, 12, 12]}\n"
    "  - conv2d: {name: first, num_filters: 4, filter_size: 3}\n"
    "  - conv2d: {name: frozen, num_filters: 4, filter_size: 3, pad: 1, "
    "trainable: false}\n"
    "  - elemwisesum: {name: sum, incoming: [first, frozen]}\n"
    "  - conv2d: {name: strided, num_filters: 4, filter_size: 3, stride: 2}\n"
    "  - dense:  {name: last, num_units: 2, nonlinearity: softmax}\n";
static const char engine[] =
    "engine: {algorithm: winograd2, precision: bfloat16}\n";

enum { FIRST = 1, FROZEN, SUM, STRIDED, LAST };

static void open_network(struct experiment *x, const char *tail)
{
    struct text all = {0};
    struct err e = {0};

    text_printf(&all, "%s%s%s", layers, engine, tail);
    cr_assert_eq(experiment_parse_stored(x, "c.yaml", text_string(&all),
                                         strlen(text_string(&all)),
                                         kernels_best(), &e),
                 OK, "%s", e.text);
    text_free(&all);
}

static void expect_passes(const struct experiment *x, int64_t node,
                          bool training, int64_t forward, int64_t data,
                          int64_t weights)
{
    const int64_t want[LAYER_PASSES] = {[LAYER_FORWARD] = forward,
                                        [LAYER_DATA] = data,
                                        [LAYER_WEIGHTS] = weights};

    for (int pass = 0; pass < LAYER_PASSES; pass++)
        cr_expect_eq(
            graph_passes(&x->graph, node, (enum layer_pass)pass, training),
            want[pass], "%s, %s", x->graph.nodes[node].layer.name,
            precision_passes[pass]);
}

Test(precision, passes_that_are_computed)
{
    struct experiment x;

    open_network(&x, "");
    expect_passes(&x, FIRST, true, 1, 0, 1);
    expect_passes(&x, FROZEN, true, 1, 1, 0);
    expect_passes(&x, SUM, true, 1, 2, 0);
    expect_passes(&x, LAST, true, 1, 1, 1);
    for (int64_t i = FIRST; i <= LAST; i++)
        expect_passes(&x, i, false, 1, 0, 0);
    experiment_free(&x);
}

static double macs(const struct experiment *x, int64_t node,
                   enum layer_pass pass)
{
    return layer_macs(&x->graph.nodes[node].layer, pass);
}

static void expect_text(const struct experiment *x, bool training,
                        const char *tail)
{
    struct text got = {0}, want = {0};

    precision_print(&got, &x->graph, training);
    text_printf(&want, "bfloat16, %s, in %.1f %% of the multiply-adds of %s",
                bfloat16_manner(x->graph.engine.kern),
                100 * precision_share(&x->graph, training),
                training ? "training" : "inference");
    text_puts(&want, tail);
    cr_expect_str_eq(text_string(&got), text_string(&want));
    text_free(&got);
    text_free(&want);
}

Test(precision, share_of_the_multiply_adds)
{
    struct experiment x;

    open_network(&x, "");
    const double narrow =
        macs(&x, FIRST, LAYER_FORWARD) + macs(&x, FROZEN, LAYER_FORWARD);
    double wide =
        macs(&x, STRIDED, LAYER_FORWARD) + macs(&x, LAST, LAYER_FORWARD);
    cr_expect_float_eq(precision_share(&x.graph, false),
                       narrow / (narrow + wide), 1e-12);
    const double gradients =
        macs(&x, FIRST, LAYER_WEIGHTS) + macs(&x, FROZEN, LAYER_DATA);
    wide += macs(&x, STRIDED, LAYER_DATA) + macs(&x, STRIDED, LAYER_WEIGHTS) +
            2 * macs(&x, LAST, LAYER_DATA);
    cr_expect_float_eq(precision_share(&x.graph, true),
                       (narrow + gradients) / (narrow + gradients + wide),
                       1e-12);
    expect_text(&x, true, "; float32: strided, last");
    expect_text(&x, false, "; float32: strided, last");
    experiment_free(&x);
}

/* What bench counts is the same, at a limit of one operation a second; where
 * bfloat16 has one of two, its part takes half of the time. */
Test(precision, counts_as_bench_does)
{
    const struct limits one = {1, 1}, twice = {1, 2};
    struct experiment x;
    double all = 0, counted = 0, least = 0;

    open_network(&x, "");
    for (int64_t i = 0; i < x.graph.count; i++) {
        for (int p = 0; p < BENCH_INFERENCE; p++) {
            const enum bench_pass pass = (enum bench_pass)p;
            counted += bench_least(&x.graph, i, pass, 1, one);
            least += bench_least(&x.graph, i, pass, 1, twice);
        }
        for (int pass = 0; pass < LAYER_PASSES; pass++)
            all +=
                2 *
                (double)graph_passes(&x.graph, i, (enum layer_pass)pass, true) *
                macs(&x, i, (enum layer_pass)pass);
    }
    cr_expect_float_eq(all, counted, 1e-6 * all);
    cr_expect_float_eq(least, all * (1 - precision_share(&x.graph, true) / 2),
                       1e-6 * all);
    experiment_free(&x);
}

/* The reference of engine.precision is text: it must name the same words. */
Test(precision, words_of_the_algorithms)
{
    const struct field *f = field_find(engine_fields, "precision");
    struct text words = {0};

    print_rounding(&words, "and");
    cr_expect_str_eq(text_string(&words), "winograd2, winograd3 and winograd4");
    text_free(&words);
    for (size_t i = 0; conv_words[i]; i++) {
        const struct conv_ops *ops = conv_find(conv_words[i]);
        cr_expect_eq(strstr(f->doc, conv_words[i]) != NULL,
                     (ops && conv_rounds(ops)) || !ops, "%s", conv_words[i]);
    }
}

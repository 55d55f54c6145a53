/* Networks of other programs: what reading them may cost, and what is asked of
 * numbers that become part of a layer. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "base/interrupt.h"
#include "import/import.h"
#include "import/verify.h"
#include "operators/build.h"
#include "support/onnx_text.h"

/* What became of a graph; there is one at a time. */
static struct imported_graph {
    struct arena arena;
    struct onnx_model graph;
    struct model model;
    struct imported how;
    struct err e;
    enum status status;
} got;

static void take(void)
{
    got.status = import_network(&got.model, &got.graph, "f.onnx", NULL,
                                &got.how, &got.e);
}

static void take_text(int64_t opset, const char *text)
{
    got.graph = onnx_text(&got.arena, opset, text);
    take();
}

static void give_back(void)
{
    model_free(&got.model);
    arena_free(&got.arena);
    got = (struct imported_graph){0};
}

static bool verified(void)
{
    struct pool *pool;
    bool checked;

    cr_assert_eq(pool_new(&pool, 1, &got.e), OK);
    const enum status s = verify_import(&got.model, &got.graph, &got.how,
                                        "f.onnx", pool, &checked, &got.e);
    pool_free(pool);
    cr_assert_eq(s, OK, "%s", got.e.text);
    return checked;
}

static const char *document(void)
{
    return (const char *)got.model.experiment.document.at;
}

Test(import_more, constants_of_types_that_are_not_read_pay_for_nothing)
{
    got.graph = onnx_text(&got.arena, 13,
                          "in x N,4\nout y\nw big 1\nints s 2,1048576\n"
                          "ConstantOfShape s -> c\nAdd x,c -> y");
    struct onnx_tensor *t =
        arena_take(&got.arena, (size_t)got.graph.constant_count, sizeof *t);
    cr_assert(t);
    memcpy(t, got.graph.constants,
           (size_t)got.graph.constant_count * sizeof *t);
    cr_assert_str_eq(t->name, "big");
    t->type = ONNX_UNKNOWN;
    t->type_name = "complex64";
    t->count = INT64_C(1) << 40;
    got.graph.constants = t;
    take();
    cr_expect_eq(got.status, ERR_DATA);
    cr_expect(strstr(got.e.text, "output of 2097152 numbers is too large"),
              "%s", got.e.text);
    give_back();
}

Test(import_more, nodes_and_numbers_are_built_up_to_a_bound)
{
    struct operators_bound bound = {2, 10};
    struct operators o = {.bound = &bound};

    operators_begin(&o, "a");
    build_filled(&o, "six", SHAPE(6), 1);
    build_one(&o, "Relu", "first", "x");
    build_whole(&o, "four", 4, (int64_t[]){1, 2, 3, 4});
    build_one(&o, "Relu", "second", "x");
    cr_expect(!o.arena.failed);
    cr_expect(build_fits(&o, 0));
    build_one(&o, "Relu", "third", "x");
    cr_expect(o.arena.failed);
    cr_expect_eq(o.node_count, 2);
    operators_free(&o);

    bound = (struct operators_bound){2, 10};
    o.bound = &bound;
    operators_begin(&o, "a");
    build_filled(&o, "most", SHAPE(1 << 20, 1 << 20, 1 << 10), 1);
    cr_expect(o.arena.failed);
    cr_expect_eq(o.constant_count, 0);
    cr_expect_str_eq(build_one(&o, "Relu", "first", "x"), "");
    operators_free(&o);
}

/* A layer of 36855 taps would be written as gigabytes of ones. */
Test(import_more, what_a_text_says_costs_no_more_than_the_file_has)
{
    got.graph = onnx_text(&got.arena, 13,
                          "in x N,1,1,1\nout y\nw a.weight 1,1,36855,1\n"
                          "w w 1,1,1,1\nConv x,w -> y");
    struct onnx_node *n = arena_take(&got.arena, 1, sizeof *n);
    cr_assert(n);
    *n = got.graph.nodes[0];
    n->name = "a";
    n->doc = "locallyconnected2d: {num_filters: 1, filter_size: [9, 4095], "
             "channelwise: true, b: null, nonlinearity: linear}";
    got.graph.nodes = n;
    take();
    cr_assert_eq(got.status, OK, "%s", got.e.text);
    cr_expect(strstr(document(), "conv2d: {"), "%s", document());
    cr_expect(verified());
    give_back();
}

Test(import_more, a_graph_of_large_outputs_is_not_evaluated)
{
    struct text t = {0};

    text_puts(&t, "in x N,1,1024,1024\nout y\nTanh x -> v0\n");
    for (int i = 0; i < 64; i++)
        text_printf(&t, "Tanh v%d -> v%d\n", i, i + 1);
    text_puts(&t, "Tanh v64 -> y");
    take_text(13, text_string(&t));
    text_free(&t);
    cr_assert_eq(got.status, OK, "%s", got.e.text);
    cr_expect_not(verified());
    give_back();
}

Test(import_more, a_window_larger_than_the_image_is_padded_as_the_file_says)
{
    take_text(13, "in x N,1,2,2\nout y\nw w 2,1,4,4\n"
                  "Conv x,w -> y strides:I=3,3 pads:I=0,0,2,2");
    cr_assert_eq(got.status, OK, "%s", got.e.text);
    cr_expect(strstr(document(), "- pad: {width: [[0, 2], [0, 2]]}"), "%s",
              document());
    cr_expect(verified());
    give_back();
}

static const struct {
    const char *graph, *message;
} refused[] = {
    {"in x N,4\nout y\nw w 4,3\nall b inf 3\nMatMul x,w -> m\nAdd m,b -> y",
     "node 1 (Add): its bias has a number that is not finite"},
    {"in x N,4\nout y\nw w 4,1\nMatMul x,w -> m\n"
     "Sigmoid m -> r2\nDropout m,r2 -> y",
     "node 2 (Dropout): input 1: the ratio is no constant number"},
    {"in x N,4\nout y\nall two 0.5 2\nDropout x,two -> y",
     "node 0 (Dropout): input 1: the ratio is no constant number"},
    {"in x N,4\nout y\nw w 4,1\nall one 1 one\nMatMul x,w -> m\n"
     "Sigmoid m -> p\nSub one,p -> r\nConcat r,p -> y axis:i=0",
     "node 3 (Concat): attribute 'axis': 0, the samples"},
};

Test(import_more, what_would_be_read_as_something_else_is_refused)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        take_text(13, refused[i].graph);
        cr_expect_eq(got.status, ERR_DATA, "%s\n%s", refused[i].graph,
                     got.e.text);
        cr_expect(strstr(got.e.text, refused[i].message), "%s\n%s",
                  refused[i].graph, got.e.text);
        give_back();
    }
}

Test(import_more, a_mean_of_large_images_is_a_layer)
{
    take_text(13, "in x N,1,256,256\nout y\nall b 255 one\nw m 1,256,256\n"
                  "Div x,b -> d\nSub d,m -> s\nRelu s -> y");
    cr_assert_eq(got.status, OK, "%s", got.e.text);
    cr_expect_eq(got.model.norm.count, 65536);
    cr_expect(verified());
    give_back();
    take_text(13, "in x N,1,256,257\nout y\nall b 255 one\nw m 1,256,257\n"
                  "Div x,b -> d\nSub d,m -> s\nRelu s -> y");
    cr_assert_eq(got.status, OK, "%s", got.e.text);
    cr_expect_eq(got.model.norm.count, 1);
    cr_expect_eq(got.model.norm.std[0], 255);
    cr_expect(strstr(document(), "- bias: {shared_axes: []"), "%s", document());
    cr_expect(verified());
    give_back();
}

Test(import_more, evaluating_a_graph_ends_with_a_signal, .timeout = 20)
{
    struct pool *pool;
    bool checked;

    take_text(13, "in x N,4\nout y\nTanh x -> t\nRelu t -> y");
    cr_assert_eq(got.status, OK, "%s", got.e.text);
    cr_assert_eq(pool_new(&pool, 1, &got.e), OK);
    interrupt_watch();
    cr_assert_eq(raise(SIGTERM), 0);
    const enum status s = verify_import(&got.model, &got.graph, &got.how,
                                        "f.onnx", pool, &checked, &got.e);
    pool_free(pool);
    cr_expect_neq(s, OK);
    cr_expect_eq(s, interrupt_pending());
    cr_expect_not(checked);
    cr_expect(strstr(got.e.text, "nothing was written"), "%s", got.e.text);
    give_back();
}

/* What single operators compute of numbers that can be checked by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "evaluate/evaluate.h"
#include "support/onnx_text.h"

/* One node and what it may cost; there is one at a time. */
static struct one {
    struct arena arena;
    struct onnx_model graph;
    const struct onnx_tensor *in[4];
    int64_t room, work;
    struct err e;
    struct evaluation v;
} one;

/* The first node of a graph, of its constants in their order. */
static struct evaluation *first_of(const char *text, int64_t work)
{
    one.graph = onnx_text(&one.arena, 13, text);
    one.room = 1000;
    one.work = work;
    for (int64_t k = 0; k < one.graph.constant_count; k++)
        one.in[k] = &one.graph.constants[k];
    one.v = (struct evaluation){.place = {"f.onnx", one.graph.nodes, 0},
                                .opset = 13,
                                .in = one.in,
                                .arena = &one.arena,
                                .room = &one.room,
                                .work = &one.work,
                                .e = &one.e};
    return &one.v;
}

static void give_back(void)
{
    arena_free(&one.arena);
    one = (struct one){0};
}

Test(evaluate, equal_of_reals_is_a_truth)
{
    struct evaluation *v =
        first_of("all a 1.5 2\nall b 1.5 2\nEqual a,b -> y", 9);

    cr_assert_eq(evaluate_binary(v), OK, "%s", one.e.text);
    cr_assert_eq(v->out.type, ONNX_INT64);
    cr_expect_eq(v->out.ints[0], 1);
    give_back();
    v = first_of("all a 1.5 2\nall b 1.25 2\nEqual a,b -> y", 9);
    cr_assert_eq(evaluate_binary(v), OK, "%s", one.e.text);
    cr_expect_eq(v->out.ints[1], 0);
    give_back();
}

Test(evaluate, an_empty_list_of_axes_reduces_all)
{
    static const int64_t none[] = {0};
    const struct onnx_tensor axes = {.name = "a",
                                     .type = ONNX_INT64,
                                     .type_name = "int64",
                                     .rank = 1,
                                     .dims = none,
                                     .ints = none};
    struct evaluation *v =
        first_of("all w 0.5 2,3\nReduceSum w,a -> y keepdims:i=0", 9);

    one.in[1] = &axes;
    cr_assert_eq(evaluate_reduce(v), OK, "%s", one.e.text);
    cr_assert_eq(v->out.count, 1);
    cr_expect_eq(v->out.rank, 0);
    cr_expect_eq(v->out.reals[0], 3);
    give_back();
}

static const struct {
    const char *text;
    double value;
} functions[] = {
    {"all w -2 1\nLeakyRelu w -> y alpha:r=0.5", -1},
    {"all w -2 1\nLeakyRelu w -> y", -0.02},
    {"all w -2 1\nElu w -> y alpha:r=2.0", -1.7293294335267746},
    {"all w -2 1\nElu w -> y", -0.8646647167633873},
    {"all w -2 1\nSelu w -> y", -1.5201664733475926},
    {"all w -2 1\nSelu w -> y alpha:r=1.0 gamma:r=3.0", -2.593994150290162},
    {"all w 0.5 1\nHardSigmoid w -> y", 0.6},
    {"all w 0.5 1\nHardSigmoid w -> y alpha:r=0.5 beta:r=0.25", 0.5},
    {"all w 9 1\nHardSigmoid w -> y", 1},
};

Test(evaluate, functions_take_what_their_node_says)
{
    for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
        struct evaluation *v = first_of(functions[i].text, 9);
        cr_assert_eq(evaluate_unary(v), OK, "%s", one.e.text);
        cr_expect_float_eq((double)v->out.reals[0], functions[i].value, 1e-6,
                           "%s\n%.9g", functions[i].text,
                           (double)v->out.reals[0]);
        give_back();
    }
}

static const struct {
    const char *text;
    evaluate_fn *evaluate;
} long_ones[] = {
    {"all w 1 1,1,2,3\nReduceMean w -> y", evaluate_reduce},
    {"all w 1 1,1,2,3\nGlobalMaxPool w -> y", evaluate_globalpool},
    {"all w 1 1,1,2,3\nArgMax w -> y axis:i=3", evaluate_argmax},
};

Test(evaluate, what_many_numbers_cost_is_counted)
{
    for (size_t i = 0; i < ARRAY_LEN(long_ones); i++) {
        struct evaluation *v = first_of(long_ones[i].text, 6);
        cr_assert_eq(long_ones[i].evaluate(v), OK, "%s", one.e.text);
        cr_expect_eq(one.work, 0, "%s", long_ones[i].text);
        give_back();
        v = first_of(long_ones[i].text, 5);
        cr_assert_eq(long_ones[i].evaluate(v), OK, "%s", one.e.text);
        cr_expect_lt(one.work, 0, "%s", long_ones[i].text);
        give_back();
    }
}

/* 7.5 cells are made 7: a quarter of one is missing on each side. */
Test(evaluate, a_symmetric_resize_has_its_centre_in_the_middle)
{
    const struct resize1 r = {5, 7, 1.5, "half_pixel_symmetric", "floor"};

    cr_expect_float_eq(resize_place(&r, 0), 0, 1e-12);
    cr_expect_float_eq(resize_place(&r, 3), 2, 1e-12);
    cr_expect_float_eq(resize_place(&r, 6), 4, 1e-12);
}

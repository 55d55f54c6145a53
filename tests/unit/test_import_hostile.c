/* Networks of other programs whose constants are not what anybody writes: too
 * many axes, extents of 0 beside ones that overflow, ways that are not
 * computed. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "import/import.h"
#include "support/onnx_text.h"

#define EIGHT "1,1,1,1,1,1,1,1,"
#define FORTY EIGHT EIGHT EIGHT EIGHT "1,1,1,1,1,1,1,1"
#define IN    "in x N,4\nout y\n"
#define MANY  IN "w w " FORTY "\n"
#define HUGE_ "1099511627776"
#define VOID  IN "w w 0," HUGE_ "," HUGE_ "\n"
#define TO_Y  "\nAdd x,c -> y"

struct refusal {
    int64_t opset;
    const char *graph, *message;
};

/* What the graph becomes: its status, and the message in *text. */
static enum status import_text(const struct refusal *r, struct err *e)
{
    struct arena arena = {0};
    struct model model;
    const struct onnx_model graph = onnx_text(&arena, r->opset, r->graph);
    const enum status s = import_onnx(&model, &graph, "f.onnx", NULL, e);

    model_free(&model);
    arena_free(&arena);
    return s;
}

static void expect_refused(const struct refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct err e = {0};
        const enum status s = import_text(&rows[i], &e);
        cr_expect_eq(s, ERR_DATA, "%s\n%d %s", rows[i].graph, (int)s, e.text);
        cr_expect(strstr(e.text, rows[i].message), "%s\n%s\n%s", rows[i].graph,
                  rows[i].message, e.text);
    }
}

static const struct refusal many_axes[] = {
    {13, MANY "Transpose w -> c" TO_Y, "(Transpose): input 0 has more than 8"},
    {13, MANY "Concat w,w -> c axis:i=0" TO_Y, "(Concat): input 0 has more"},
    {13, MANY "ints s 0\nints e 1\nSlice w,s,e -> c" TO_Y,
     "(Slice): input 0 has more than 8 axes"},
    {13, MANY "ReduceSum w -> c" TO_Y, "(ReduceSum): input 0 has more than 8"},
    {13, MANY "MatMul w,w -> c" TO_Y, "(MatMul): input 0 has more than 8 axes"},
    {13, MANY "Squeeze w -> c" TO_Y, "(Squeeze): input 0 has more than 8 axes"},
    {13, MANY "ints a 0\nUnsqueeze w,a -> c" TO_Y,
     "(Unsqueeze): input 0 has more than 8 axes"},
    {13, MANY "ints i 0\nGather w,i -> c" TO_Y,
     "(Gather): input 0 has more than 8 axes"},
    {13, MANY "Add w,w -> c" TO_Y, "(Add): has more than 8 axes"},
};

Test(import_hostile, constants_of_many_axes_are_refused)
{
    expect_refused(many_axes, ARRAY_LEN(many_axes));
}

/* Ways to compute that constants may ask for. */
static const struct refusal other_ways[] = {
    {11, IN "w a 4\nints p 0,0\nPad a,p -> c mode:s=wrap" TO_Y,
     "attribute 'mode': 'wrap' of 4 cells is not read"},
    {11, IN "w a 2\nints p 0,2\nPad a,p -> c mode:s=reflect" TO_Y,
     "attribute 'mode': 'reflect' of 2 cells is not read"},
    {20, IN "w a 4\nGelu a -> c approximate:s=tanh" TO_Y,
     "attribute 'approximate': gelu is exact here"},
    {13,
     "in x N,1,4,4\nout y\nw a 1,1,2,2\nints z 1,1,4,4\n"
     "Resize a,-,-,z -> c mode:s=cubic" TO_Y,
     "attribute 'mode': 'cubic' is not read"},
    {13, IN "Shape x -> s\nCast s -> t to:i=1\nMul x,t -> y",
     "(Cast): computes with the number of samples"},
    {13,
     IN "w a 4\nShape x -> s\nints b 0\nints e 1\n"
        "Slice s,b,e -> n\nSlice a,b,n -> c" TO_Y,
     "(Slice): cuts at the number of samples"},
};

Test(import_hostile, ways_that_are_not_computed_are_refused)
{
    expect_refused(other_ways, ARRAY_LEN(other_ways));
}

static const struct refusal no_numbers[] = {
    {13, VOID "Flatten w -> c axis:i=1" TO_Y, "or extents that are too large"},
    {13, VOID "Softmax w -> c axis:i=0" TO_Y, "or extents that are too large"},
    {13, VOID "Concat w,w -> c axis:i=0" TO_Y, "or extents that are too large"},
    {13, VOID "Identity w -> c" TO_Y, "or extents that are too large"},
    {13, VOID "ints i 0\nGather w,i -> c axis:i=0" TO_Y,
     "or extents that are too large"},
    {13, IN "ints s 0," HUGE_ "," HUGE_ "\nConstantOfShape s -> c" TO_Y,
     "its output has no size"},
    {13, IN "w a 0," HUGE_ ",1\nw b 0,1," HUGE_ "\nAdd a,b -> c" TO_Y,
     "its output has no size"},
    {13, IN "w a 1,0," HUGE_ ",1\nMaxPool a -> c kernel_shape:I=1,1" TO_Y,
     "its input of 1099511627776x1 has no size or is too large"},
    {13,
     IN "w a 1,1,0,5\nMaxPool a -> c kernel_shape:I=1,1 pads:I=1,0,1,0" TO_Y,
     "its input of 0x5 has no size or is too large"},
    {13,
     IN "w a 1,2,3,3\nw v 0,2,1,1\nConv a,v -> c "
        "group:i=9223372036854775807" TO_Y,
     "its weights do not fit its image"},
    {13,
     IN "w a 0,4\nints s -1\nints e -9\nints b 0\n"
        "Slice a,s,e,b,s -> c" TO_Y,
     "its constant does not fit samples of 4"},
    {11, IN "w a 0,3\nints p 1,0,1,0\nPad a,p -> c mode:s=edge" TO_Y,
     "attribute 'mode': 'edge' of 0 cells is not read"},
    {11, IN "w a 0,3\nints p 1,0,1,0\nPad a,p -> c mode:s=reflect" TO_Y,
     "attribute 'mode': 'reflect' of 0 cells is not read"},
};

Test(import_hostile, extents_of_constants_without_numbers_are_bounded)
{
    expect_refused(no_numbers, ARRAY_LEN(no_numbers));
}

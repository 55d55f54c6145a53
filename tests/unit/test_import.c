/* Networks of other programs: what layers their operators become, what they
 * compute, what is refused. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "import/import.h"
#include "import/verify.h"
#include "support/onnx_text.h"
#include "train/infer.h"

/* What became of a graph; there is one at a time. */
static struct imported_graph {
    struct arena arena;
    struct onnx_model graph;
    struct model model;
    struct imported how;
    struct err e;
    enum status status;
} got;

static void read_text(int64_t opset, const char *text)
{
    got.graph = onnx_text(&got.arena, opset, text);
    got.status = import_network(&got.model, &got.graph, "f.onnx", NULL,
                                &got.how, &got.e);
}

static void give_back(void)
{
    model_free(&got.model);
    arena_free(&got.arena);
    got = (struct imported_graph){0};
}

/* The model computes what the nodes do. */
static void expect_verified(const char *text)
{
    struct pool *pool;
    bool checked;

    cr_assert_eq(pool_new(&pool, 1, &got.e), OK);
    const enum status s = verify_import(&got.model, &got.graph, &got.how,
                                        "f.onnx", pool, &checked, &got.e);
    pool_free(pool);
    cr_assert_eq(s, OK, "%s\n%s", text, got.e.text);
    cr_assert(checked, "%s", text);
}

/* The layers of the document, without the input. */
static const char *layers_of(const struct model *m)
{
    const char *text = (const char *)m->experiment.document.at;
    const char *layers = strstr(text, "layers:\n");
    const char *input = layers ? strstr(layers, "- input: ") : NULL;
    const char *end = input ? strchr(input, '\n') : NULL;

    return end ? end + 1 : text;
}

struct known {
    int64_t opset;
    const char *graph, *layers;
};

static const struct known mappings[] = {
    {13,
     "in x N,2,6,6\nout y\nw w 3,2,3,3\nw b 3\nConv x,w,b -> c\nSum c -> s\n"
     "Relu s -> y",
     "  - conv2d: {num_filters: 3, filter_size: 3}\n"},
    {13,
     "in x N,2,6,7\nout y\nw w 4,1,3,2\n"
     "Conv x,w -> y group:i=2 strides:I=2,1 dilations:I=1,2 pads:I=1,0,1,0",
     "  - conv2d: {num_filters: 4, filter_size: [3, 2], stride: [2, 1], pad: "
     "[1, 0], dilation: [1, 2], num_groups: 2, nonlinearity: linear, b: "
     "null}\n"},
    {13,
     "in x N,1,6,6\nout y\nw w 2,1,3,3\n"
     "Conv x,w -> y strides:I=2,2 auto_pad:s=SAME_UPPER",
     "  - pad: {width: [[0, 1], [0, 1]]}\n"
     "  - conv2d: {num_filters: 2, filter_size: 3, stride: 2, nonlinearity: "
     "linear, b: null}\n"},
    {13,
     "in x N,1,6,6\nout y\nw w 2,1,4,4\n"
     "Conv x,w -> y auto_pad:s=SAME_LOWER",
     "  - pad: {width: [[2, 1], [2, 1]]}\n"
     "  - conv2d: {num_filters: 2, filter_size: 4, nonlinearity: linear, b: "
     "null}\n"},
    {13,
     "in x N,4\nout y\nw w 4,3\nw b 3\nMatMul x,w -> m\nAdd b,m -> a\n"
     "Softmax a -> y",
     "  - dense: {num_units: 3, nonlinearity: softmax}\n"},
    {9,
     "in x N,4\nout y\nw w 4,3\nw c 3\n"
     "Gemm x,w,c -> y alpha:r=0.5 beta:r=2.0",
     "  - dense: {num_units: 3, nonlinearity: linear}\n"},
    {13,
     "in x N,4\nout y\nw w 3,4\nGemm x,w -> g transB:i=1\n"
     "LogSoftmax g -> y axis:i=1",
     "  - dense: {num_units: 3, nonlinearity: softmax, b: null}\n"},
    {13,
     "in x N,3,4,4\nout y\nall s 0.5 one\nall m 2 3,1,1\nw w 2,3,1,1\n"
     "Sub x,m -> a\nMul a,s -> b\nConv b,w -> y",
     "  - conv2d: {num_filters: 2, filter_size: 1, nonlinearity: linear, b: "
     "null}\n"},
    {13,
     "in x N,4,5,2\nout y\nw w 3,2,2,2\nTranspose x -> t perm:I=0,3,1,2\n"
     "Conv t,w -> y",
     "  - conv2d: {num_filters: 3, filter_size: 2, nonlinearity: linear, b: "
     "null}\n"},
    {13, "in x N,2,4,4\nout y\nTranspose x -> t perm:I=0,2,1,3\nRelu t -> y",
     "  - nonlinearity: {}\n"},
    {13, "in x N,2,4,4\nout y\nRelu x -> r\nTranspose r -> y perm:I=0,2,3,1",
     "  - nonlinearity: {}\n"
     "  - dimshuffle: {pattern: ['0', '2', '3', '1']}\n"},
    {13,
     "in x N,2,5,5\nout y\nMaxPool x -> y kernel_shape:I=2,2 "
     "strides:I=2,2 ceil_mode:i=1",
     "  - maxpool2d: {pool_size: 2, ignore_border: false}\n"},
    {13,
     "in x N,2,5,5\nout y\nMaxPool x -> y kernel_shape:I=3,3 "
     "strides:I=1,1 pads:I=0,0,2,2",
     "  - pad: {width: [[0, 2], [0, 2]], val: -3.4028234663852886e+38}\n"
     "  - maxpool2d: {pool_size: 3, stride: 1}\n"},
    {11,
     "in x N,2,5,5\nout y\nAveragePool x -> y kernel_shape:I=3,3 "
     "strides:I=2,2 pads:I=1,1,1,1 count_include_pad:i=1",
     "  - avgpool2d: {pool_size: 3, stride: 2, pad: 1, mode: "
     "average_inc_pad}\n"},
    {11,
     "in x N,2,5,5\nout y\nAveragePool x -> y kernel_shape:I=3,3 "
     "strides:I=2,2 pads:I=1,1,1,1",
     "  - avgpool2d: {pool_size: 3, stride: 2, pad: 1}\n"},
    {11,
     "in x N,2,5,5\nout y\nAveragePool x -> y kernel_shape:I=2,2 "
     "strides:I=1,1 auto_pad:s=SAME_UPPER",
     "  - pad: {width: [[0, 1], [0, 1]]}\n"
     "  - avgpool2d: {pool_size: 2, stride: 1}\n"
     "  - scale: {shared_axes: [1]}\n"},
    {13,
     "in x N,2,3,3\nout y\nw w 2,3,3,3\nConvTranspose x,w -> y "
     "strides:I=2,2 pads:I=1,1,1,1 output_padding:I=1,1",
     "  - transposedconv2d: {num_filters: 3, filter_size: 3, stride: 2, crop: "
     "1, output_size: 6, nonlinearity: linear, b: null}\n"},
    {13,
     "in x N,2,3,3\nout y\nw w 2,3,3,3\nConvTranspose x,w -> y "
     "strides:I=2,2 pads:I=0,0,2,1",
     "  - transposedconv2d: {num_filters: 3, filter_size: 3, stride: 2, "
     "nonlinearity: linear, b: null}\n"
     "  - slice: {indices: [null, 5], axis: 2}\n"
     "  - slice: {indices: [null, 6], axis: 3}\n"},
    {15,
     "in x N,2,3,3\nout y\nw s 2\nw b 2\nw m 2\nall v 0.5 2\n"
     "BatchNormalization x,s,b,m,v -> n momentum:r=0.9\nTanh n -> y",
     "  - batchnorm: {nonlinearity: tanh}\n"},
    {13,
     "in x N,2,3,3\nout y\nw s 2\nall b 0 2\n"
     "InstanceNormalization x,s,b -> y",
     "  - standardization: {axes: spatial, epsilon: 1e-05}\n"
     "  - scale: {}\n"},
    {13, "in x N,6,3,3\nout y\nLRN x -> y size:i=3 alpha:r=0.3 bias:r=2.0",
     "  - lrn2d: {alpha: 0.1, n: 3}\n"},
    {13, "in x N,2,3,3\nout y\nSigmoid x -> s\nMul x,s -> y",
     "  - nonlinearity: {nonlinearity: swish}\n"},
    {13,
     "in x N,2,3,3\nout y\nw w 2,2,1,1\nConv x,w -> c\nSoftplus c -> p\n"
     "Tanh p -> t\nMul c,t -> y",
     "  - conv2d: {num_filters: 2, filter_size: 1, nonlinearity: mish, b: "
     "null}\n"},
    {13,
     "in x N,2,3,3\nout y\nall r 1.41421354 one\nall o 1 one\n"
     "all h 0.5 one\nw w 2,2,1,1\nConv x,w -> c\nDiv c,r -> d\nErf d -> e\n"
     "Add e,o -> a\nMul c,a -> m\nMul m,h -> y",
     "  - conv2d: {num_filters: 2, filter_size: 1, nonlinearity: gelu, b: "
     "null}\n"},
    {13, "in x N,2,3,3\nout y\nHardSigmoid x -> y alpha:r=0.25 beta:r=0.5",
     "  - scale: {shared_axes: all}\n"
     "  - nonlinearity: {nonlinearity: hard_sigmoid}\n"},
    {13, "in x N,2,3,3\nout y\nall z 0 one\nMax x,z -> y",
     "  - nonlinearity: {}\n"},
    {6 + 5, "in x N,2,3,3\nout y\nall z 0 one\nClip x,z -> y",
     "  - nonlinearity: {}\n"},
    {13,
     "in x N,2,3,3\nout y\nRelu x -> r\nAdd r,x -> s\nSub s,r -> d\n"
     "Mul d,r -> m\nMax m,x -> y",
     "  - nonlinearity: {}\n"
     "  - elemwisesum: {incoming: [nonlinearity1, input0]}\n"
     "  - elemwisemerge: {merge_function: sub, incoming: [elemwisesum2, "
     "nonlinearity1]}\n"
     "  - elemwisemerge: {incoming: [elemwisemerge3, nonlinearity1]}\n"
     "  - elemwisemerge: {merge_function: maximum, incoming: "
     "[elemwisemerge4, input0]}\n"},
    {13, "in x N,2,3,3\nout y\nRelu x -> r\nConcat r,x -> y axis:i=-3",
     "  - nonlinearity: {}\n"
     "  - concat: {incoming: [nonlinearity1, input0]}\n"},
    {13,
     "in x N,2,3,3\nout y\nw w 18,4\nShape x -> s\nints i 0\n"
     "Gather s,i -> n axis:i=0\nints l -1\nConcat n,l -> t axis:i=0\n"
     "Relu x -> r\nReshape r,t -> f\nMatMul f,w -> y",
     "  - nonlinearity: {}\n"
     "  - dense: {num_units: 4, nonlinearity: linear, b: null}\n"},
    {9,
     "in x N,4,6,6\nout y\nSlice x -> y axes:I=1,3 starts:I=1,-4 "
     "ends:I=3,-1",
     "  - slice: {indices: [1, 3], axis: 1}\n"
     "  - slice: {indices: [2, 5], axis: 3}\n"},
    {13,
     "in x N,2,3,4\nout y\nints p 0,0,1,2,0,0,0,1\nall v 0.5 one\n"
     "Pad x,p,v -> y",
     "  - pad: {width: [[1, 0], [2, 1]], val: 0.5}\n"},
    {9, "in x N,2,3,3\nout y\nUpsample x -> y scales:R=1,1,2,3",
     "  - upscale2d: {scale_factor: [2, 3]}\n"},
    {13,
     "in x 1,2,3,3\nout y\nints z 1,2,6,6\n"
     "Resize x,-,-,z -> y mode:s=linear "
     "coordinate_transformation_mode:s=half_pixel",
     "  - upscale2d: {scale_factor: 2, mode: bilinear}\n"},
    {13, "in x N,2,3,3\nout y\nw s 2,1,1\nPRelu x,s -> y", "  - prelu: {}\n"},
    {13,
     "in x N,3\nout y\nw w 3,1\nMatMul x,w -> m\nSigmoid m -> p\n"
     "all o 1 one\nSub o,p -> q\nConcat q,p -> y axis:i=1",
     "  - dense: {num_units: 1, nonlinearity: sigmoid, b: null}\n"},
    {13,
     "in x 1,2,3,3\nout y\nGlobalAveragePool x -> g\nFlatten g -> f\n"
     "w w 2,2\nMatMul f,w -> y",
     "  - globalpool: {}\n"
     "  - dense: {num_units: 2, nonlinearity: linear, b: null}\n"},
    {18, "in x N,2,3,3\nout y\nints a 2,3\nReduceMean x,a -> y keepdims:i=0",
     "  - globalpool: {}\n"},
};

Test(import, operators_become_layers_that_compute_the_same)
{
    for (size_t i = 0; i < ARRAY_LEN(mappings); i++) {
        const struct known *k = &mappings[i];
        read_text(k->opset, k->graph);
        cr_assert_eq(got.status, OK, "%s\n%s", k->graph, got.e.text);
        cr_expect_str_eq(layers_of(&got.model), k->layers, "%s\n%s", k->graph,
                         layers_of(&got.model));
        expect_verified(k->graph);
        give_back();
    }
}

struct refusal {
    int64_t opset;
    const char *graph, *message;
};

static const struct refusal refusals[] = {
    {13, "in x N,2,3,3\nout y\nRelu6:act x -> y",
     "node 'act' (Relu6): this operator is not read"},
    {13, "in x N,2,3,3\nout y\nErf x -> y",
     "node 0 (Erf): this operator is read of constants alone"},
    {13, "in x N,2,3,3\nout y\nClip x -> y min:r=0.0 max:r=6.0",
     "node 0 (Clip): min 0, max 6: only min 0 without max is read"},
    {13, "in x N,2,3,3\nout y\nRelu x -> y slope:r=0.5",
     "node 0 (Relu): attribute 'slope' is not read"},
    {13, "in x N,2,3,3\nout y\nElu x -> y alpha:i=1",
     "node 0 (Elu): attribute 'alpha' is not a number"},
    {13, "in x N,2,3,3\nout y\nRelu z -> y",
     "node 0 (Relu): reads 'z', which nothing above it makes"},
    {13, "in x N,2,3,3\nout y\nAdd a,b -> a\nRelu a -> y",
     "node 0 (Add): reads 'a', which nothing above it makes"},
    {13, "in x N,2,3,3\nout y\nRelu x -> y\nTanh x -> y",
     "the graph makes twice 'y'"},
    {13, "in x N,2,3,3\nout z\nRelu x -> y", "nothing makes its output 'z'"},
    {13, "in x N,2,3,3\nout y\nw y 1,2",
     "its output 'y' is computed by no layer"},
    {13, "in x N,2,3,3\nout x\nRelu x -> y",
     "its output 'x' is computed by no layer"},
    {13, "in x 8,2,3,3\nout y\nRelu x -> y",
     "its input 'x' is a batch of 8 samples, expected any number or 1"},
    {13, "in x N,2,N,3\nout y\nRelu x -> y",
     "its input 'x': extent 2, 'N', is not fixed"},
    {13, "in x N\nout y\nRelu x -> y", "has no shape of samples"},
    {6, "in x N,2\nout y\nRelu x -> y", "is of opset 6, this program reads"},
    {13, "in x N,2,3,3\nout y\nw w 3,2,4,4\nConv x,w -> y",
     "node 0 (Conv): a window of 4x4 does not fit its 3x3 input"},
    {13, "in x N,2,3,3\nout y\nw w 3,2,1,1\nConv x,w -> y auto_pad:s=SAME",
     "attribute 'auto_pad': 'SAME' is not one of"},
    {13,
     "in x N,2,3,3\nout y\nw w 3,2,1,1\nConv x,w -> y "
     "kernel_shape:I=2,2",
     "attribute 'kernel_shape' is not that of its weights"},
    {13, "in x N,2,3\nout y\nw w 3,2,1\nConv x,w -> y",
     "expected channels, rows and columns"},
    {13, "in x N,2,3,3\nout y\nRelu x -> w\nConv x,w -> y",
     "input 1, 'w', is no constant of floating-point numbers"},
    {13,
     "in x N,2,5,5\nout y\nMaxPool x -> y kernel_shape:I=2,2 "
     "dilations:I=2,2",
     "attribute 'dilations': pools here have none"},
    {13, "in x N,2,5,5\nout z\nMaxPool x -> y,z kernel_shape:I=2,2",
     "only its first output is read, 'z' is needed too"},
    {15, "in x N,2,3,3\nout y\nall s -1 2\nBatchNormalization x,s,s,s,s -> y",
     "its running_var has a number that is not finite or below 0"},
    {15,
     "in x N,2,3,3\nout y\nall s 1 2\nBatchNormalization x,s,s,s,s -> y "
     "training_mode:i=1",
     "attribute 'training_mode'"},
    {13, "in x N,4\nout y\nw w 4,3\nGemm x,w -> y transA:i=1",
     "attribute 'transA'"},
    {13, "in x N,4\nout y\nw w 5,3\nGemm x,w -> y",
     "its matrix does not fit 4 inputs"},
    {13, "in x N,2,3,3\nout y\nSoftmax x -> y axis:i=1",
     "attribute 'axis': 1 of 2x3x3; only over all numbers of a sample"},
    {13, "in x N,2,3,3\nout y\nConcat x,x -> y axis:i=0",
     "attribute 'axis': 0, the samples"},
    {13, "in x N,2,3,3\nout y\nTranspose x -> y perm:I=1,0,2,3",
     "attribute 'perm' moves the samples"},
    {13, "in x N,4\nout y\nints t 2,-1\nReshape x,t -> y",
     "shape: does not keep the samples apart"},
    {13, "in x N,4\nout y\nints t 0,3\nReshape x,t -> y",
     "a sample of 4 numbers does not fit"},
    {13, "in x N,4\nout y\nFlatten x -> y axis:i=0",
     "does not keep the samples apart"},
    {13, "in x N,2,3,3\nout y\nall c 0 one\nDiv x,c -> y",
     "its weight has a number that is not finite"},
    {13, "in x N,2,3,3\nout y\nRelu x -> r\nDiv x,r -> y",
     "divides by what is computed"},
    {13, "in x N,2,3,3\nout y\nw c 2,3\nRelu x -> r\nAdd r,c -> y",
     "its constant does not fit samples of 2x3x3"},
    {9, "in x N,2,3,3\nout y\nUpsample x -> y scales:R=1,2,2,2",
     "its factors or sizes are no constants, or not those of rows"},
    {13, "in x 1,2,3,3\nout y\nints z 1,2,4,4\nResize x,-,-,z -> y",
     "makes 4x4 of 3x3; only whole factors are read"},
    {13,
     "in x 1,2,3,3\nout y\nints z 1,2,9,9\nResize x,-,-,z -> y "
     "coordinate_transformation_mode:s=asymmetric nearest_mode:s=ceil",
     "are not what upscale2d does"},
    {13, "in x N,2,3,3\nout y\nints z 1,2,9,9\nResize x,-,-,z -> y",
     "node 0 (Resize): sizes: another number of samples"},
    {11,
     "in x 1,2,3,3\nout y\nints z 1,2,9,9\nResize x,-,-,z -> y "
     "coordinate_transformation_mode:s=tf_half_pixel_for_nn",
     "mode': 'tf_half_pixel_for_nn' is not read"},
    {13,
     "in x N,2,3,3\nout y\nw w 2,2,3,2\nConvTranspose x,w -> y "
     "strides:I=2,3 auto_pad:s=SAME_UPPER",
     "attribute 'auto_pad': windows of 2 cells do not reach all 9 outputs"},
    {18, "in x N,2,3,3\nout y\nRelu x -> r\nReduceMean -,r -> y",
     "node 1 (ReduceMean): input 0 is missing"},
    {13, "in x N,1048576,1048576\nout y\nRelu x -> y",
     "node 'x' (input): input.shape: is too large to address"},
    {13, "in x N,2,3,3\nout y\nints p 0,0,-1,0,0,0,0,0\nPad x,p -> y",
     "pads: -1 cells"},
    {13, "in x N,4\nout y\nLogSoftmax x -> l\nRelu l -> y",
     "is read at the end of a network alone"},
    {12, "in x N,4\nout y\nall r 0.5 one\nints t 1\nDropout x,r,t -> y",
     "a network is read as it infers"},
};

Test(import, what_has_no_layer_is_refused_by_name)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        const struct refusal *r = &refusals[i];
        read_text(r->opset, r->graph);
        cr_expect_eq(got.status, ERR_DATA, "%s\n%d %s", r->graph,
                     (int)got.status, got.e.text);
        cr_expect(strstr(got.e.text, r->message), "%s\n%s\n%s", r->graph,
                  r->message, got.e.text);
        cr_expect(strncmp(got.e.text, "f.onnx: error: ", 15) == 0, "%s",
                  got.e.text);
        give_back();
    }
}

Test(import, constants_in_front_normalize_the_samples)
{
    read_text(13, "in x N,4,4,3\nout y\nall b 255 one\nall m 0.5 1,1,1,3\n"
                  "all s 0.25 3\nDiv x,b -> d\nSub d,m -> e\nDiv e,s -> f\n"
                  "Transpose f -> t perm:I=0,3,1,2\nRelu t -> y");
    cr_assert_eq(got.status, OK, "%s", got.e.text);
    cr_expect_eq(got.model.norm.count, 3);
    for (int64_t k = 0; k < got.model.norm.count; k++) {
        cr_expect_eq(got.model.norm.mean[k], 127.5);
        cr_expect_eq(got.model.norm.std[k], 63.75);
    }
    expect_verified("normalized");
    give_back();
}

Test(import, weights_name_layers_where_they_have_names)
{
    static const char *const names[] = {"conv_1", "dense3", "dense3_"};

    read_text(13, "in x N,2,3,3\nout y\nw conv.1.weight 2,2,1,1\n"
                  "w dense3.weight 18,4\nw fc:0.weight 4,4\n"
                  "Conv x,conv.1.weight -> c\nFlatten c -> f\n"
                  "MatMul f,dense3.weight -> m\nTanh m -> n\n"
                  "MatMul n,fc:0.weight -> y");
    cr_assert_eq(got.status, OK, "%s", got.e.text);
    cr_assert_eq(got.model.experiment.graph.count, 4);
    for (int i = 0; i < 3; i++)
        cr_expect_str_eq(got.model.experiment.graph.nodes[1 + i].layer.name,
                         names[i]);
    give_back();
}

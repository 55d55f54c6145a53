/*
 * registry.c - who writes which layer.
 */
#include <string.h>

#include "conf/field.h"
#include "operators/build.h"

/* A new layer: its line. */
static const struct row {
    const char *kind;
    build_fn *build;
    const char *words; /* the operators it may become */
} rows[] = {
    {"input", build_input, "the graph's input; Sub, Div of its normalization"},
    {"conv2d", build_convolution, "Conv; Add of untied biases"},
    {"transposedconv2d", build_transposed,
     "ConvTranspose; Add of untied biases"},
    {"nin", build_convolution, "Conv; Add of untied biases"},
    {"locallyconnected2d", build_local,
     "Conv (that lays windows out), Reshape, Transpose, MatMul, Add; Mul and "
     "ReduceSum of channelwise ones"},
    {"maxpool2d", build_pool, "MaxPool"},
    {"avgpool2d", build_pool, "AveragePool"},
    {"globalpool", build_global,
     "GlobalAveragePool or GlobalMaxPool, Flatten; ReduceSum"},
    {"spatialpyramidpooling", build_pyramid,
     "MaxPool or AveragePool, Reshape, Concat; Slice and ReduceMax or "
     "ReduceMean where bins are not alike"},
    {"dense", build_dense, "Flatten, Gemm"},
    {"batchnorm", build_batchnorm,
     "BatchNormalization, or part of the layer before it; Sub, Add, Sqrt, Div, "
     "Mul along other axes"},
    {"dropout", build_dropout, "Dropout"},
    {"gaussiannoise", build_nothing, "Identity"},
    {"bias", build_bias, "Add"},
    {"scale", build_scale, "Mul"},
    {"prelu", build_prelu, "PRelu"},
    {"rrelu", build_rrelu, "LeakyRelu"},
    {"standardization", build_standardization,
     "ReduceMean, Sub, Mul, Add, Sqrt, Div"},
    {"lrn2d", build_response, "LRN"},
    {"featurepool", build_feature_pool,
     "Reshape; ReduceMax, ReduceMean or ReduceSum"},
    {"featurewta", build_feature_wta, "Reshape, ArgMax, Equal, Where"},
    {"upscale2d", build_upscale, "Resize; ConvTranspose of dilate"},
    {"nonlinearity", build_nothing, "see the nonlinearities"},
    {"elemwisesum", build_sum, "Add or Sum; Mul of factors, Slice, Reshape"},
    {"elemwisemerge", build_merge,
     "Mul, Add, Sum, Sub, Max or Min; Slice, Reshape"},
    {"concat", build_concat, "Concat; Slice"},
    {"flatten", build_flatten, "Flatten; Reshape"},
    {"reshape", build_view, "Reshape"},
    {"dimshuffle", build_shuffle, "Transpose; Reshape"},
    {"slice", build_cut, "Slice; Reshape"},
    {"pad", build_pad, "Pad"},
};

static const struct row *row_of(const struct layer_ops *ops)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].kind, ops->kind.name) == 0)
            return &rows[i];
    return NULL;
}

struct operator_words operators_of_layer(size_t i)
{
    return i < ARRAY_LEN(rows)
               ? (struct operator_words){rows[i].kind, rows[i].words}
               : (struct operator_words){0};
}

/* What is known of them when all nodes of the layer are there. */
static void finish(struct operators *o, const struct operator_layer *l,
                   int64_t first)
{
    if (o->arena.failed)
        return;
    if (o->node_count == first + 1)
        o->nodes[first].name = o->layer;
    o->nodes[first].doc = operators_doc(&o->arena, l);
    o->output[0] = l->y;
}

bool operators_emit(struct operators *o, const struct operator_layer *l)
{
    const struct row *row = row_of(l->layer->ops);
    const int64_t first = o->node_count;

    operators_begin(o, l->layer->name);
    if (!row)
        return false;
    const char *y = build_activation(o, l->nonlinearity, l->layer->spec.out,
                                     row->build(o, l));
    if (!y)
        return false;
    if (o->node_count == first)
        build_one(o, "Identity", "same", y);
    finish(o, l, first);
    return true;
}

static const struct field *field_of(const struct kind *kind, const char *key)
{
    for (const struct field *f = kind->fields; f && f->key; f++)
        if (strcmp(f->key, key) == 0)
            return f;
    return NULL;
}

static struct variant *variant_in(void *config, const struct field *f)
{
    return (void *)((unsigned char *)config + f->offset);
}

/* Its nonlinearity may be another's by now, and a layer without a bias may have
 * got one of the layer behind it. */
static void bring_up_to_date(const struct operator_layer *l, void *config)
{
    const struct layer *layer = l->layer;
    const struct field *f = field_of(&layer->ops->kind, "nonlinearity");
    const struct field *b = field_of(&layer->ops->kind, "b");

    if (f)
        *variant_in(config, f) =
            l->nonlinearity.kind
                ? l->nonlinearity
                : (struct variant){.kind =
                                       &activation_of(l->nonlinearity)->kind};
    if (b && layer->spec.param_count > 1 && !variant_in(config, b)->kind)
        *variant_in(config, b) = init_zeros;
}

const char *operators_doc(struct arena *arena, const struct operator_layer *l)
{
    const struct kind *kind = &l->layer->ops->kind;
    void *config = arena_take(arena, kind->config_size, 1);
    struct text t = {0};

    if (!config)
        return "";
    if (kind->config_size > 0)
        memcpy(config, l->layer->config, kind->config_size);
    bring_up_to_date(l, config);
    text_printf(&t, "%s: {", kind->name);
    if (kind->fields)
        field_print(&t, kind->fields, config);
    text_puts(&t, "}");
    return arena_text(arena, &t);
}

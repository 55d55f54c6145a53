/*
 * c_network.c - the layers of a network one after another, in C.
 */
#include <string.h>

#include "export/c_file.h"

/* Who writes which layer. */
static const struct row {
    const char *kind;
    c_layer_fn *write;
} rows[] = {
    {"conv2d", c_convolution},
    {"transposedconv2d", c_transposed},
    {"nin", c_convolution},
    {"locallyconnected2d", c_local},
    {"maxpool2d", c_pool},
    {"avgpool2d", c_pool},
    {"globalpool", c_global},
    {"spatialpyramidpooling", c_pyramid},
    {"dense", c_dense},
    {"batchnorm", c_channel_affine},
    {"dropout", c_view},
    {"gaussiannoise", c_view},
    {"bias", c_bias},
    {"scale", c_scale},
    {"prelu", c_prelu},
    {"rrelu", c_rrelu},
    {"standardization", c_standardization},
    {"lrn2d", c_response},
    {"featurepool", c_feature_pool},
    {"featurewta", c_feature_wta},
    {"upscale2d", c_upscale},
    {"nonlinearity", c_view},
    {"elemwisesum", c_sum},
    {"elemwisemerge", c_merge},
    {"concat", c_concat},
    {"flatten", c_view},
    {"reshape", c_view},
    {"dimshuffle", c_shuffle},
    {"slice", c_slice},
    {"pad", c_pad},
};

c_layer_fn *c_layer_find(const struct layer_ops *ops)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].kind, ops->kind.name) == 0)
            return rows[i].write;
    return NULL;
}

const char *c_place(struct c_file *f, int64_t node)
{
    const struct plan *p = &f->net->plan;
    const size_t offset = p->tensors[p->nodes[node].y].offset / sizeof(real);

    return offset > 0 ? c_word(f, "work + %zu", offset) : "work";
}

/* "conv2d1: conv2d, 1x28x28 to 32x24x24" */
void c_title(struct c_file *f, int64_t node)
{
    const struct graph_node *n = &f->net->fold.graph.nodes[node];
    const struct layer *l = &n->layer;
    struct text name = {0};

    c_comment(&name, l->name);
    text_puts(&f->calls, "\n");
    if (n->folded)
        c_line(f, "/* %s: %s, folded into the layer before it */",
               text_string(&name), l->ops->kind.name);
    else
        c_line(f, "/* %s: %s, %s to %s */", text_string(&name),
               l->ops->kind.name, shape_text(l->in[0]).text,
               shape_text(l->spec.out).text);
    text_drop(&f->calls, &name);
}

/* What a layer is computed from. */
struct operands {
    const real *param[LAYER_MAX_PARAMS], *buffer[LAYER_MAX_PARAMS];
    const char *x[LAYER_MAX_INPUTS];
};

static struct c_layer layer_at(struct c_file *f, int64_t node,
                               struct operands *o)
{
    const struct graph *g = &f->net->fold.graph;
    const struct graph_node *n = &g->nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    const real *weights = f->net->weights;

    for (int64_t i = 0; i < spec->param_count; i++)
        o->param[i] = weights + g->params[n->first_param + i].offset;
    for (int64_t i = 0; i < spec->buffer_count; i++)
        o->buffer[i] = weights + g->params[n->first_buffer + i].offset;
    for (int64_t k = 0; k < n->layer.inputs; k++)
        o->x[k] = c_place(f, n->inputs[k]);
    return (struct c_layer){
        .node = node,
        .layer = &n->layer,
        .param = o->param,
        .buffer = o->buffer,
        .x = o->x,
        .y = c_place(f, node),
    };
}

static enum status put_layer(struct c_file *f, int64_t node, struct err *e)
{
    const struct graph_node *n = &f->net->fold.graph.nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    c_layer_fn *write = c_layer_find(n->layer.ops);
    struct operands o;

    if (!write || !c_activation_known(spec->nonlinearity))
        return err_add(e, ERR_INTERNAL, NULL, "no C is known for layer %s",
                       n->layer.name);
    c_title(f, node);
    if (n->folded)
        return OK;
    struct c_layer l = layer_at(f, node, &o);
    write(f, &l);
    if (spec->nonlinearity.kind && !spec->applied && !l.rectified)
        c_activation(f, spec->nonlinearity, shape_count(spec->out), l.y);
    return OK;
}

enum status c_network(struct c_file *f, struct err *e)
{
    const int64_t count = f->net->fold.graph.count;
    enum status s =
        c_activation_known(f->net->own.output_nonlinearity)
            ? OK
            : err_add(e, ERR_INTERNAL, NULL, "no C is known for the output");

    for (int64_t i = 1; s == OK && i < count; i++)
        s = put_layer(f, i, e);
    return s;
}

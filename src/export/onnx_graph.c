/*
 * onnx_graph.c - the layers of a network one after another, and what stands
 * around them: normalization before, what makes answers behind.
 */
#include <string.h>

#include "codec/json.h"
#include "export/onnx_file.h"
#include "operators/build.h"

static const char doing[] = "writing ONNX", graph_input[] = "input";

/* A graph being written. */
struct writer {
    const struct network *net;
    const struct export_wish *wish;
    struct operators *o;
    struct network_answer answer;
    const char **values; /* [count] what the outputs of nodes are called */
    const char *output;  /* what that of the graph is */
    bool has_end;        /* something follows the last layer */
};

/* The pairs of a normalization as they meet samples of a shape: one, one for a
 * channel, or one for a number. */
static const char *put_pairs(struct operators *o, const char *name,
                             const double *values, int64_t count,
                             struct shape sample)
{
    const int64_t size = shape_count(sample);
    struct shape shape = count == 1 ? (struct shape){0} : sample;
    const bool by_channel =
        count > 1 && sample.axes == 3 && count == sample.dim[0];
    const int64_t numbers = by_channel || count == 1 ? count : size;
    real *all = arena_take(&o->arena, (size_t)numbers, sizeof *all);

    if (!all)
        return "";
    if (by_channel)
        shape.dim[1] = shape.dim[2] = 1;
    for (int64_t i = 0; i < numbers; i++)
        all[i] = (real)values[i / (numbers / count)];
    return build_param(o, name, shape, all);
}

static bool is_identity(const struct normalization *n)
{
    for (int64_t i = 0; i < n->count; i++)
        if (n->mean[i] != 0 || n->std[i] != 1)
            return false;
    return true;
}

/* (x - mean) / std */
static const char *put_normalization(struct writer *w)
{
    const struct normalization *n = &w->net->model->norm;
    const struct shape in = w->net->own.in;
    struct operators *o = w->o;

    if (w->wish->no_normalization || is_identity(n))
        return graph_input;
    operators_begin(o, "normalization");
    const char *x = build_two(o, "Sub", "sub", graph_input,
                              put_pairs(o, "mean", n->mean, n->count, in));
    return build_two(o, "Div", "div", x,
                     put_pairs(o, "std", n->std, n->count, in));
}

/* A probability p stands for {1 - p, p}, a score s for {0, s}. */
static const char *put_pair(struct writer *w, const char *x)
{
    struct operators *o = w->o;

    operators_begin(o, "pair");
    const bool is_probability = w->answer.probable && !w->wish->logits;
    const char *other =
        is_probability
            ? build_two(o, "Sub", "other", build_number(o, "one", 1), x)
            : build_two(o, "Mul", "other", x, build_number(o, "zero", 0));
    const char *y = build_two(o, "Concat", "both", other, x);
    build_int(o, "axis", 1);
    return y;
}

/* y std + mean */
static const char *put_raw(struct writer *w, const char *x)
{
    const struct normalization *n = &w->answer.raw;
    const struct shape out = w->net->own.out;
    struct operators *o = w->o;

    operators_begin(o, "scale");
    x = build_two(o, "Mul", "mul", x,
                  put_pairs(o, "std", n->std, n->count, out));
    return build_two(o, "Add", "add", x,
                     put_pairs(o, "mean", n->mean, n->count, out));
}

static bool scales_back(const struct writer *w)
{
    return w->answer.raw.count > 0 && !is_identity(&w->answer.raw);
}

static void put_end(struct writer *w)
{
    const int64_t last = w->net->fold.graph.count - 1;
    const char *y = w->values[last];

    if (w->answer.is_pair)
        y = put_pair(w, y);
    if (scales_back(w))
        y = put_raw(w, y);
    if (w->has_end && !w->o->arena.failed)
        w->o->output[0] = w->output;
}

/* What the graph's output is called. */
static const char *output_of(const struct writer *w)
{
    switch (w->net->model->target.kind) {
    case TARGET_REAL:
    case TARGET_INPUTS:
        return "values";
    case TARGET_CLASS:
    case TARGET_LABELS:
        break;
    }
    return w->wish->logits      ? "logits"
           : w->answer.probable ? "probabilities"
                                : "scores";
}

/* The layer that a node has become a part of; itself: none. */
static int64_t home_of(const struct fold *f, int64_t node)
{
    for (int64_t i = 0; i < f->count; i++)
        if (f->pairs[i].affine == node)
            return f->pairs[i].linear;
    return node;
}

/* The names of values: the layers', but for those that the graph's own have;
 * the last layer's is the graph's output unless something follows. */
static void name_values(struct writer *w)
{
    const struct graph *g = &w->net->fold.graph;
    const int64_t end = home_of(&w->net->fold, g->count - 1);

    for (int64_t i = 1; i < g->count; i++) {
        const char *name = g->nodes[i].layer.name;
        const bool taken =
            strcmp(name, graph_input) == 0 || strcmp(name, w->output) == 0;
        w->values[i] = taken ? build_word_of(w->o, "%s/output", name) : name;
    }
    if (!w->has_end)
        w->values[end] = w->output;
    for (int64_t i = 1; i < g->count; i++)
        w->values[i] = w->values[home_of(&w->net->fold, i)];
}

/* What a node's layer puts out goes through: its own nonlinearity, that of the
 * layer which has become part of it, the output's. */
static struct variant nonlinearity_of(const struct writer *w, int64_t node)
{
    const struct fold *f = &w->net->fold;
    int64_t last = node;

    for (int64_t i = 0; i < f->count; i++)
        if (f->pairs[i].linear == node)
            last = f->pairs[i].affine;
    if (last < f->graph.count - 1)
        return f->of->nodes[last].layer.spec.nonlinearity;
    return w->wish->logits ? (struct variant){0} : w->answer.nonlinearity;
}

static enum status put_layer(struct writer *w, int64_t node, struct err *e)
{
    const struct graph *g = &w->net->fold.graph;
    const struct graph_node *n = &g->nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    const real *param[LAYER_MAX_PARAMS], *buffer[LAYER_MAX_PARAMS];
    const char *x[LAYER_MAX_INPUTS];
    const struct operator_layer l = {
        .layer = &n->layer,
        .nonlinearity = nonlinearity_of(w, node),
        .param = param,
        .buffer = buffer,
        .x = x,
        .y = w->values[node],
    };

    if (n->folded)
        return OK;
    for (int64_t i = 0; i < spec->param_count; i++)
        param[i] = w->net->weights + g->params[n->first_param + i].offset;
    for (int64_t i = 0; i < spec->buffer_count; i++)
        buffer[i] = w->net->weights + g->params[n->first_buffer + i].offset;
    for (int64_t k = 0; k < n->layer.inputs; k++)
        x[k] = w->values[n->inputs[k]];
    return operators_emit(w->o, &l)
               ? OK
               : err_add(e, ERR_INTERNAL, NULL, "no ONNX is known for layer %s",
                         n->layer.name);
}

static const char *json_of(struct json_writer *json, struct arena *arena)
{
    json_end(json);
    return json_finish_on(json, JSON_LINE, arena);
}

static const char *names_json(const struct writer *w)
{
    const struct target *t = &w->net->model->target;
    struct json_writer json = {0};
    char room[TARGET_NAME_BYTES];

    json_begin_list(&json, NULL);
    for (int64_t i = 0; i < w->net->outputs; i++)
        json_put_text(&json, NULL, target_name(t, i, room));
    return json_of(&json, &w->o->arena);
}

static const char *normalization_json(const struct writer *w)
{
    const struct normalization *n = &w->net->model->norm;
    struct json_writer json = {0};

    json_begin_map(&json, NULL);
    json_put_reals(&json, "mean", n->mean, n->count);
    json_put_reals(&json, "std", n->std, n->count);
    return json_of(&json, &w->o->arena);
}

static const char *missing_json(const struct writer *w)
{
    const struct filling *f = &w->net->model->missing;
    struct json_writer json = {0};

    json_begin_list(&json, NULL);
    for (int64_t i = 0; i < f->count; i++)
        json_put_real(&json, NULL, f->at[i]);
    return json_of(&json, &w->o->arena);
}

enum { MOST_TEXTS = 5 };

/* What programs that know no more than the format can tell people. */
static void put_texts(const struct writer *w, struct onnx_model *m)
{
    const enum target_kind kind = w->net->model->target.kind;
    struct onnx_text *t = arena_take(&w->o->arena, MOST_TEXTS, sizeof *t);

    if (!t)
        return;
    t[m->text_count++] = (struct onnx_text){"producer", "cnnctl"};
    t[m->text_count++] = (struct onnx_text){"version", CNNCTL_VERSION};
    t[m->text_count++] =
        (struct onnx_text){"normalization", normalization_json(w)};
    if (kind != TARGET_INPUTS)
        t[m->text_count++] = (struct onnx_text){
            kind == TARGET_REAL ? "targets" : "classes", names_json(w)};
    if (w->net->model->missing.count > 0)
        t[m->text_count++] = (struct onnx_text){"missing", missing_json(w)};
    m->texts = t;
}

/* A value of any number of samples. */
static const struct onnx_value *value_of(struct operators *o, const char *name,
                                         struct shape sample)
{
    struct onnx_value *v = arena_take(&o->arena, 1, sizeof *v);
    int64_t *dims = arena_take(&o->arena, 1 + SHAPE_MAX_AXES, sizeof *dims);
    const char **symbols =
        arena_take(&o->arena, 1 + SHAPE_MAX_AXES, sizeof *symbols);

    if (!v || !dims || !symbols)
        return NULL;
    dims[0] = ONNX_SYMBOLIC;
    symbols[0] = "N";
    for (int64_t i = 0; i < sample.axes; i++) {
        dims[1 + i] = sample.dim[i];
        symbols[1 + i] = "";
    }
    *v = (struct onnx_value){
        .name = name,
        .type = ONNX_FLOAT,
        .type_name = "float32",
        .has_shape = true,
        .rank = 1 + sample.axes,
        .dims = dims,
        .symbols = symbols,
    };
    return v;
}

static void put_frame(const struct writer *w, struct onnx_model *m)
{
    struct operators *o = w->o;

    *m = (struct onnx_model){
        .ir_version = OPERATORS_IR,
        .opset = OPERATORS_OPSET,
        .producer = "cnnctl",
        .producer_version = CNNCTL_VERSION,
        .graph_name = "network",
        .node_count = o->node_count,
        .constant_count = o->constant_count,
        .input_count = 1,
        .output_count = 1,
        .nodes = o->nodes,
        .constants = o->constants,
        .inputs = value_of(o, graph_input, w->net->own.in),
        .outputs = value_of(o, w->output,
                            w->answer.is_pair ? SHAPE(2) : w->net->own.out),
    };
    put_texts(w, m);
}

enum status onnx_graph(const struct network *n, const struct export_wish *wish,
                       struct operators *o, struct onnx_model *m, struct err *e)
{
    const int64_t count = n->fold.graph.count;
    struct writer w = {
        .net = n,
        .wish = wish,
        .o = o,
        .answer = network_answer_of(n->model),
        .values = arena_take(&o->arena, (size_t)count, sizeof *w.values),
    };
    enum status s = OK;

    if (!w.values)
        return err_memory(e, doing);
    w.output = output_of(&w);
    w.has_end = w.answer.is_pair || scales_back(&w);
    name_values(&w);
    w.values[0] = put_normalization(&w);
    for (int64_t i = 1; s == OK && i < count; i++)
        s = put_layer(&w, i, e);
    if (s != OK)
        return s;
    put_end(&w);
    put_frame(&w, m);
    return arena_check(&o->arena, e, doing);
}

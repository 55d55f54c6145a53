/*
 * import.c - from a graph to a model.
 */
#include "import/import.h"

#include <string.h>

#include "base/num.h"
#include "import/importer.h"
#include "import/verify.h"

enum { OLDEST = 7, NEWEST = 21 };

static const char doing[] = "reading the network";

/* The sample that the graph takes: what is behind the batch. */
static enum status read_input(struct importer *im, struct shape *sample)
{
    const struct onnx_value *in = &im->from->inputs[0];

    if (!in->has_shape || in->rank < 2 || in->rank > 1 + SHAPE_MAX_AXES)
        return err_add(im->e, ERR_DATA, im->file,
                       "its input '%s' has no shape of samples, or more than "
                       "%d axes",
                       in->name, 1 + SHAPE_MAX_AXES);
    im->batch = in->dims[0] == ONNX_SYMBOLIC ? 0 : in->dims[0];
    if (im->batch > 1)
        return err_add(im->e, ERR_DATA, im->file,
                       "its input '%s' is a batch of %lld samples, expected "
                       "any number or 1",
                       in->name, (long long)im->batch);
    *sample = (struct shape){.axes = in->rank - 1};
    for (int64_t i = 1; i < in->rank; i++) {
        if (in->dims[i] < 1)
            return err_add(im->e, ERR_DATA, im->file,
                           "its input '%s': extent %lld, '%s', is not fixed",
                           in->name, (long long)i,
                           in->symbols ? in->symbols[i] : "");
        sample->dim[i - 1] = in->dims[i];
    }
    return OK;
}

/* A step at the beginning of the graph, where there is no node. */
static struct step step_before(struct importer *im, struct value *out)
{
    im->before = (struct onnx_node){
        .name = out->name, .op = "input", .domain = "", .doc = ""};
    return (struct step){im, 0, &im->before, {im->file, &im->before, 0}, out};
}

static enum status add_input(struct importer *im)
{
    struct value *v = import_find(im, im->from->inputs[0].name);
    struct step s = step_before(im, v);
    struct shape sample;
    struct made *m = made_new(&s, "input");
    int64_t *dims = arena_take(im->arena, SHAPE_MAX_AXES, sizeof *dims);
    double *one = arena_take(im->arena, 2, sizeof *one);
    const enum status status = read_input(im, &sample);

    if (status != OK)
        return status;
    if (!m || !dims || !one)
        return import_memory(im);
    memcpy(dims, sample.dim, sizeof sample.dim);
    ((struct input_config *)m->config)->shape =
        (struct int_list){dims, sample.axes};
    one[1] = 1;
    im->front = (struct front){false, FRONT_ONE, 1, one, one + 1};
    return made_done(&s, m, NULL, 0);
}

/* Its inputs, all of them constants; false: one is not. */
static bool constant_inputs(const struct step *s, const struct onnx_tensor **in)
{
    for (int64_t k = 0; k < s->node->input_count; k++) {
        const struct value *v = step_in(s, k);
        if (v && !v->constant)
            return false;
        in[k] = v ? v->constant : NULL;
    }
    return true;
}

/* A node of constants is one. */
static enum status fold(struct step *s, const struct operator* row,
                        const struct onnx_tensor *const *in)
{
    struct importer *im = s->im;
    struct onnx_tensor *kept = arena_take(im->arena, 1, sizeof *kept);
    struct evaluation v = {
        .place = s->place,
        .opset = im->from->opset,
        .in = in,
        .arena = im->arena,
        .room = &im->room,
        .work = &im->work,
        .e = im->e,
    };

    if (!kept)
        return import_memory(im);
    const enum status status = row->evaluate(&v);
    if (status == OK && im->work < 0)
        return step_refuse(s, "there is too much to compute of constants");
    *kept = v.out;
    s->out->constant = kept;
    return status;
}

/* What all operators have in common. */
static enum status check_node(const struct step *s, const struct operator* row)
{
    const struct onnx_node *n = s->node;

    if (*n->domain && strcmp(n->domain, "ai.onnx") != 0)
        return step_refuse(s,
                           "is of domain '%s', only the standard's "
                           "operators are read",
                           n->domain);
    if (!row)
        return step_refuse(s, "this operator is not read");
    if (n->input_count < row->least || n->input_count > row->most)
        return step_refuse(s, "has %lld inputs", (long long)n->input_count);
    for (int64_t k = 1; k < n->output_count; k++)
        if (s->im->values[s->im->first_value[s->number] + k].readers > 0)
            return step_refuse(s,
                               "only its first output is read, '%s' is "
                               "needed too",
                               n->outputs[k]);
    return node_check(&s->place, row->attributes, s->im->e);
}

static struct step step_of(struct importer *im, int64_t number)
{
    const struct onnx_node *n = &im->from->nodes[number];

    return (struct step){im,
                         number,
                         n,
                         {im->file, n, number},
                         &im->values[im->first_value[number]]};
}

/* Constants first: what is looked for among nodes further down may need them.
 */
static enum status fold_constants(struct importer *im)
{
    enum status status = OK;

    for (int64_t i = 0; status == OK && i < im->from->node_count; i++) {
        struct step s = step_of(im, i);
        const struct operator* row = operator_find(s.node->op);
        const size_t count = (size_t)s.node->input_count;
        const struct onnx_tensor **in =
            arena_take(im->arena, count, sizeof *in);
        if (!in)
            return import_memory(im);
        if (!im->counts[i] || !row || !row->evaluate ||
            !constant_inputs(&s, in))
            continue;
        status = check_node(&s, row);
        if (status == OK)
            status = fold(&s, row, in);
    }
    return status;
}

static enum status make_layer(struct step *s)
{
    const struct operator* row = operator_find(s->node->op);
    const size_t count = (size_t)s->node->input_count;
    const struct onnx_tensor **in = arena_take(s->im->arena, count, sizeof *in);
    enum status status = check_node(s, row);
    bool taken;

    if (!in)
        return import_memory(s->im);
    if (status != OK)
        return status;
    if (row->evaluate && constant_inputs(s, in))
        return fold(s, row, in);
    status = gelu_take(s, &taken);
    if (status != OK || taken || front_take(s))
        return status;
    if (!row->make)
        return step_refuse(s, "this operator is read of constants alone");
    return row->make(s);
}

static enum status take_nodes(struct importer *im)
{
    enum status status = fold_constants(im);

    for (int64_t i = 0; status == OK && i < im->from->node_count; i++) {
        struct step s = step_of(im, i);
        bool taken = false;
        if (!im->counts[i] || im->taken[i] || s.out->constant)
            continue;
        status = pattern_take(&s, &taken);
        if (status == OK && !taken)
            status = make_layer(&s);
        if (status == OK)
            status = arena_check(im->arena, im->e, doing);
    }
    return status;
}

/* What the graph gives; the layers after it are nobody's. */
static enum status check_output(const struct importer *im, int64_t *last)
{
    const char *name = im->from->outputs[0].name;
    const struct value *out = import_find(im, name);

    *last = out->layer;
    if (out->layer < 1)
        return err_add(im->e, ERR_DATA, im->file,
                       "its output '%s' is computed by no layer", name);
    for (int64_t i = out->layer + 1; i < im->layer_count; i++)
        if (!im->layers[i]->dropped)
            return err_add(im->e, ERR_DATA, im->file,
                           "its output '%s' is not the last that is computed",
                           name);
    return OK;
}

static enum status read_graph(struct importer *im)
{
    const int64_t opset = im->from->opset;
    int64_t last;

    if (opset < OLDEST || opset > NEWEST)
        return err_add(im->e, ERR_DATA, im->file,
                       "is of opset %lld, this program reads %d to %d",
                       (long long)opset, OLDEST, NEWEST);
    enum status s = index_build(im);
    if (s == OK)
        s = add_input(im);
    if (s == OK)
        s = take_nodes(im);
    if (s == OK)
        s = check_output(im, &last);
    if (s == OK)
        s = front_settle(im);
    if (s != OK)
        return s;
    im->regression = strcmp(im->from->producer, "cnnctl") == 0 &&
                     strcmp(im->from->outputs[0].name, "values") == 0;
    texts_normalization(im);
    if (!im->regression)
        texts_classes(im, shape_count(im->layers[last]->out));
    return arena_check(im->arena, im->e, doing);
}

/* What the importer knows of the file's samples and outputs. */
static struct imported imported_of(const struct importer *im)
{
    struct imported how = {im->moves,  im->moved,   {0},
                           im->is_log, im->is_pair, im->batch};

    memcpy(how.move, im->move, sizeof how.move);
    return how;
}

/* As often as a file of this program needs it, which is twice, and again. */
static void bound_claims(struct importer *im)
{
    const struct onnx_model *from = im->from;
    int64_t nodes = from->node_count, numbers = 0;

    for (int64_t i = 0; i < from->node_count; i++)
        nodes += from->nodes[i].input_count;
    for (int64_t i = 0; i < from->constant_count; i++)
        if (from->constants[i].type != ONNX_UNKNOWN)
            numbers += from->constants[i].count;
    im->claim_nodes = 4 * nodes;
    im->claim_numbers = 4 * numbers;
}

/* Numbers that folding may make: as many as files need, and in proportion to
 * what they hold.  What is of a type that is not read only says that it holds
 * something. */
static int64_t room_of(const struct onnx_model *from)
{
    int64_t count = 1 << 20;

    for (int64_t i = 0; i < from->constant_count; i++)
        if (from->constants[i].type != ONNX_UNKNOWN)
            count += 8 * from->constants[i].count;
    return count;
}

enum status import_network(struct model *m, const struct onnx_model *from,
                           const char *name, const struct kernels *kern,
                           struct imported *how, struct err *e)
{
    struct arena arena = {0};
    struct importer im = {
        .from = from,
        .file = name,
        .arena = &arena,
        .e = e,
        .engine = graph_engine(&(struct graph_request){.kern = kern}),
        .room = room_of(from),
        .work = IMPORT_MOST_WORK,
    };
    int64_t kinds = 0;

    *m = (struct model){0};
    while (layer_kinds[kinds])
        kinds++;
    bound_claims(&im);
    im.layers = arena_take(&arena, GRAPH_MAX_LAYERS, sizeof *im.layers);
    im.quiet = arena_take(&arena, 1, sizeof *im.quiet);
    im.defaults = arena_take(&arena, (size_t)kinds, sizeof *im.defaults);
    enum status s = arena_check(&arena, e, doing);
    if (s == OK)
        s = read_graph(&im);
    if (s == OK)
        s = result_document(&im, &m->experiment, kern);
    if (s == OK)
        s = result_weights(&im, m);
    if (s == OK)
        s = result_facts(&im, m);
    *how = imported_of(&im);
    dict_free(&im.names);
    arena_free(&arena);
    return s;
}

enum status import_onnx(struct model *m, const struct onnx_model *from,
                        const char *name, const struct kernels *kern,
                        struct err *e)
{
    struct imported how;

    return import_network(m, from, name, kern, &how, e);
}

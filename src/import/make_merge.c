/*
 * make_merge.c - what several values become.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

static const struct setting no = {NULL, 0};

/* An input of a merge: with the extents of the file, or a number for each
 * channel, to which rows and columns are added here. */
static enum status merge_input(struct step *s, int64_t k, int64_t axes,
                               struct value **out)
{
    enum status status = import_any(s, k, out);

    if (status != OK)
        return status;
    const struct shape own = s->im->layers[(*out)->layer]->out;
    if ((*out)->shape.axes != axes)
        return step_refuse(s, "its inputs have different numbers of axes");
    if (own.axes == 1 && own.dim[0] == (*out)->shape.dim[0])
        return OK;
    return import_whole(s, k, 0, out);
}

enum status import_merge(struct step *s, struct made *m)
{
    const int64_t count = s->node->input_count;
    struct value **in = arena_take(s->im->arena, (size_t)count, sizeof *in);
    struct shape want = {0};
    enum status status = OK;

    if (!m || !in)
        return import_memory(s->im);
    for (int64_t k = 0; status == OK && k < count; k++) {
        status = import_any(s, k, &in[k]);
        if (status == OK && k == 0)
            want = in[0]->shape;
        if (status == OK)
            status = merge_input(s, k, want.axes, &in[k]);
        for (int64_t a = 0; status == OK && a < want.axes; a++)
            want.dim[a] = num_max(want.dim[a], in[k]->shape.dim[a]);
    }
    if (status == OK && count == 1) {
        import_same(s, in[0]);
        return OK;
    }
    if (status == OK)
        status = made_done(s, m, in, count);
    if (status == OK && m->out.axes == 1)
        s->out->shape = want;
    return status == OK && m->out.axes > 1 ? made_gives(s, m, want) : status;
}

enum status import_merge_by(struct step *s, const char *function)
{
    struct made *m = made_new(s, "elemwisemerge");

    if (m)
        ((struct elemwisemerge_config *)m->config)->merge_function = function;
    return import_merge(s, m);
}

static const char *function_of(const struct made *m)
{
    return strcmp(m->ops->kind.name, "nonlinearity") == 0
               ? made_nonlinearity(m)->kind->name
               : "";
}

/* What x times f(x) is called; the layer that computes f, `inner` what it
 * reads. */
static const char *product_of(const struct importer *im, const struct made *f,
                              int64_t *inner)
{
    *inner = f->input_count == 1 ? f->inputs[0] : NO_LAYER;
    if (strcmp(function_of(f), "sigmoid") == 0)
        return "swish";
    if (strcmp(function_of(f), "hard_sigmoid") == 0)
        return "hard_swish";
    if (strcmp(function_of(f), "tanh") != 0 || !f->alone)
        return NULL;
    const struct made *before = im->layers[*inner];
    if (strcmp(function_of(before), "softplus") != 0)
        return NULL;
    *inner = before->inputs[0];
    return "mish";
}

/* The layer that computes x gets the function, if only it reads x. */
static void pull_in(struct step *s, struct made *f, const struct value *x)
{
    struct importer *im = s->im;
    struct made *m = im->layers[x->layer];
    struct variant *part = made_nonlinearity(m);

    if (x->readers != 2 || m->readers != 1 || m->shared || m->fixed || !part ||
        !activation_is_linear(*part))
        return;
    *part = *made_nonlinearity(f);
    f->dropped = true;
    m->readers = 0;
    s->out->layer = x->layer;
}

/* x f(x), where f has been made just now and is read here alone. */
static bool join_product(struct step *s, const struct value *x,
                         const struct value *fx)
{
    struct importer *im = s->im;
    struct made *f = import_last(s, fx);
    int64_t inner;
    const char *name = f ? product_of(im, f, &inner) : NULL;

    if (!name || inner != x->layer || !shape_equal(x->shape, fx->shape))
        return false;
    const bool last = fx->layer == im->layer_count - 1;
    *made_nonlinearity(f) = made_function(im, name, no, no);
    for (int64_t i = f->inputs[0]; i != inner; i = im->layers[i]->inputs[0])
        im->layers[i]->dropped = true;
    f->inputs = arena_take(im->arena, 1, sizeof *f->inputs);
    if (f->inputs)
        memcpy((void *)(uintptr_t)f->inputs, &inner, sizeof inner);
    s->out->layer = fx->layer;
    s->out->shape = fx->shape;
    if (last)
        pull_in(s, f, x);
    return true;
}

enum status import_product(struct step *s)
{
    struct value *a, *b;
    enum status status = import_any(s, 0, &a);

    if (status == OK)
        status = import_any(s, 1, &b);
    if (status != OK || join_product(s, a, b) || join_product(s, b, a))
        return status;
    return import_merge_by(s, "mul");
}

static bool is_zero(const struct onnx_tensor *t)
{
    for (int64_t i = 0; i < t->count; i++)
        if (t->reals[i] != 0)
            return false;
    return t->count == 1;
}

enum status make_max(struct step *s)
{
    struct value *x;
    int64_t k = 0;
    const struct onnx_tensor *t =
        s->node->input_count == 2 ? import_constant(s, &k) : NULL;

    if (!t)
        return import_merge_by(s, "maximum");
    const enum status status = import_any(s, 1 - k, &x);
    if (status != OK)
        return status;
    return is_zero(t)
               ? import_function(s, x, made_function(s->im, "rectify", no, no))
               : step_refuse(s, "the larger of a constant other than 0 "
                                "is no layer");
}

enum status make_min(struct step *s)
{
    return import_merge_by(s, "minimum");
}

enum status make_sum(struct step *s)
{
    return import_merge(s, made_new(s, "elemwisesum"));
}

/* Is it 1 - p, with p what `x` is? */
static bool is_rest(const struct importer *im, const struct value *v,
                    const struct value *x)
{
    if (v->producer < 0)
        return false;
    const struct onnx_node *n = &im->from->nodes[v->producer];
    const int64_t *in = &im->reads[im->first_read[v->producer]];
    const struct onnx_tensor *one =
        n->input_count == 2 && in[0] >= 0 ? im->values[in[0]].constant : NULL;

    return strcmp(n->op, "Sub") == 0 && one && one->type == ONNX_FLOAT &&
           one->count == 1 && one->reals[0] == 1 && &im->values[in[1]] == x;
}

/* Of [samples, 1]. */
static bool is_last_axis(const struct step *s)
{
    const int64_t axis = node_int(s->node, "axis", 1);

    return axis == 1 || axis == -1;
}

/* Both classes of a network with one output, as `predict` gives them. */
static bool is_pair(const struct step *s)
{
    const struct value *rest = step_in(s, 0), *p = step_in(s, 1);
    const struct importer *im = s->im;

    return s->node->input_count == 2 && rest && p && p->layer >= 0 &&
           strcmp(s->out->name, im->from->outputs[0].name) == 0 &&
           rest->readers == 1 && p->shape.axes == 1 && p->shape.dim[0] == 1 &&
           shape_count(im->layers[p->layer]->out) == 1 && is_last_axis(s) &&
           is_rest(im, rest, p);
}

static enum status take_pair(struct step *s)
{
    struct value *p = step_in(s, 1);

    for (int64_t i = p->layer + 1; i < s->im->layer_count; i++)
        s->im->layers[i]->dropped = true;
    s->im->is_pair = true;
    s->out->layer = p->layer;
    s->out->shape = p->shape;
    return OK;
}

enum status make_concat(struct step *s)
{
    const int64_t count = s->node->input_count;
    struct value **in = arena_take(s->im->arena, (size_t)count, sizeof *in);
    struct made *m = made_new(s, "concat");
    enum status status = OK;
    int64_t axis;

    if (!in || !m)
        return import_memory(s->im);
    if (is_pair(s))
        return take_pair(s);
    for (int64_t k = 0; status == OK && k < count; k++)
        status = import_whole(s, k, 0, &in[k]);
    if (status == OK)
        status = node_axis(&s->place, node_int(s->node, "axis", 1),
                           1 + in[0]->shape.axes, &axis, s->im->e);
    if (status != OK)
        return status;
    if (axis == 0)
        return step_refuse(s, "attribute 'axis': 0, the samples");
    if (count == 1) {
        import_same(s, in[0]);
        return OK;
    }
    ((struct concat_config *)m->config)->axis = axis;
    return made_done(s, m, in, count);
}

/*
 * make_function.c - functions of single numbers, and what computes nothing.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "import/importer.h"

enum { TO_FLOAT = 1 };

static const struct setting no = {NULL, 0};

/* The functions that need no thought. */
static const struct {
    const char *op, *kind;
} plain[] = {
    {"Relu", "rectify"}, {"Sigmoid", "sigmoid"},
    {"Tanh", "tanh"},    {"Softplus", "softplus"},
    {"Gelu", "gelu"},    {"HardSwish", "hard_swish"},
};

/* SELU's constants as the format has them, floats, are those of ours. */
static struct setting selu_scale(double gamma)
{
    return fabs(gamma - 1.0507009873554805) < 1e-6
               ? no
               : (struct setting){"scale", gamma};
}

static struct setting selu_below(double alpha)
{
    return fabs(alpha - 1.6732632423543772) < 1e-6
               ? no
               : (struct setting){"scale_neg", alpha};
}

static enum status elu_like(struct step *s, struct value *x)
{
    const struct importer *im = s->im;
    const bool is_elu = strcmp(s->node->op, "Elu") == 0;
    const double alpha = node_real(s->node, "alpha", is_elu ? 1 : 1.67326319);
    const double gamma = node_real(s->node, "gamma", 1.05070102);

    if (is_elu && alpha == 1)
        return import_function(s, x, made_function(im, "elu", no, no));
    if (is_elu)
        return import_function(
            s, x,
            made_function(im, "selu", (struct setting){"scale", 1},
                          (struct setting){"scale_neg", alpha}));
    return import_function(
        s, x, made_function(im, "selu", selu_scale(gamma), selu_below(alpha)));
}

/* max(0, min(1, alpha x + beta)); ours is of x / 6 + 1 / 2. */
static enum status hard_sigmoid(struct step *s, struct value *x)
{
    const double alpha = node_real(s->node, "alpha", 0.2);
    const double beta = node_real(s->node, "beta", 0.5);
    const bool same = fabs(alpha - 1.0 / 6) < 1e-7;
    struct value line = *x;

    if (!same || beta != 0.5) {
        const float c = same ? 1 : (float)(6 * alpha);
        const enum status status = import_line(s, x, c, (float)(6 * beta - 3));
        if (status != OK)
            return status;
        line = *s->out;
        line.readers = 1;
    }
    return import_function(s, same && beta == 0.5 ? x : &line,
                           made_function(s->im, "hard_sigmoid", no, no));
}

enum status make_function(struct step *s)
{
    const char *op = s->node->op;
    struct value *x;
    const enum status status = import_any(s, 0, &x);

    if (status != OK)
        return status;
    if (strcmp(node_text(s->node, "approximate", "none"), "none") != 0)
        return step_refuse(s, "attribute 'approximate': gelu is exact here");
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (strcmp(plain[i].op, op) == 0)
            return import_function(s, x,
                                   made_function(s->im, plain[i].kind, no, no));
    if (strcmp(op, "LeakyRelu") == 0)
        return import_function(
            s, x,
            made_function(s->im, "leaky_rectify",
                          (struct setting){"leakiness",
                                           node_real(s->node, "alpha", 0.01)},
                          no));
    return strcmp(op, "HardSigmoid") == 0 ? hard_sigmoid(s, x) : elu_like(s, x);
}

enum status make_prelu(struct step *s)
{
    const struct onnx_tensor *slope;
    struct value *x;
    struct made *m = made_new(s, "prelu");

    if (!m)
        return import_memory(s->im);
    enum status status = import_whole(s, 0, 0, &x);
    if (status == OK)
        status = step_needs(s, 1, -1, &slope);
    if (status != OK)
        return status;
    if (!import_shared(s->im, slope, x->shape, made_shared(m)))
        return step_refuse(s, "input 1, '%s', does not fit %s",
                           step_in(s, 1)->name, shape_text(x->shape).text);
    made_weight(m, "weight", slope->reals, slope->count);
    return made_on(s, m, x);
}

/* A bound of Clip: an attribute before opset 11, else an input. */
static bool bound_of(const struct step *s, const char *name, int64_t k,
                     double absent, double *out)
{
    const struct onnx_tensor *t = step_constant(s, k);

    *out = t && t->count == 1 ? (double)t->reals[0]
                              : node_real(s->node, name, absent);
    return !step_in(s, k) || (t && t->count == 1);
}

enum status make_clip(struct step *s)
{
    struct value *x;
    double low, high;
    const enum status status = import_any(s, 0, &x);

    if (status != OK)
        return status;
    if (!bound_of(s, "min", 1, -(double)FLT_MAX, &low) ||
        !bound_of(s, "max", 2, (double)FLT_MAX, &high))
        return step_refuse(s, "a bound is no constant");
    if (low != 0 || high < (double)FLT_MAX)
        return step_refuse(s,
                           "min %g, max %g: only min 0 without max is "
                           "read, which is rectify",
                           low, high);
    return import_function(s, x, made_function(s->im, "rectify", no, no));
}

/* Does training mode stand there, and not as no? */
static bool trains(const struct step *s)
{
    const struct value *v = step_in(s, 2);

    return v && !(v->constant && v->constant->type == ONNX_INT64 &&
                  v->constant->count == 1 && v->constant->ints[0] == 0);
}

enum status make_dropout(struct step *s)
{
    const struct onnx_tensor *ratio = step_constant(s, 1);
    struct value *x;
    struct made *m = made_new(s, "dropout");

    if (!m)
        return import_memory(s->im);
    const enum status status = import_any(s, 0, &x);
    if (status != OK)
        return status;
    if (step_in(s, 1) && !(ratio && ratio->count == 1))
        return step_refuse(s, "input 1: the ratio is no constant number");
    if (trains(s))
        return step_refuse(s, "input 2: a network is read as it infers");
    const struct shape shape = x->shape;
    struct dropout_config *c = m->config;
    c->p = ratio && ratio->count == 1 ? real_of_float(ratio->reals[0])
                                      : node_real(s->node, "ratio", 0.5);
    if (!(c->p >= 0 && c->p < 1))
        return step_refuse(s, "ratio %g is not in [0, 1)", c->p);
    const enum status done = made_on(s, m, x);
    s->out->shape = shape;
    return done;
}

enum status make_identity(struct step *s)
{
    struct value *x;
    const enum status status = import_any(s, 0, &x);

    if (status == OK)
        import_same(s, x);
    return status;
}

enum status make_cast(struct step *s)
{
    if (node_int(s->node, "to", 0) != TO_FLOAT)
        return step_refuse(s, "attribute 'to': numbers of a network are "
                              "float32");
    return make_identity(s);
}

/* Over all numbers of a sample, or over the only axis that has several. */
static enum status check_axis(const struct step *s, const struct value *x)
{
    const bool flat = s->im->from->opset < 13;
    int64_t axis;
    const enum status status =
        node_axis(&s->place, node_int(s->node, "axis", flat ? 1 : -1),
                  x->shape.axes + 1, &axis, s->im->e);

    if (status != OK || (flat && axis == 1))
        return status;
    for (int64_t a = 1; a <= x->shape.axes; a++)
        if (a != axis && x->shape.dim[a - 1] != 1)
            return step_refuse(s,
                               "attribute 'axis': %lld of %s; only over all "
                               "numbers of a sample",
                               (long long)axis, shape_text(x->shape).text);
    return axis > 0 ? OK : step_refuse(s, "attribute 'axis': the samples");
}

enum status make_softmax(struct step *s)
{
    struct value *x;
    enum status status = import_any(s, 0, &x);

    if (status == OK)
        status = check_axis(s, x);
    if (status != OK)
        return status;
    if (strcmp(s->node->op, "LogSoftmax") == 0) {
        if (strcmp(s->out->name, s->im->from->outputs[0].name) != 0)
            return step_refuse(s, "is read at the end of a network alone");
        s->im->is_log = true;
    }
    return import_function(s, x, made_function(s->im, "softmax", no, no));
}

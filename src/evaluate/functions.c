/*
 * functions.c - operators that compute cell by cell.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"

/* A function of a number and of two that its node says. */
typedef double unary_fn(double x, const double p[2]);

static double relu(double x, const double p[2])
{
    (void)p;
    return x < 0 ? 0 : x;
}

static double leaky(double x, const double p[2])
{
    return x < 0 ? x * p[0] : x;
}

static double elu(double x, const double p[2])
{
    return x < 0 ? p[0] * expm1(x) : x;
}

static double selu(double x, const double p[2])
{
    return p[1] * (x < 0 ? p[0] * expm1(x) : x);
}

static double softplus(double x, const double p[2])
{
    (void)p;
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double sigmoid(double x, const double p[2])
{
    (void)p;
    return 1 / (1 + exp(-x));
}

static double tangent(double x, const double p[2])
{
    (void)p;
    return tanh(x);
}

static double hard_sigmoid(double x, const double p[2])
{
    return fmax(0, fmin(1, p[0] * x + p[1]));
}

static double hard_swish(double x, const double p[2])
{
    (void)p;
    return x * fmax(0, fmin(1, x / 6 + 0.5));
}

static double error_function(double x, const double p[2])
{
    (void)p;
    return erf(x);
}

static double gelu(double x, const double p[2])
{
    (void)p;
    return 0.5 * x * (1 + erf(x / sqrt(2)));
}

static double root(double x, const double p[2])
{
    (void)p;
    return sqrt(x);
}

/* Attributes, and what they are where they are left out. */
static const struct function {
    const char *op;
    unary_fn *f;
    const char *names[2];
    double absent[2];
} functions[] = {
    {"Relu", relu, {NULL}, {0}},
    {"LeakyRelu", leaky, {"alpha"}, {0.01}},
    {"Elu", elu, {"alpha"}, {1}},
    {"Selu",
     selu,
     {"alpha", "gamma"},
     {1.67326319217681884765625, 1.05070102214813232421875}},
    {"Softplus", softplus, {NULL}, {0}},
    {"Sigmoid", sigmoid, {NULL}, {0}},
    {"Tanh", tangent, {NULL}, {0}},
    {"HardSigmoid", hard_sigmoid, {"alpha", "beta"}, {0.2, 0.5}},
    {"HardSwish", hard_swish, {NULL}, {0}},
    {"Erf", error_function, {NULL}, {0}},
    {"Gelu", gelu, {NULL}, {0}},
    {"Sqrt", root, {NULL}, {0}},
};

enum status evaluate_unary(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;
    const struct onnx_tensor *x = evaluate_in(v, 0);
    const struct function *f = NULL;
    double p[2] = {0};

    for (size_t i = 0; i < ARRAY_LEN(functions); i++)
        if (strcmp(functions[i].op, n->op) == 0)
            f = &functions[i];
    if (!x || !f)
        return x ? node_refuse(&v->place, v->e, "this operator is not read")
                 : ERR_DATA;
    if (strcmp(node_text(n, "approximate", "none"), "none") != 0)
        return node_refuse(&v->place, v->e,
                           "attribute 'approximate': gelu is exact here");
    for (int k = 0; k < 2 && f->names[k]; k++)
        p[k] = node_real(n, f->names[k], f->absent[k]);
    const enum status s = evaluate_take(v, ONNX_FLOAT, x->rank, x->dims);
    for (int64_t i = 0; s == OK && i < x->count; i++)
        v->reals[i] = (float)f->f((double)x->reals[i], p);
    return s;
}

static double two_reals(char op, double a, double b)
{
    switch (op) {
    case 'A': /* Add */
        return a + b;
    case 'S': /* Sub */
        return a - b;
    case 'M': /* Mul */
        return a * b;
    case 'D': /* Div */
        return a / b;
    case 'X':
        return a > b ? a : b;
    default:
        return a < b ? a : b;
    }
}

/* Integers are shapes: what overflows is none. */
static enum status two_ints(struct evaluation *v, char op, int64_t a, int64_t b,
                            int64_t *out)
{
    bool fails = a == BATCH_EXTENT || b == BATCH_EXTENT;

    *out = op == 'E' ? a == b : a < b ? a : b;
    if (op == 'X')
        *out = a > b ? a : b;
    if (op == 'A')
        fails = fails || __builtin_add_overflow(a, b, out);
    if (op == 'S')
        fails = fails || __builtin_sub_overflow(a, b, out);
    if (op == 'M')
        fails = fails || __builtin_mul_overflow(a, b, out);
    if (op == 'D' && (fails || b == 0))
        fails = true;
    else if (op == 'D')
        *out = a / b;
    return fails ? node_refuse(&v->place, v->e,
                               "computes with the number of samples, or "
                               "beyond integers")
                 : OK;
}

/* "Add" by its first letter, which Max and Min share with Mul. */
static char letter_of(const char *op)
{
    return strcmp(op, "Max") == 0   ? 'X'
           : strcmp(op, "Min") == 0 ? 'N'
           : strcmp(op, "Sum") == 0 ? 'A'
                                    : *op;
}

static enum status combine(struct evaluation *v, const struct onnx_tensor *a,
                           const struct onnx_tensor *b)
{
    const char op = letter_of(v->place.node->op);
    int64_t rank, dims[NODE_MOST], at[NODE_MOST] = {0};
    enum status s = evaluate_extents(v, a, b, &rank, dims);

    if (s == OK && (a->type != b->type || a->type == ONNX_UNKNOWN))
        return node_refuse(&v->place, v->e, "its inputs are of two types");
    if (s == OK)
        s = evaluate_take(v, op == 'E' ? ONNX_INT64 : a->type, rank, dims);
    for (int64_t i = 0; s == OK && i < v->out.count; i++) {
        const int64_t j = broadcast_index(a, rank, at);
        const int64_t k = broadcast_index(b, rank, at);
        if (v->reals)
            v->reals[i] =
                (float)two_reals(op, (double)a->reals[j], (double)b->reals[k]);
        else if (a->type == ONNX_FLOAT) /* Equal */
            v->ints[i] = a->reals[j] == b->reals[k];
        else
            s = two_ints(v, op, a->ints[j], b->ints[k], &v->ints[i]);
        next_cell(rank, dims, at);
    }
    return s;
}

enum status evaluate_binary(struct evaluation *v)
{
    if (v->place.node->input_count != 2 || !v->in[0] || !v->in[1])
        return node_refuse(&v->place, v->e, "has not two inputs");
    return combine(v, v->in[0], v->in[1]);
}

/* A bound of Clip: an attribute before opset 11, then an input. */
static double bound_of(const struct evaluation *v, const char *name, int64_t k,
                       double absent)
{
    const struct onnx_tensor *t = evaluate_maybe(v, k);

    return t && t->type == ONNX_FLOAT && t->count == 1
               ? (double)t->reals[0]
               : node_real(v->place.node, name, absent);
}

enum status evaluate_clip(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_in(v, 0);
    const double low = bound_of(v, "min", 1, -(double)INFINITY);
    const double high = bound_of(v, "max", 2, (double)INFINITY);
    const enum status s =
        x ? evaluate_take(v, ONNX_FLOAT, x->rank, x->dims) : ERR_DATA;

    for (int64_t i = 0; s == OK && i < x->count; i++)
        v->reals[i] = (float)fmin(fmax((double)x->reals[i], low), high);
    return s;
}

/* Where the first is not 0 the second, else the third. */
enum status evaluate_where(struct evaluation *v)
{
    const struct onnx_tensor *c = evaluate_numbers(v, 0);
    const struct onnx_tensor *a = c ? evaluate_in(v, 1) : NULL;
    const struct onnx_tensor *b = a ? evaluate_in(v, 2) : NULL;
    int64_t rank, dims[NODE_MOST], at[NODE_MOST] = {0};

    if (!b || c->type != ONNX_INT64)
        return b ? node_refuse(&v->place, v->e, "its condition is no condition")
                 : ERR_DATA;
    enum status s = evaluate_extents(v, a, b, &rank, dims);
    if (s == OK && rank != c->rank)
        return node_refuse(&v->place, v->e, "its condition does not fit");
    for (int64_t k = 0; s == OK && k < rank; k++)
        if (dims[k] != c->dims[k])
            return node_refuse(&v->place, v->e, "its condition does not fit");
    if (s == OK)
        s = evaluate_take(v, ONNX_FLOAT, rank, dims);
    for (int64_t i = 0; s == OK && i < v->out.count; i++) {
        v->reals[i] = c->ints[i] ? a->reals[broadcast_index(a, rank, at)]
                                 : b->reals[broadcast_index(b, rank, at)];
        next_cell(rank, dims, at);
    }
    return s;
}

/* Sum, Max, Min of any number. */
enum status evaluate_fold(struct evaluation *v)
{
    const int64_t count = v->place.node->input_count;
    struct onnx_tensor so_far;
    enum status s = OK;

    for (int64_t k = 0; k < count; k++)
        if (!v->in[k] || v->in[k]->type == ONNX_UNKNOWN)
            return node_refuse(&v->place, v->e, "input %lld is not read",
                               (long long)k);
    if (count == 0)
        return node_refuse(&v->place, v->e, "has no inputs");
    if (count == 1) /* a copy: its numbers may go before those of the output */
        return evaluate_identity(v);
    so_far = *v->in[0];
    for (int64_t k = 1; s == OK && k < count; k++) {
        v->reals = NULL;
        v->ints = NULL;
        s = combine(v, &so_far, v->in[k]);
        so_far = v->out;
    }
    v->out = so_far;
    return s;
}

enum status evaluate_prelu(struct evaluation *v)
{
    const struct onnx_tensor *x = evaluate_in(v, 0);
    const struct onnx_tensor *slope = x ? evaluate_in(v, 1) : NULL;
    int64_t rank, dims[NODE_MOST], at[NODE_MOST] = {0};

    if (!slope)
        return ERR_DATA;
    enum status s = evaluate_extents(v, x, slope, &rank, dims);
    if (s == OK)
        s = evaluate_take(v, ONNX_FLOAT, rank, dims);
    for (int64_t i = 0; s == OK && i < v->out.count; i++) {
        const float z = x->reals[broadcast_index(x, rank, at)];
        v->reals[i] =
            z < 0 ? z * slope->reals[broadcast_index(slope, rank, at)] : z;
        next_cell(rank, dims, at);
    }
    return s;
}

/*
 * functions.c - operators that compute cell by cell.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate.h"

/* What a function of a number may ask its node. */
typedef double unary_fn(double x, const struct onnx_node *n);

static double relu(double x, const struct onnx_node *n)
{
    (void)n;
    return x < 0 ? 0 : x;
}

static double leaky(double x, const struct onnx_node *n)
{
    return x < 0 ? x * node_real(n, "alpha", 0.01) : x;
}

static double elu(double x, const struct onnx_node *n)
{
    return x < 0 ? node_real(n, "alpha", 1) * expm1(x) : x;
}

static double selu(double x, const struct onnx_node *n)
{
    const double alpha = node_real(n, "alpha", 1.67326319217681884765625);
    const double gamma = node_real(n, "gamma", 1.05070102214813232421875);

    return gamma * (x < 0 ? alpha * expm1(x) : x);
}

static double softplus(double x, const struct onnx_node *n)
{
    (void)n;
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double sigmoid(double x, const struct onnx_node *n)
{
    (void)n;
    return 1 / (1 + exp(-x));
}

static double tangent(double x, const struct onnx_node *n)
{
    (void)n;
    return tanh(x);
}

static double hard_sigmoid(double x, const struct onnx_node *n)
{
    return fmax(
        0, fmin(1, node_real(n, "alpha", 0.2) * x + node_real(n, "beta", 0.5)));
}

static double hard_swish(double x, const struct onnx_node *n)
{
    (void)n;
    return x * fmax(0, fmin(1, x / 6 + 0.5));
}

static double error_function(double x, const struct onnx_node *n)
{
    (void)n;
    return erf(x);
}

static double gelu(double x, const struct onnx_node *n)
{
    (void)n;
    return 0.5 * x * (1 + erf(x / sqrt(2)));
}

static double root(double x, const struct onnx_node *n)
{
    (void)n;
    return sqrt(x);
}

static double magnitude(double x, const struct onnx_node *n)
{
    (void)n;
    return fabs(x);
}

static double negative(double x, const struct onnx_node *n)
{
    (void)n;
    return -x;
}

static double exponential(double x, const struct onnx_node *n)
{
    (void)n;
    return exp(x);
}

static double logarithm(double x, const struct onnx_node *n)
{
    (void)n;
    return log(x);
}

static const struct {
    const char *op;
    unary_fn *f;
} functions[] = {
    {"Relu", relu},
    {"LeakyRelu", leaky},
    {"Elu", elu},
    {"Selu", selu},
    {"Softplus", softplus},
    {"Sigmoid", sigmoid},
    {"Tanh", tangent},
    {"HardSigmoid", hard_sigmoid},
    {"HardSwish", hard_swish},
    {"Erf", error_function},
    {"Gelu", gelu},
    {"Sqrt", root},
    {"Abs", magnitude},
    {"Neg", negative},
    {"Exp", exponential},
    {"Log", logarithm},
};

enum status evaluate_unary(struct evaluation *v)
{
    const struct onnx_node *n = v->place.node;
    const struct onnx_tensor *x = evaluate_in(v, 0);
    unary_fn *f = NULL;

    for (size_t i = 0; i < ARRAY_LEN(functions); i++)
        if (strcmp(functions[i].op, n->op) == 0)
            f = functions[i].f;
    const enum status s =
        x ? evaluate_take(v, ONNX_FLOAT, x->rank, x->dims) : ERR_DATA;
    for (int64_t i = 0; s == OK && i < x->count; i++)
        v->reals[i] = (float)f((double)x->reals[i], n);
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
    case 'P': /* Pow */
        return pow(a, b);
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
    bool fails = op == 'P' || a == BATCH_EXTENT || b == BATCH_EXTENT;

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
        s = evaluate_take(v, a->type, rank, dims);
    for (int64_t i = 0; s == OK && i < v->out.count; i++) {
        const int64_t j = broadcast_index(a, rank, at);
        const int64_t k = broadcast_index(b, rank, at);
        if (v->reals)
            v->reals[i] =
                (float)two_reals(op, (double)a->reals[j], (double)b->reals[k]);
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

/*
 * gelu.c - x (1 + erf(x / sqrt 2)) / 2, for which the format has no operator
 * before opset 20, as exporters write it: Div, Erf, Add, Mul, Mul.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

enum { FAR = 16 }; /* nodes, constants among them, that may lie between two */

/* The one node that reads v, not far below; NO_NODE: none. */
static int64_t reader_of(const struct importer *im, const struct value *v,
                         int64_t number)
{
    const int64_t end = num_min(im->from->node_count, number + FAR);

    if (v->readers != 1)
        return NO_NODE;
    for (int64_t i = number + 1; i < end; i++)
        for (int64_t k = 0; k < im->from->nodes[i].input_count; k++)
            if (im->reads[im->first_read[i] + k] == v - im->values)
                return im->counts[i] ? i : NO_NODE;
    return NO_NODE;
}

/* The other input of two. */
static const struct value *other_of(const struct importer *im, int64_t number,
                                    const struct value *v)
{
    const int64_t *in = &im->reads[im->first_read[number]];

    if (im->from->nodes[number].input_count != 2 || in[0] < 0 || in[1] < 0)
        return NULL;
    return &im->values[in[in[0] == v - im->values ? 1 : 0]];
}

static bool is_number(const struct value *v, double number)
{
    const struct onnx_tensor *t = v ? v->constant : NULL;

    return t && t->type == ONNX_FLOAT && t->count == 1 &&
           fabs((double)t->reals[0] - number) < 1e-6;
}

/* The next node, which must be `op`; its output becomes *v. */
static bool follow(const struct importer *im, const char *op, int64_t *number,
                   const struct value **v)
{
    *number = reader_of(im, *v, *number);
    if (*number < 0 || strcmp(im->from->nodes[*number].op, op) != 0 ||
        *im->from->nodes[*number].domain)
        return false;
    *v = &im->values[im->first_value[*number]];
    return true;
}

/* Does the function begin with the step's node?  Then the other nodes of it and
 * the value that comes out. */
static bool is_gelu(const struct step *s, int64_t nodes[4],
                    const struct value **out)
{
    const struct importer *im = s->im;
    const struct value *x = step_in(s, 0), *v = s->out;
    const struct value *before;
    const double by = strcmp(s->node->op, "Div") == 0   ? sqrt(2)
                      : strcmp(s->node->op, "Mul") == 0 ? sqrt(0.5)
                                                        : 0;
    int64_t at = s->number;

    if (by == 0 || !x || x->layer < 0 || !is_number(step_in(s, 1), by) ||
        !follow(im, "Erf", &at, &v))
        return false;
    nodes[0] = at;
    before = v;
    if (!follow(im, "Add", &at, &v) || !is_number(other_of(im, at, before), 1))
        return false;
    nodes[1] = at;
    before = v;
    if (!follow(im, "Mul", &at, &v) || other_of(im, at, before) != x)
        return false;
    nodes[2] = at;
    before = v;
    if (!follow(im, "Mul", &at, &v) ||
        !is_number(other_of(im, at, before), 0.5))
        return false;
    nodes[3] = at;
    *out = v;
    return true;
}

enum status gelu_take(struct step *s, bool *taken)
{
    static const struct setting no = {NULL, 0};
    struct importer *im = s->im;
    struct value *x = step_in(s, 0);
    const struct value *out;
    int64_t nodes[4];

    *taken = is_gelu(s, nodes, &out);
    if (!*taken)
        return OK;
    for (int i = 0; i < 4; i++)
        im->taken[nodes[i]] = true;
    s->out = &im->values[out - im->values];
    x->readers--; /* two of them are this function */
    return import_function(s, x, made_function(im, "gelu", no, no));
}

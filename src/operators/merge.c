/*
 * merge.c - layers with several inputs as operators.
 */
#include "layer/config.h"
#include "layer/facts.h"
#include "operators/build.h"

/* Input k of a merge, cropped, with as many axes as the output. */
static const char *operand(struct operators *o, const struct operator_layer *l,
                           const struct merge *m, int64_t k)
{
    struct shape cut = merge_cut(m, k);
    struct walk w = walk_over(1, cut);
    const char *x = l->x[k];
    int64_t step = shape_count(m->in[k]), at;

    merge_add(m, &w, k);
    at = w.operand[0].origin;
    for (int64_t a = 0; a < cut.axes; a++) {
        step /= m->in[k].dim[a];
        const struct build_cells c = {a + 1, m->in[k].dim[a], at / step, 1,
                                      cut.dim[a]};
        at %= step;
        if (cut.dim[a] != m->in[k].dim[a])
            x = build_slice(o,
                            build_word_of(o, "crop%lld_axis%lld",
                                          (long long)k + 1, (long long)a + 1),
                            x, &c);
    }
    if (cut.axes == l->layer->spec.out.axes)
        return x;
    while (cut.axes < l->layer->spec.out.axes)
        cut.dim[cut.axes++] = 1;
    return build_reshape(o, build_word_of(o, "axes%lld", (long long)k + 1), x,
                         cut);
}

static double coeff_of(const struct merge_task *t, int64_t k)
{
    return t->coeffs[k < t->coeff_count ? k : t->coeff_count - 1];
}

/* An operator of any number of inputs. */
static const char *put_many(struct operators *o, const struct operator_layer *l,
                            const char *op, const char *const *x)
{
    return build_node(o, op, "merge", l->layer->inputs, x);
}

/* Folded from the left. */
static const char *put_chain(struct operators *o,
                             const struct operator_layer *l, const char *op,
                             const char *const *x)
{
    const char *y = x[0];

    for (int64_t k = 1; k < l->layer->inputs; k++)
        y = build_two(o, op,
                      l->layer->inputs == 2
                          ? "merge"
                          : build_word_of(o, "merge%lld", (long long)k),
                      y, x[k]);
    return y;
}

static bool all_are(const struct merge_task *t, int64_t first, int64_t inputs,
                    double coeff)
{
    for (int64_t k = first; k < inputs; k++)
        if (coeff_of(t, k) != coeff)
            return false;
    return true;
}

static const char *put_sum(struct operators *o, const struct operator_layer *l,
                           const struct merge_task *t, const char **x)
{
    const int64_t inputs = l->layer->inputs;

    if (all_are(t, 0, 1, 1) && all_are(t, 1, inputs, -1))
        return put_chain(o, l, "Sub", x);
    for (int64_t k = 0; k < inputs; k++) {
        if (coeff_of(t, k) == 1)
            continue;
        const char *c = build_number(
            o, build_word_of(o, "coeff%lld", (long long)k + 1), coeff_of(t, k));
        x[k] = build_two(o, "Mul",
                         build_word_of(o, "product%lld", (long long)k + 1),
                         x[k], c);
    }
    return inputs == 2 ? put_chain(o, l, "Add", x) : put_many(o, l, "Sum", x);
}

static const char *put_task(struct operators *o, const struct operator_layer *l,
                            const struct merge_task *t)
{
    const char *x[LAYER_MAX_INPUTS];

    for (int64_t k = 0; k < l->layer->inputs; k++)
        x[k] = operand(o, l, &t->inputs, k);
    switch (t->function) {
    case MERGE_MUL:
        return put_chain(o, l, "Mul", x);
    case MERGE_MAXIMUM:
        return put_many(o, l, "Max", x);
    case MERGE_MINIMUM:
        return put_many(o, l, "Min", x);
    case MERGE_SUM:
        break;
    }
    return put_sum(o, l, t, x);
}

const char *build_sum(struct operators *o, const struct operator_layer *l)
{
    const struct merge_task t = elemwisesum_task(l->layer);

    return put_task(o, l, &t);
}

const char *build_merge(struct operators *o, const struct operator_layer *l)
{
    const struct merge_task t = elemwisemerge_task(l->layer);

    return put_task(o, l, &t);
}

const char *build_concat(struct operators *o, const struct operator_layer *l)
{
    const struct merge m = concat_merge(l->layer);
    const char *x[LAYER_MAX_INPUTS];

    for (int64_t k = 0; k < l->layer->inputs; k++)
        x[k] = operand(o, l, &m, k);
    const char *y = put_many(o, l, "Concat", x);
    build_int(o, "axis", m.kept + 1);
    return y;
}

/*
 * concat.c - inputs side by side along an axis.
 *
 * Lasagne's ConcatLayer: the extents add up on the axis, the others must agree
 * or are cropped as merge.h says.
 */
#include <string.h>

#include "layer/axes.h"
#include "layer/config.h"
#include "layer/facts.h"

static const struct field concat_fields[] = {
    FIELD(concat_config, axis, .def = "1", .min = -SHAPE_MAX_AXES,
          .max = SHAPE_MAX_AXES, .aka = "dim concat_dim",
          .doc = "Axis along which the inputs lie, counting the batch as 0; "
                 "negative: from the last."),
    MERGE_CROPPING(concat_config),
    {0},
};

static struct merge merge_of(const struct concat_config *c,
                             const struct shape *in, int64_t inputs)
{
    return (struct merge){in, inputs, c->cropping,
                          axes_place(c->axis, in[0]) - 1};
}

/* Do images of all their channels lie side by side, and none shares a vector
 * with another?  Then blocked ones do as well. */
static bool are_whole_blocks(const struct merge *m,
                             const struct layer_spec *spec)
{
    for (int64_t k = 0; k < m->inputs; k++)
        if (m->in[k].axes != 3 || m->kept != 0 ||
            m->in[k].dim[0] % spec->engine.kern->lanes != 0 ||
            !shape_equal(merge_cut(m, k), m->in[k]))
            return false;
    return true;
}

static enum status concat_infer(const void *config, const struct shape *in,
                                int64_t inputs, struct layer_spec *spec)
{
    const struct concat_config *c = config;
    const struct merge m = merge_of(c, in, inputs);
    const enum status s = merge_check(&m, spec);

    if (m.kept < 0)
        return axes_refuse(spec, "axis", c->axis, in[0]);
    if (s != OK)
        return s;
    spec->out = merge_cut(&m, 0);
    for (int64_t k = 1; k < inputs; k++) {
        const struct shape cut = merge_cut(&m, k);
        struct shape same = cut;
        if (cut.axes == spec->out.axes)
            same.dim[m.kept] = spec->out.dim[m.kept];
        if (!shape_equal(same, spec->out))
            return merge_refuse(&m, k, spec);
        spec->out.dim[m.kept] += cut.dim[m.kept];
    }
    if (are_whole_blocks(&m, spec))
        spec_blocked(spec, WRITES_AS_READ);
    return OK;
}

struct merge concat_merge(const struct layer *l)
{
    return merge_of(l->config, l->in, l->inputs);
}

/* Input k beside its place in the output, of which `first` cells of the axis
 * are taken; moves on by its own. */
struct walk concat_walk(const struct layer *l, int64_t batch, int64_t k,
                        int64_t *first)
{
    const struct merge m = concat_merge(l);
    const struct shape cut = merge_cut(&m, k);
    struct walk w = walk_over(batch, cut);
    struct strided *out = walk_add(&w, l->spec.out);

    out->origin = *first * out->step[m.kept + 1];
    *first += cut.dim[m.kept];
    merge_add(&m, &w, k);
    walk_join(&w);
    return w;
}

static void concat_forward(const struct layer *l, const struct pass *p)
{
    int64_t first = 0;

    for (int64_t k = 0; k < l->inputs; k++) {
        const struct walk w = concat_walk(l, p->batch, k, &first);
        walk_copy(&w, 0, p->y, 1, p->x[k]);
    }
}

/* Every input gets its part of dy; what was cropped gets 0. */
static void concat_backward(const struct layer *l, const struct pass *p)
{
    const struct merge m = concat_merge(l);
    int64_t first = 0;

    for (int64_t k = 0; k < l->inputs; k++) {
        const struct walk w = concat_walk(l, p->batch, k, &first);
        if (!p->dx[k])
            continue;
        if (!shape_equal(merge_cut(&m, k), l->in[k]))
            memset(p->dx[k], 0,
                   (size_t)(p->batch * shape_count(l->in[k])) * sizeof(real));
        walk_copy(&w, 1, p->dx[k], 0, p->dy);
    }
}

const struct layer_ops concat_layer = {
    .kind = {.name = "concat",
             .doc = "Its inputs side by side along an axis.",
             CONFIG(concat),
             .aka = "concatenate cat route join filter_concat depth_concat"},
    .family = FAMILY_MERGE,
    .min_inputs = 2,
    .max_inputs = LAYER_MAX_INPUTS,
    .infer = concat_infer,
    .forward = concat_forward,
    .backward = concat_backward,
};

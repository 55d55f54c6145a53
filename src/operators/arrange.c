/*
 * arrange.c - layers that arrange numbers, and those that inference passes
 * over, as operators.
 */
#include <string.h>

#include "layer/config.h"
#include "layer/facts.h"
#include "operators/build.h"

const char *build_input(struct operators *o, const struct operator_layer *l)
{
    (void)o;
    return l->x[0];
}

const char *build_nothing(struct operators *o, const struct operator_layer *l)
{
    (void)o;
    return l->x[0];
}

/* Without the word that it is training, it passes on what it gets. */
const char *build_dropout(struct operators *o, const struct operator_layer *l)
{
    const struct dropout_config *c = l->layer->config;

    return build_two(o, "Dropout", "dropout", l->x[0],
                     build_number(o, "ratio", c->p));
}

const char *build_view(struct operators *o, const struct operator_layer *l)
{
    return build_reshape(o, "reshape", l->x[0], l->layer->spec.out);
}

const char *build_flatten(struct operators *o, const struct operator_layer *l)
{
    if (l->layer->spec.out.axes > 1)
        return build_view(o, l);
    const char *y = build_one(o, "Flatten", "flatten", l->x[0]);
    build_int(o, "axis", 1);
    return y;
}

/* The axes of the input that the output has, without those that are dropped,
 * and where they come to stand, the batch's first. */
struct order {
    struct shape kept;
    int64_t perm[1 + SHAPE_MAX_AXES];
    bool moves, widens;
};

static struct order order_of(const struct layer *l)
{
    const int64_t *from = dimshuffle_from(l);
    int64_t place[SHAPE_MAX_AXES], used = 0;
    struct order r = {0};

    for (int64_t a = 0; a < l->in[0].axes; a++) {
        bool is_used = false;
        for (int64_t i = 0; i < l->spec.out.axes; i++)
            is_used |= from[i] == a;
        place[a] = r.kept.axes;
        if (is_used)
            r.kept.dim[r.kept.axes++] = l->in[0].dim[a];
    }
    for (int64_t i = 0; i < l->spec.out.axes; i++) {
        if (from[i] < 0) {
            r.widens = true;
            continue;
        }
        r.moves |= place[from[i]] != used;
        r.perm[++used] = place[from[i]] + 1;
    }
    return r;
}

const char *build_shuffle(struct operators *o, const struct operator_layer *l)
{
    const struct order r = order_of(l->layer);
    const char *y = l->x[0];

    if (r.kept.axes < l->layer->in[0].axes)
        y = build_reshape(o, "kept", y, r.kept);
    if (r.moves) {
        y = build_one(o, "Transpose", "transpose", y);
        build_ints(o, "perm", r.kept.axes + 1, r.perm);
    }
    return r.widens ? build_reshape(o, "widened", y, l->layer->spec.out) : y;
}

const char *build_cut(struct operators *o, const struct operator_layer *l)
{
    const struct slice_cells *s = slice_cells(l->layer);
    const struct build_cells c = {s->axis + 1, l->layer->in[0].dim[s->axis],
                                  s->first, s->step, s->count};
    const char *y = build_slice(o, "slice", l->x[0], &c);

    return s->drops_axis ? build_reshape(o, "dropped", y, l->layer->spec.out)
                         : y;
}

const char *build_pad(struct operators *o, const struct operator_layer *l)
{
    const struct pad_config *c = l->layer->config;
    const struct border *b = pad_border(l->layer);
    const int64_t axes = l->layer->in[0].axes;
    int64_t pads[2 * (1 + SHAPE_MAX_AXES)] = {0};

    for (int64_t a = 0; a < axes; a++) {
        pads[1 + a] = b->before[a];
        pads[axes + 2 + a] = b->after[a];
    }
    const char *inputs[3] = {l->x[0],
                             build_whole(o, "pads", 2 * (axes + 1), pads)};
    int64_t count = 2;
    if (b->mode == 'c')
        inputs[count++] = build_number(o, "value", c->val);
    const char *y = build_node(o, "Pad", "pad", count, inputs);
    build_word(o, "mode", c->mode);
    return y;
}

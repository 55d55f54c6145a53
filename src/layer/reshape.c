/*
 * reshape.c - the same elements in another shape: flatten and reshape.
 *
 * Lasagne's FlattenLayer and ReshapeLayer; elements keep their order.
 */
#include "base/num.h"
#include "layer/config.h"
#include "layer/view.h"

void view_forward(const struct layer *l, const struct pass *p)
{
    pass_on(p->x[0], p->y, p->batch * shape_count(l->spec.out));
}

void view_backward(const struct layer *l, const struct pass *p)
{
    if (p->dx[0])
        pass_on(p->dy, p->dx[0], p->batch * shape_count(l->spec.out));
}

static const struct field flatten_fields[] = {
    FIELD(flatten_config, outdim, .def = "2", .min = 2,
          .max = SHAPE_MAX_AXES + 1, .aka = "ndim end_dim axis",
          .doc = "Axes of the output, the batch counted; the last one takes "
                 "what is left of the input's."),
    {0},
};

static enum status flatten_infer(const void *config, const struct shape *in,
                                 int64_t inputs, struct layer_spec *spec)
{
    const struct flatten_config *c = config;
    const int64_t axes = c->outdim - 1;

    (void)inputs;
    if (axes > in[0].axes)
        return layer_refuse(spec, "outdim",
                            "%lld axes are more than the %lld of the input, "
                            "the batch counted",
                            (long long)c->outdim, (long long)in[0].axes + 1);
    spec->out.axes = axes;
    for (int64_t a = 0; a < in[0].axes; a++)
        if (a < axes)
            spec->out.dim[a] = in[0].dim[a];
        else
            spec->out.dim[axes - 1] *= in[0].dim[a];
    spec_view(spec, true);
    return OK;
}

const struct layer_ops flatten_layer = {
    .kind = {.name = "flatten",
             .doc = "Its input with the last axes made one.",
             CONFIG(flatten)},
    .min_inputs = 1,
    .max_inputs = 1,
    .infer = flatten_infer,
    .forward = view_forward,
    .backward = view_backward,
};

static const struct field reshape_fields[] = {
    FIELD(reshape_config, shape, .least = 2, .most = SHAPE_MAX_AXES + 1,
          .min = -1, .max = 1 << 24, .aka = "target_shape dims new_shape size",
          .doc = "Extents of the output, of which the first is [0], the batch: "
                 "a number, [i] for that of the input's axis i, or once -1 for "
                 "what is left."),
    {0},
};

/* Entry `i` of the shape: an extent, or -1. */
static enum status read_extent(const struct reshape_config *c, int64_t i,
                               struct shape in, struct layer_spec *spec)
{
    const struct index *index = &c->shape.at[i];
    int64_t *dim = &spec->out.dim[i - 1];

    *dim = index->value;
    if (index->form == INDEX_BRACKETS) {
        if (index->value < 1 || index->value > in.axes)
            return layer_refuse(spec, "shape",
                                "[%lld] is no axis of a sample, which has 1 to "
                                "%lld",
                                (long long)index->value, (long long)in.axes);
        *dim = in.dim[index->value - 1];
    }
    if (*dim == 0)
        return layer_refuse(spec, "shape",
                            "0 is no extent; [0], the batch, can only be the "
                            "first entry");
    return OK;
}

/* Puts what is left of `count` elements where -1 stands. */
static enum status fill_in(struct layer_spec *spec, int64_t count)
{
    int64_t known = 1, *rest = NULL;

    for (int64_t a = 0; a < spec->out.axes; a++) {
        int64_t *dim = &spec->out.dim[a];
        if (*dim == -1 && rest)
            return layer_refuse(spec, "shape", "-1 can only stand once");
        if (*dim == -1)
            rest = dim;
        else if (!num_mul(known, *dim, &known))
            return layer_refuse(spec, "shape", "is too large to address");
    }
    if (rest && count % known == 0) {
        *rest = count / known;
        return OK;
    }
    if (!rest && known == count)
        return OK;
    return layer_refuse(spec, "shape",
                        rest ? "%lld elements of a sample do not divide the "
                               "%lld of the input"
                             : "has %lld elements a sample, the input %lld",
                        (long long)known, (long long)count);
}

static enum status reshape_infer(const void *config, const struct shape *in,
                                 int64_t inputs, struct layer_spec *spec)
{
    const struct reshape_config *c = config;
    const struct index *first = c->shape.at;
    enum status s = OK;

    (void)inputs;
    if (first->form != INDEX_BRACKETS || first->value != 0)
        return layer_refuse(spec, "shape",
                            "must begin with [0], the samples of the batch");
    spec->out.axes = c->shape.count - 1;
    for (int64_t i = 1; s == OK && i < c->shape.count; i++)
        s = read_extent(c, i, in[0], spec);
    if (s == OK)
        s = fill_in(spec, shape_count(in[0]));
    spec_view(spec, true);
    return s;
}

const struct layer_ops reshape_layer = {
    .kind = {.name = "reshape",
             .doc = "Its input in another shape.",
             CONFIG(reshape),
             .aka = "view"},
    .min_inputs = 1,
    .max_inputs = 1,
    .infer = reshape_infer,
    .forward = view_forward,
    .backward = view_backward,
};

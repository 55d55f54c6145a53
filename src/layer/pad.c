/*
 * pad.c - cells around the input: a constant, or cells of the input.
 *
 * Lasagne's PadLayer, and the modes of NumPy's pad: `edge` repeats the last
 * cell, `reflect` mirrors at it and leaves it out.  Axes are padded one after
 * the other, so corners are borders of borders.
 */
#include <string.h>

#include "layer/config.h"
#include "layer/facts.h"
#include "tensor/strided.h"

enum { MOST_CELLS = 1 << 12 };

static const char *const modes[] = {"constant", "reflect", "edge", NULL};

/* clang-format off */
static const struct field pad_fields[] = {
    FIELD(pad_config, width, .least = 1, .most = SHAPE_MAX_AXES, .min = 0,
          .max = MOST_CELLS, .aka = "padding pad pads paddings",
          .doc = "Cells before and after: of all axes, [one each], or "
                 "[[before, after] each]."),
    FIELD(pad_config, val, .def = "0", .aka = "value constant_values",
          .doc = "Value of a constant border."),
    FIELD(pad_config, batch_ndim, .def = "2", .min = 1, .max = SHAPE_MAX_AXES,
          .doc = "Leading axes that are not padded, the batch counted."),
    FIELD(pad_config, mode, .def = "constant", .choices = modes,
          .aka = "padding_mode",
          .doc = "constant: val, reflect: the cells next to the last in "
                 "reverse, edge: the last cell."),
    {0},
};
/* clang-format on */

static enum status check_width(const struct pad_config *c, struct shape in,
                               struct layer_spec *spec)
{
    const int64_t axes = in.axes + 1 - c->batch_ndim;

    if (axes < 1)
        return layer_refuse(spec, "batch_ndim",
                            "leaves no axis to pad, the input has %lld with "
                            "the batch",
                            (long long)in.axes + 1);
    if (c->width.count != 1 && c->width.count != axes)
        return layer_refuse(spec, "width", "has %lld entries for %lld axes",
                            (long long)c->width.count, (long long)axes);
    return OK;
}

static enum status check_reflection(const struct border *b, int64_t axis,
                                    int64_t extent, struct layer_spec *spec)
{
    if (b->mode != 'r' || (b->before[axis] < extent && b->after[axis] < extent))
        return OK;
    return layer_refuse(spec, "width",
                        "axis %lld has %lld cells, of which at most %lld can "
                        "be reflected",
                        (long long)axis + 1, (long long)extent,
                        (long long)extent - 1);
}

static enum status pad_infer(const void *config, const struct shape *in,
                             int64_t inputs, struct layer_spec *spec)
{
    const struct pad_config *c = config;
    struct border *b = spec_prepared(spec, sizeof *b);
    enum status s = check_width(c, in[0], spec);

    (void)inputs;
    *b = (struct border){.mode = c->mode[0]};
    spec->out = in[0];
    for (int64_t a = c->batch_ndim - 1; s == OK && a < in[0].axes; a++) {
        const int64_t entry = a - (c->batch_ndim - 1);
        const struct pair width = c->width.at[c->width.count == 1 ? 0 : entry];
        b->before[a] = width.y;
        b->after[a] = width.x;
        spec->out.dim[a] += width.y + width.x;
        s = check_reflection(b, a, in[0].dim[a], spec);
    }
    if (s == OK && !shape_fits(spec->out))
        return layer_refuse(spec, NULL, "its output is too large to address");
    if (b->mode != 'c') /* backward folds a sample's dy */
        spec_work(spec, shape_count(spec->out) * (int64_t)sizeof(real), 0);
    return s;
}

const struct border *pad_border(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

/* The input, operand 1, in its place within the output. */
static struct walk inside(const struct layer *l, int64_t batch)
{
    const struct border *b = pad_border(l);
    struct walk w = walk_over(batch, l->in[0]);
    struct strided *y = walk_add(&w, l->spec.out);

    for (int64_t a = 0; a < l->in[0].axes; a++)
        y->origin += b->before[a] * y->step[a + 1];
    walk_add(&w, l->in[0]);
    walk_join(&w);
    return w;
}

/* Cells `to` and `from` of an axis: those behind it are padded already, those
 * before it are not yet. */
static struct walk cells(const struct layer *l, int64_t batch, int64_t axis,
                         const int64_t cell[2])
{
    const struct border *b = pad_border(l);
    struct shape shape = l->spec.out;

    for (int64_t a = 0; a < axis; a++)
        shape.dim[a] = l->in[0].dim[a];
    shape.dim[axis] = 1;
    struct walk w = walk_over(batch, shape);
    for (int k = 0; k < 2; k++) {
        struct strided *s = walk_add(&w, l->spec.out);
        for (int64_t a = 0; a < axis; a++)
            s->origin += b->before[a] * s->step[a + 1];
        s->origin += cell[k] * s->step[axis + 1];
    }
    walk_join(&w);
    return w;
}

/* The cell that border cell `i` of an axis, counted in the output, repeats. */
static int64_t source_of(const struct layer *l, int64_t axis, int64_t i)
{
    const struct border *b = pad_border(l);
    const int64_t first = b->before[axis];
    const int64_t last = first + l->in[0].dim[axis] - 1;

    if (b->mode == 'e')
        return i < first ? first : last;
    return i < first ? 2 * first - i : 2 * last - i;
}

/* Calls `apply` for every border cell of an axis. */
static void for_border(const struct layer *l, int64_t batch, int64_t axis,
                       void (*apply)(const struct walk *w, real *at), real *at)
{
    const struct border *b = pad_border(l);
    const int64_t extent = l->spec.out.dim[axis];

    for (int64_t i = 0; i < extent; i++) {
        if (i >= b->before[axis] && i < extent - b->after[axis])
            continue;
        const int64_t cell[2] = {i, source_of(l, axis, i)};
        const struct walk w = cells(l, batch, axis, cell);
        apply(&w, at);
    }
}

static void repeat(const struct walk *w, real *at)
{
    walk_copy(w, 0, at, 1, at);
}

static void fold(const struct walk *w, real *at)
{
    walk_sum(w, 1, at, 0, at);
}

static void pad_forward(const struct layer *l, const struct pass *p)
{
    const struct pad_config *c = l->config;
    const struct walk w = inside(l, p->batch);
    const bool is_constant = pad_border(l)->mode == 'c';
    const int64_t count = p->batch * shape_count(l->spec.out);

    for (int64_t i = 0; is_constant && i < count; i++)
        p->y[i] = (real)c->val;
    walk_copy(&w, 0, p->y, 1, p->x[0]);
    for (int64_t a = l->in[0].axes - 1; !is_constant && a >= 0; a--)
        for_border(l, p->batch, a, repeat, p->y);
}

/* dy of a border cell goes to the cell that it repeats, in the reverse order of
 * forward. */
static void pad_backward(const struct layer *l, const struct pass *p)
{
    const int64_t in = shape_count(l->in[0]), out = shape_count(l->spec.out);
    const struct walk all = inside(l, p->batch), one = inside(l, 1);

    if (p->dx[0] && pad_border(l)->mode == 'c')
        walk_copy(&all, 1, p->dx[0], 0, p->dy);
    if (!p->dx[0] || pad_border(l)->mode == 'c')
        return;
    for (int64_t n = 0; n < p->batch; n++) {
        memcpy(p->work, p->dy + n * out, (size_t)out * sizeof(real));
        for (int64_t a = 0; a < l->in[0].axes; a++)
            for_border(l, 1, a, fold, p->work);
        walk_copy(&one, 1, p->dx[0] + n * in, 0, p->work);
    }
}

const struct layer_ops pad_layer = {
    .kind = {.name = "pad",
             .doc = "Its input with cells around it.",
             CONFIG(pad),
             .aka = "zeropad2d zero_padding2d reflection_pad2d "
                    "replication_pad2d"},
    .min_inputs = 1,
    .max_inputs = 1,
    .infer = pad_infer,
    .forward = pad_forward,
    .backward = pad_backward,
};

/*
 * front.c - what stands in front of the network: how its samples are
 * normalized, and in which order a file has their axes.
 */
#include <math.h>
#include <string.h>

#include "app/facts.h"
#include "import/importer.h"

/* Pairs that are written into a document; a mean of large images is a layer
 * with weights. */
enum { MOST_EACH = 1 << 16 };

/* Is v the input itself, and does nothing else read it? */
static struct made *input_of(const struct step *s, const struct value *v)
{
    struct made *m = import_last(s, v);

    return m && v->layer == 0 && shape_equal(v->shape, m->out) ? m : NULL;
}

/* Along which axis of a sample numbers of constant t vary; false: along several
 * but not all. */
static bool axis_of(const struct onnx_tensor *t, struct shape sample,
                    int64_t *axis)
{
    const int64_t before = 1 + sample.axes - t->rank;
    bool each = true;

    *axis = FRONT_ONE;
    for (int64_t a = 0; a <= sample.axes; a++) {
        const int64_t extent = a < before ? 1 : t->dims[a - before];
        if (a == 0 ? extent != 1 : extent != 1 && extent != sample.dim[a - 1])
            return false;
        if (a > 0)
            each = each && extent == sample.dim[a - 1];
        if (extent != 1)
            *axis = *axis == FRONT_ONE ? a - 1 : FRONT_EACH;
    }
    return before >= 0 && (*axis != FRONT_EACH || each);
}

/* As many pairs as the constant has numbers. */
static bool widen(struct step *s, int64_t axis, int64_t count)
{
    struct front *f = &s->im->front;

    if (axis == FRONT_ONE || f->axis == axis)
        return true;
    if (f->axis != FRONT_ONE)
        return false;
    double *pairs = arena_take(s->im->arena, 2 * (size_t)count, sizeof *pairs);
    for (int64_t i = 0; pairs && i < count; i++) {
        pairs[i] = f->mean[0];
        pairs[count + i] = f->std[0];
    }
    if (pairs)
        *f = (struct front){f->any, axis, count, pairs, pairs + count};
    return pairs != NULL;
}

/* What (x - mean) / std becomes when c is added to it, and so on. */
static bool compose(char op, double c, double *mean, double *std)
{
    if (op == 'A')
        *mean -= c * *std;
    else if (op == 'S')
        *mean += c * *std;
    else
        *std = op == 'M' ? *std / c : *std * c;
    return facts_can_divide(*mean, *std);
}

bool front_take(struct step *s)
{
    static const char *const ops[] = {"Add", "Sub", "Mul", "Div"};
    struct front *f = &s->im->front, before = *f;
    const struct onnx_tensor *t = step_constant(s, 1);
    const bool turned = !t;
    const struct value *v = step_in(s, turned ? 1 : 0);
    bool known = false, sound = true;
    int64_t axis;

    t = turned ? step_constant(s, 0) : t;
    for (size_t i = 0; i < ARRAY_LEN(ops); i++)
        known = known || strcmp(ops[i], s->node->op) == 0;
    const char op = *s->node->op;
    if (!known || !t || !v || (turned && (op == 'S' || op == 'D')) ||
        !input_of(s, v) || !axis_of(t, v->shape, &axis) ||
        (axis == FRONT_EACH && t->count > MOST_EACH) ||
        !widen(s, axis, t->count))
        return false;
    double *pairs =
        arena_take(s->im->arena, 2 * (size_t)f->count, sizeof *pairs);
    for (int64_t i = 0; pairs && i < f->count; i++) {
        const float c = t->reals[axis == FRONT_ONE ? 0 : i];
        pairs[i] = f->mean[i];
        pairs[f->count + i] = f->std[i];
        sound = sound && isfinite(c) &&
                compose(op, real_of_float(c), &pairs[i], &pairs[f->count + i]);
    }
    if (!pairs || !sound) {
        *f = before;
        return false;
    }
    f->any = true;
    f->mean = pairs;
    f->std = pairs + f->count;
    import_same(s, v);
    return true;
}

/* The input layer gets another shape. */
static bool reshape_input(struct step *s, struct made *m, const struct value *v,
                          struct shape to)
{
    struct importer *im = s->im;
    int64_t *dims = arena_take(im->arena, SHAPE_MAX_AXES, sizeof *dims);

    if (!dims)
        return false;
    memcpy(dims, to.dim, sizeof to.dim);
    ((struct input_config *)m->config)->shape =
        (struct int_list){dims, to.axes};
    m->out = to;
    import_same(s, v);
    s->out->shape = to;
    return true;
}

/* Pairs of an axis would be those of another. */
bool front_rename(struct step *s, const struct value *v, struct shape to)
{
    struct made *m = input_of(s, v);

    return m && !s->im->moves && s->im->front.axis < 0 && to.axes <= 3 &&
           reshape_input(s, m, v, to);
}

bool front_move(struct step *s, const struct value *v, const int64_t *perm)
{
    struct made *m = input_of(s, v);
    struct importer *im = s->im;
    struct front *f = &im->front;
    const struct shape from = v->shape;
    struct shape to = {.axes = from.axes};
    int64_t axis = f->axis;

    for (int64_t a = 0; a < to.axes; a++) {
        to.dim[a] = from.dim[perm[1 + a] - 1];
        if (f->axis == perm[1 + a] - 1)
            axis = a;
    }
    if (!m || im->moves || f->axis == FRONT_EACH || !reshape_input(s, m, v, to))
        return false;
    f->axis = axis;
    im->moves = true;
    im->moved = from;
    memcpy(im->move, perm, (size_t)(1 + from.axes) * sizeof *perm);
    return true;
}

/* Pairs along an axis that is not that of the channels become those of all
 * numbers. */
enum status front_settle(struct importer *im)
{
    struct front *f = &im->front;
    const struct shape in = im->layers[0]->out;
    const int64_t all = shape_count(in);

    if (f->axis < 0 || in.axes == 1 || (in.axes == 3 && f->axis == 0))
        return OK;
    double *pairs = arena_take(im->arena, 2 * (size_t)all, sizeof *pairs);
    int64_t run = 1;
    for (int64_t a = f->axis + 1; a < in.axes; a++)
        run *= in.dim[a];
    for (int64_t i = 0; pairs && i < all; i++) {
        pairs[i] = f->mean[i / run % f->count];
        pairs[all + i] = f->std[i / run % f->count];
    }
    *f = (struct front){true, FRONT_EACH, all, pairs, pairs + all};
    return pairs ? OK : import_memory(im);
}

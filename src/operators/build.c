/*
 * build.c - lists of nodes and constants that grow.
 */
#include "operators/build.h"

#include <stdarg.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"

enum { MOST_ATTRIBUTES = 8, FIRST_ROOM = 16 };

/* Room for one more of `size` bytes behind `count`; the list may have moved.
 * NULL when memory is short. */
static void *grow(struct operators *o, void *list, int64_t count, int64_t *room,
                  size_t size)
{
    if (count < *room)
        return list;
    const int64_t wider = *room > 0 ? 2 * *room : FIRST_ROOM;
    void *moved = arena_take(&o->arena, (size_t)wider, size);
    if (!moved)
        return NULL;
    if (count > 0)
        memcpy(moved, list, (size_t)count * size);
    *room = wider;
    return moved;
}

bool build_fits(struct operators *o, int64_t numbers)
{
    if (o->bound && numbers > o->bound->numbers)
        o->arena.failed = true;
    return !o->arena.failed;
}

/* The same for one more node, which is counted. */
static bool fits_node(struct operators *o)
{
    if (o->bound && --o->bound->nodes < 0)
        o->arena.failed = true;
    return !o->arena.failed;
}

const char *build_word_of(struct operators *o, const char *fmt, ...)
{
    struct text t = {0};
    va_list args;

    va_start(args, fmt);
    text_vprintf(&t, fmt, args);
    va_end(args);
    return arena_text(&o->arena, &t);
}

void operators_begin(struct operators *o, const char *layer)
{
    o->layer = layer;
}

void operators_free(struct operators *o)
{
    arena_free(&o->arena);
    *o = (struct operators){0};
}

const char *build_node(struct operators *o, const char *op, const char *part,
                       int64_t count, const char *const *inputs)
{
    if (!fits_node(o))
        return "";
    const char **values = arena_take(&o->arena, (size_t)count, sizeof *values);
    struct onnx_node *list =
        grow(o, o->nodes, o->node_count, &o->node_room, sizeof *list);

    o->attributes =
        arena_take(&o->arena, MOST_ATTRIBUTES, sizeof *o->attributes);
    o->output = arena_take(&o->arena, 1, sizeof *o->output);
    if (!values || !list || !o->attributes || !o->output)
        return "";
    for (int64_t i = 0; i < count; i++)
        values[i] = inputs[i];
    o->nodes = list;
    o->output[0] = build_word_of(o, "%s/%s", o->layer, part);
    o->nodes[o->node_count++] = (struct onnx_node){
        .name = o->output[0],
        .op = op,
        .domain = "",
        .doc = "",
        .input_count = count,
        .output_count = 1,
        .inputs = values,
        .outputs = o->output,
        .attributes = o->attributes,
    };
    return o->output[0];
}

const char *build_one(struct operators *o, const char *op, const char *part,
                      const char *a)
{
    return build_node(o, op, part, 1, &a);
}

const char *build_two(struct operators *o, const char *op, const char *part,
                      const char *a, const char *b)
{
    const char *const inputs[] = {a, b};

    return build_node(o, op, part, 2, inputs);
}

/* One more attribute of the last node. */
static void add(struct operators *o, struct onnx_attribute a)
{
    if (!o->arena.failed)
        o->attributes[o->nodes[o->node_count - 1].attribute_count++] = a;
}

void build_ints(struct operators *o, const char *name, int64_t count,
                const int64_t *values)
{
    int64_t *copy = arena_take(&o->arena, (size_t)count, sizeof *copy);

    if (copy)
        memcpy(copy, values, (size_t)count * sizeof *copy);
    add(o, (struct onnx_attribute){name, ONNX_INTS, count, .ints = copy});
}

void build_int(struct operators *o, const char *name, int64_t value)
{
    int64_t *copy = arena_take(&o->arena, 1, sizeof *copy);

    if (copy)
        *copy = value;
    add(o, (struct onnx_attribute){name, ONNX_INT, 1, .ints = copy});
}

void build_real(struct operators *o, const char *name, double value)
{
    float *copy = arena_take(&o->arena, 1, sizeof *copy);

    if (copy)
        *copy = (float)value;
    add(o, (struct onnx_attribute){name, ONNX_REAL, 1, .reals = copy});
}

void build_word(struct operators *o, const char *name, const char *word)
{
    const char **copy = arena_take(&o->arena, 1, sizeof *copy);

    if (copy)
        *copy = word;
    add(o, (struct onnx_attribute){name, ONNX_STRING, 1, .strings = copy});
}

/* One more constant, whose extents are copied. */
static const char *add_constant(struct operators *o, struct onnx_tensor t)
{
    if (!build_fits(o, t.count))
        return "";
    int64_t *dims = arena_take(&o->arena, (size_t)t.rank, sizeof *dims);
    struct onnx_tensor *list = grow(o, o->constants, o->constant_count,
                                    &o->constant_room, sizeof *list);

    if (!dims || !list)
        return "";
    for (int64_t i = 0; i < t.rank; i++)
        dims[i] = t.dims[i];
    t.dims = dims;
    if (o->bound)
        o->bound->numbers -= t.count;
    o->constants = list;
    o->constants[o->constant_count++] = t;
    return t.name;
}

static const char *add_reals(struct operators *o, const char *name,
                             struct shape shape, const float *data)
{
    return add_constant(o, (struct onnx_tensor){
                               .name = name,
                               .type = ONNX_FLOAT,
                               .type_name = "float32",
                               .rank = shape.axes,
                               .dims = shape.dim,
                               .count = shape_count(shape),
                               .reals = data,
                           });
}

const char *build_param(struct operators *o, const char *name,
                        struct shape shape, const real *data)
{
    return add_reals(o, build_word_of(o, "%s.%s", o->layer, name), shape, data);
}

const char *build_reals(struct operators *o, const char *part,
                        struct shape shape, const real *data)
{
    const size_t count = (size_t)shape_count(shape);
    real *copy = build_fits(o, (int64_t)count)
                     ? arena_take(&o->arena, count, sizeof *copy)
                     : NULL;

    if (copy)
        memcpy(copy, data, count * sizeof *copy);
    return add_reals(o, build_word_of(o, "%s/%s", o->layer, part), shape, copy);
}

const char *build_filled(struct operators *o, const char *part,
                         struct shape shape, real value)
{
    const int64_t count = shape_count(shape);
    real *all = build_fits(o, count)
                    ? arena_take(&o->arena, (size_t)count, sizeof *all)
                    : NULL;

    for (int64_t i = 0; all && i < count; i++)
        all[i] = value;
    return add_reals(o, build_word_of(o, "%s/%s", o->layer, part), shape, all);
}

const char *build_number(struct operators *o, const char *part, double value)
{
    return build_filled(o, part, (struct shape){0}, (real)value);
}

const char *build_grid(struct operators *o, const char *part,
                       struct shape shape, const int64_t *values)
{
    const size_t count = (size_t)shape_count(shape);
    int64_t *copy = build_fits(o, (int64_t)count)
                        ? arena_take(&o->arena, count, sizeof *copy)
                        : NULL;

    if (copy)
        memcpy(copy, values, count * sizeof *copy);
    return add_constant(o,
                        (struct onnx_tensor){
                            .name = build_word_of(o, "%s/%s", o->layer, part),
                            .type = ONNX_INT64,
                            .type_name = "int64",
                            .rank = shape.axes,
                            .dims = shape.dim,
                            .count = (int64_t)count,
                            .ints = copy,
                        });
}

const char *build_whole(struct operators *o, const char *part, int64_t count,
                        const int64_t *values)
{
    return build_grid(o, part, SHAPE(count), values);
}

/* The batch keeps its extent, which 0 says. */
const char *build_reshape(struct operators *o, const char *part, const char *x,
                          struct shape sample)
{
    int64_t dims[1 + SHAPE_MAX_AXES] = {0};

    for (int64_t i = 0; i < sample.axes; i++)
        dims[1 + i] = sample.dim[i];
    const char *shape = build_whole(o, build_word_of(o, "%s_shape", part),
                                    1 + sample.axes, dims);
    return build_two(o, "Reshape", part, x, shape);
}

/* A step back may have to go beyond the first cell, which is said by an end far
 * before it. */
const char *build_slice(struct operators *o, const char *part, const char *x,
                        const struct build_cells *c)
{
    const int64_t last = c->first + c->step * c->count;
    const int64_t end = last < 0                          ? -c->extent - 1
                        : last > c->extent && c->step > 0 ? c->extent
                                                          : last;
    const char *const inputs[] = {
        x,
        build_whole(o, build_word_of(o, "%s_starts", part), 1, &c->first),
        build_whole(o, build_word_of(o, "%s_ends", part), 1, &end),
        build_whole(o, build_word_of(o, "%s_axes", part), 1, &c->axis),
        build_whole(o, build_word_of(o, "%s_steps", part), 1, &c->step),
    };

    return build_node(o, "Slice", part, ARRAY_LEN(inputs), inputs);
}

/* Of opset 17's the sum alone takes its axes as an input. */
const char *build_reduce(struct operators *o, const char *op, const char *part,
                         const char *x, int64_t count, const int64_t *axes,
                         bool keep)
{
    const bool is_sum = strcmp(op, "ReduceSum") == 0;
    const char *y =
        is_sum ? build_two(o, op, part, x,
                           build_whole(o, build_word_of(o, "%s_axes", part),
                                       count, axes))
               : build_one(o, op, part, x);

    if (!is_sum)
        build_ints(o, "axes", count, axes);
    build_int(o, "keepdims", keep);
    return y;
}

/* As before the image, where that gives the same outputs. */
static int64_t pad_after(const struct axis *a)
{
    const int64_t need =
        (a->out - 1) * a->stride + axis_span(a) - a->in - a->pad;

    return axis_count(a, 2 * a->pad) == a->out ? a->pad : num_max(0, need);
}

void build_window(struct operators *o, const struct window *w)
{
    const int64_t kernel[] = {w->y.kernel, w->x.kernel};
    const int64_t strides[] = {w->y.stride, w->x.stride};
    const int64_t pads[] = {w->y.pad, w->x.pad, pad_after(&w->y),
                            pad_after(&w->x)};

    build_ints(o, "kernel_shape", 2, kernel);
    build_ints(o, "strides", 2, strides);
    build_ints(o, "pads", 4, pads);
}

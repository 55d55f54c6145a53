/*
 * axes.c - named axes, and walks over what they leave.
 */
#include "layer/axes.h"

#include <string.h>

int64_t axes_place(int64_t axis, struct shape in)
{
    const int64_t axes = 1 + in.axes;

    if (axis < -axes || axis >= axes)
        return -1;
    return axis < 0 ? axis + axes : axis;
}

enum status axes_refuse(struct layer_spec *s, const char *key, int64_t axis,
                        struct shape in)
{
    if (axes_place(axis, in) == 0)
        return layer_refuse(s, key,
                            "axis 0 is the batch; name axes of a sample, 1 to "
                            "%lld",
                            (long long)in.axes);
    return layer_refuse(
        s, key, "there is no axis %lld; the input has 0 (the batch) to %lld",
        (long long)axis, (long long)in.axes);
}

enum status axes_read(struct layer_spec *s, const char *key,
                      struct int_list list, struct shape in, struct axes *out)
{
    *out = (struct axes){0};
    for (int64_t i = 0; i < list.count; i++) {
        const long long axis = (long long)list.at[i];
        const int64_t place = axes_place(list.at[i], in);
        if (place < 0)
            return axes_refuse(s, key, list.at[i], in);
        if (out->has[place])
            return layer_refuse(s, key, "axis %lld is named twice", axis);
        out->has[place] = true;
    }
    return OK;
}

enum status axes_read_sample(struct layer_spec *s, const char *key,
                             struct int_list list, struct shape in,
                             struct axes *out)
{
    const enum status status = axes_read(s, key, list, in, out);

    if (status == OK && out->has[0])
        return axes_refuse(s, key, 0, in);
    return status;
}

const char *const axes_shared_words[] = {"auto", "all", NULL};

enum status axes_shared(struct layer_spec *s,
                        const struct int_list_or_word *wish, struct shape in,
                        struct axes *out)
{
    if (!wish->word)
        return axes_read_sample(s, "shared_axes", wish->list, in, out);
    *out = (struct axes){.has[1] = strcmp(wish->word, "all") == 0};
    for (int64_t axis = 2; axis <= in.axes; axis++)
        out->has[axis] = true;
    return OK;
}

/* Neighbouring axes of one kind are one loop, axes of extent 1 none; the last
 * loop becomes the row. */
struct axes_map axes_map(struct shape in, const struct axes *left_out)
{
    struct axes_map m = {.rows = 1, .count = 1, .numbers = 1};
    struct axes_loop *loop = m.loop;
    struct shape *shape = &m.shape;
    bool was_left_out = false;

    for (int64_t i = 0; i < in.axes; i++) {
        const bool leave_out = left_out->has[1 + i];
        if (!leave_out)
            shape->dim[shape->axes++] = in.dim[i];
        if (in.dim[i] == 1)
            continue;
        if (m.loops == 0 || leave_out != was_left_out)
            loop[m.loops++] = (struct axes_loop){1, !leave_out};
        loop[m.loops - 1].extent *= in.dim[i];
        was_left_out = leave_out;
    }
    if (shape->axes == 0)
        *shape = SHAPE(1);
    if (m.loops > 0) {
        m.count = loop[--m.loops].extent;
        m.step = loop[m.loops].step;
    }
    m.numbers = m.step ? m.count : 1;
    for (int64_t k = m.loops - 1; k >= 0; k--) {
        m.rows *= loop[k].extent;
        if (loop[k].step) {
            loop[k].step = m.numbers;
            m.numbers *= loop[k].extent;
        }
    }
    return m;
}

enum status axes_param(struct layer_spec *s, struct shape in,
                       const struct int_list_or_word *shared, const char *name,
                       struct variant init)
{
    struct axes_map *map = spec_prepared(s, sizeof *map);
    struct axes left_out;
    const enum status status = axes_shared(s, shared, in, &left_out);

    if (status != OK)
        return status;
    *map = axes_map(in, &left_out);
    s->out = in;
    spec_in_place(s, 0);
    spec_param(s, name, map->shape, init, false);
    return OK;
}

/* The first row of sample n. */
static struct axes_row first_row(const struct layer *l, const struct pass *p,
                                 int64_t n)
{
    const int64_t element = n * shape_count(l->spec.out);
    struct axes_row r = {.layer = l, .x = p->x[0] + element};

    if (p->y)
        r.y = p->y + element;
    if (p->dy)
        r.dy = p->dy + element;
    if (p->dx && p->dx[0])
        r.dx = p->dx[0] + element;
    return r;
}

static void next_row(struct axes_row *r)
{
    r->x += r->count;
    if (r->y)
        r->y += r->count;
    if (r->dy)
        r->dy += r->count;
    if (r->dx)
        r->dx += r->count;
}

/* The rows of a sample with their numbers and gradients of them (NULL: none).
 */
static void each_row(struct axes_row r, const struct axes_map *m,
                     const real *numbers, real *grads, axes_row_fn *row)
{
    struct axes_walk w = {0};

    r.count = m->count;
    r.step = m->step;
    for (int64_t i = 0; i < m->rows; i++) {
        r.number = numbers + w.at;
        r.grad = grads ? grads + w.at : NULL;
        row(&r);
        next_row(&r);
        axes_next(m, &w);
    }
}

void axes_each_row(const struct layer *l, const struct pass *p,
                   const struct axes_map *m, axes_row_fn *row)
{
    for (int64_t n = 0; n < p->batch; n++)
        each_row(first_row(l, p, n), m, p->param[0],
                 p->grad ? p->grad[0] : NULL, row);
}

void axes_sample_rows(const struct layer *l, const struct pass *p,
                      const struct axes_map *m, int64_t n, const real *numbers,
                      axes_row_fn *row)
{
    each_row(first_row(l, p, n), m, numbers, NULL, row);
}

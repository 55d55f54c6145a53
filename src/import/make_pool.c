/*
 * make_pool.c - pools of windows, of whole images, and other sizes of images.
 */
#include <float.h>
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

/* How a pool of ours has the same windows. */
struct windows {
    struct pair size, stride, pad;
    bool ignore_border;
};

/* Windows of our pools along an axis. */
static int64_t count_of(const struct reach1 *r, bool ignore_border, int64_t pad)
{
    const int64_t room = r->in + 2 * pad - r->kernel;

    if (ignore_border)
        return room < 0 ? 0 : room / r->stride + 1;
    return r->stride >= r->kernel
               ? num_ceil_div(r->in, r->stride)
               : num_ceil_div(num_max(0, room), r->stride) + 1;
}

/* Has a pool of ours these windows, or, `more`, others behind them? */
static bool all_of(const struct reach1 r[NODE_AXES], bool ignore_border,
                   bool more)
{
    for (int a = 0; a < NODE_AXES; a++) {
        const int64_t pad = ignore_border ? r[a].begin : 0;
        const int64_t count = count_of(&r[a], ignore_border, pad);
        if (pad != r[a].begin || pad >= r[a].kernel ||
            (more ? count < r[a].out : count != r[a].out))
            return false;
    }
    return true;
}

/* Cells beyond the image count for nothing, so that only where windows begin
 * matters and how many there are; those that are too many are cut off.  False:
 * ours do not begin so. */
static bool find_windows(const struct reach1 r[NODE_AXES], struct windows *out)
{
    *out = (struct windows){
        .size = {r[0].kernel, r[1].kernel},
        .stride = {r[0].stride, r[1].stride},
    };
    for (int i = 0; i < 4; i++) {
        out->ignore_border = i % 2 == 0;
        if (!all_of(r, out->ignore_border, i >= 2))
            continue;
        if (out->ignore_border)
            out->pad = (struct pair){r[0].begin, r[1].begin};
        return true;
    }
    return false;
}

/* The pad becomes a layer of cells of `val`. */
static enum status pad_first(struct step *s, struct reach1 r[NODE_AXES],
                             double val, struct value **x)
{
    const struct pair width[] = {{r[0].begin, r[0].end},
                                 {r[1].begin, r[1].end}};

    for (int a = 0; a < NODE_AXES; a++) {
        r[a].in += r[a].begin + r[a].end;
        r[a].begin = r[a].end = 0;
    }
    return import_padded(s, x, width, val);
}

/* The pool in the list, and of what it gives what the file has. */
static enum status add_pool(struct step *s, struct made *m,
                            const struct reach1 r[NODE_AXES], struct value *x)
{
    const enum status status = made_on(s, m, x);
    const struct pair keep[] = {{0, r[0].out}, {0, r[1].out}};

    return status == OK ? import_cropped(s, keep) : status;
}

static enum status no_windows(const struct step *s)
{
    return step_refuse(s, "attributes 'pads', 'auto_pad' and 'ceil_mode': "
                          "pools here have no such windows");
}

static enum status read_windows(struct step *s, struct reach1 r[NODE_AXES],
                                struct value **x)
{
    enum status status = import_whole(s, 0, 3, x);

    if (status == OK)
        status = windows_of(&s->place, (*x)->shape.dim + 1, NULL, r, s->im->e);
    if (status == OK && (r[0].dilation != 1 || r[1].dilation != 1))
        return step_refuse(s, "attribute 'dilations': pools here have none");
    for (int a = 0; status == OK && a < NODE_AXES; a++)
        if (r[a].begin >= r[a].kernel ||
            (r[a].out - 1) * r[a].stride - r[a].begin >= r[a].in)
            return step_refuse(s, "a window lies in the pad alone");
    return status;
}

enum status make_maxpool(struct step *s)
{
    struct reach1 r[NODE_AXES];
    struct windows w;
    struct value *x;
    struct made *m = made_new(s, "maxpool2d");

    if (!m)
        return import_memory(s->im);
    enum status status = read_windows(s, r, &x);
    if (status == OK && !find_windows(r, &w)) {
        status = pad_first(s, r, -(double)FLT_MAX, &x);
        if (status == OK && !find_windows(r, &w))
            return no_windows(s);
    }
    if (status != OK)
        return status;
    struct maxpool2d_config *c = m->config;
    c->pool_size = w.size;
    if (w.stride.y != w.size.y || w.stride.x != w.size.x)
        c->stride = w.stride;
    c->pad = w.pad;
    c->ignore_border = w.ignore_border;
    return add_pool(s, m, r, x);
}

/* Cells of the image in window i along an axis. */
static int64_t inside(const struct reach1 *r, int64_t i)
{
    const int64_t first = i * r->stride - r->begin;

    return num_min(first + r->kernel, r->in) - num_max(first, 0);
}

/* A mean over windows that reach beyond the image, zeros counted, and what
 * makes of it the mean over the cells inside: a factor for each window. */
static enum status uneven_mean(struct step *s, struct made *m,
                               struct reach1 r[NODE_AXES], struct value *x)
{
    const struct reach1 file[] = {r[0], r[1]};
    const int64_t count = r[0].out * r[1].out;
    float *factors = arena_take(s->im->arena, (size_t)count, sizeof *factors);
    int64_t *channels = arena_take(s->im->arena, 1, sizeof *channels);
    struct made *scale = made_new(s, "scale");
    enum status status = pad_first(s, r, 0, &x);

    if (!factors || !channels || !scale)
        return import_memory(s->im);
    if (status == OK && !all_of(r, true, false))
        return no_windows(s);
    if (status == OK)
        status = made_on(s, m, x);
    if (status != OK)
        return status;
    for (int64_t i = 0; i < count; i++)
        factors[i] = (float)((double)(r[0].kernel * r[1].kernel) /
                             (double)(inside(&file[0], i / r[1].out) *
                                      inside(&file[1], i % r[1].out)));
    channels[0] = 1;
    *made_shared(scale) = (struct int_list_or_word){.list = {channels, 1}};
    made_weight(scale, "weight", factors, count);
    struct value mean = *s->out;
    return made_on(s, scale, &mean);
}

/* Where padded cells count as zeros and are not the same on both sides, or
 * windows reach beyond them too, they are a layer. */
enum status make_avgpool(struct step *s)
{
    const bool counts = node_int(s->node, "count_include_pad", 0) != 0;
    struct reach1 r[NODE_AXES];
    struct windows w;
    struct value *x;
    struct made *m = made_new(s, "avgpool2d");

    if (!m)
        return import_memory(s->im);
    enum status status = read_windows(s, r, &x);
    if (status != OK)
        return status;
    const bool pads = r[0].begin + r[0].end + r[1].begin + r[1].end > 0;
    const bool even = r[0].begin == r[0].end && r[1].begin == r[1].end &&
                      all_of(r, true, false);
    if (counts && pads && !even)
        status = pad_first(s, r, 0, &x);
    struct avgpool2d_config *c = m->config;
    c->pool_size = (struct pair){r[0].kernel, r[1].kernel};
    c->stride = (struct pair){r[0].stride, r[1].stride};
    if (status == OK && !find_windows(r, &w))
        return counts ? no_windows(s) : uneven_mean(s, m, r, x);
    if (status != OK)
        return status;
    c->pool_size = w.size;
    c->stride = (struct pair){0, 0};
    if (w.stride.y != w.size.y || w.stride.x != w.size.x)
        c->stride = w.stride;
    c->pad = w.pad;
    c->ignore_border = w.ignore_border;
    if (counts && pads && even)
        c->mode = "average_inc_pad";
    return add_pool(s, m, r, x);
}

/* [C, rows, columns] to [C], which the file may have as [C, 1, 1]. */
static enum status whole_image(struct step *s, const char *function, bool keeps)
{
    struct value *x;
    struct made *m = made_new(s, "globalpool");

    if (!m)
        return import_memory(s->im);
    enum status status = import_whole(s, 0, 3, &x);
    ((struct globalpool_config *)m->config)->pool_function = function;
    if (status == OK)
        status = made_on(s, m, x);
    if (status == OK && keeps)
        s->out->shape = SHAPE(x->shape.dim[0], 1, 1);
    return status;
}

enum status make_globalpool(struct step *s)
{
    return whole_image(
        s, strcmp(s->node->op, "GlobalMaxPool") == 0 ? "max" : "mean", true);
}

enum status make_mean(struct step *s)
{
    struct value *x;
    struct node_list axes;
    bool rows = false, columns = false;
    enum status status = import_any(s, 0, &x);

    if (status == OK)
        status = step_list(s, "axes", 1, &axes);
    if (status != OK)
        return status;
    for (int64_t i = 0; status == OK && i < axes.count; i++) {
        int64_t a;
        status =
            node_axis(&s->place, axes.at[i], x->shape.axes + 1, &a, s->im->e);
        rows = rows || (status == OK && a == 2);
        columns = columns || (status == OK && a == 3);
    }
    if (status != OK)
        return status;
    if (x->shape.axes != 3 || axes.count != 2 || !rows || !columns)
        return step_refuse(s, "axes: only the mean over rows and columns is "
                              "read");
    return whole_image(s, "mean", node_int(s->node, "keepdims", 1) != 0);
}

/* Is every cell the one that a factor says? */
static bool repeats(const struct resize1 *r)
{
    const int64_t factor = r->out / r->in;

    for (int64_t x = 0; x < r->out; x++)
        if (resize_nearest(r, x) != x / factor)
            return false;
    return true;
}

/* The same of cells between: half of one lies before the first of its parts. */
static bool has_centres(const struct resize1 *r)
{
    return strcmp(r->places, "half_pixel") == 0 ||
           (strcmp(r->places, "pytorch_half_pixel") == 0 && r->out > 1);
}

/* Are the sizes those of as many samples as come? */
static bool keeps_samples(const struct step *s, const struct onnx_tensor *sizes)
{
    const int64_t first = sizes && sizes->type == ONNX_INT64 && sizes->count > 0
                              ? sizes->ints[0]
                              : BATCH_EXTENT;

    return first == BATCH_EXTENT || (first == 1 && s->im->batch == 1);
}

enum status make_resize(struct step *s)
{
    const char *mode = node_text(s->node, "mode", "nearest");
    const struct onnx_tensor *given[4] = {NULL};
    struct resize1 r[NODE_AXES];
    struct value *x;
    struct made *m = made_new(s, "upscale2d");

    if (!m)
        return import_memory(s->im);
    enum status status = import_whole(s, 0, 3, &x);
    for (int64_t k = 1; k < num_min(s->node->input_count, 4); k++) {
        const struct value *v = step_in(s, k);
        given[k] = v ? v->constant : NULL;
    }
    if (status == OK)
        status = resize_of(&s->place, s->im->from->opset, given, x->shape.dim,
                           r, s->im->e);
    if (status != OK)
        return status;
    if (!keeps_samples(s, given[3]))
        return step_refuse(s, "sizes: another number of samples");
    if (r[0].out % r[0].in != 0 || r[1].out % r[1].in != 0 ||
        r[0].scale != (double)(r[0].out / r[0].in) ||
        r[1].scale != (double)(r[1].out / r[1].in))
        return step_refuse(s,
                           "makes %lldx%lld of %lldx%lld; only whole "
                           "factors are read",
                           (long long)r[0].out, (long long)r[1].out,
                           (long long)r[0].in, (long long)r[1].in);
    struct upscale2d_config *c = m->config;
    c->scale_factor = (struct pair){r[0].out / r[0].in, r[1].out / r[1].in};
    if (strcmp(mode, "linear") == 0)
        c->mode = "bilinear";
    else if (strcmp(mode, "nearest") != 0)
        return step_refuse(s, "attribute 'mode': '%s' is not read", mode);
    const bool fits = *c->mode == 'b' ? has_centres(&r[0]) && has_centres(&r[1])
                                      : repeats(&r[0]) && repeats(&r[1]);
    if (!fits)
        return step_refuse(s,
                           "attributes 'coordinate_transformation_mode' and "
                           "'nearest_mode': %s, %s are not what upscale2d "
                           "does",
                           r[0].places, r[0].rounds);
    status = made_on(s, m, x);
    return status == OK
               ? made_gives(s, m, SHAPE(x->shape.dim[0], r[0].out, r[1].out))
               : status;
}

/*
 * windows.c - where the windows of convolutions and pools lie, and which cells
 * a resized image is made of.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "evaluate/node.h"

enum { MOST = 1 << 24 }; /* of an extent, stride or pad: sums cannot overflow */

/* What both directions read; pads are as they stand, or 0. */
struct geometry {
    int64_t kernel[NODE_AXES], strides[NODE_AXES], dilations[NODE_AXES];
    int64_t pads[2 * NODE_AXES]; /* begins, then ends */
    const char *auto_pad;
};

static bool all_within(const int64_t *at, int64_t count, int64_t least)
{
    for (int64_t i = 0; i < count; i++)
        if (at[i] < least || at[i] > MOST)
            return false;
    return true;
}

static enum status refuse_list(const struct place *p, const char *name,
                               int64_t count, int64_t least, struct err *e)
{
    return node_refuse(p, e,
                       "attribute '%s': expected %lld integers in [%lld, %d], "
                       "only images of rows and columns are read",
                       name, (long long)count, (long long)least, MOST);
}

static enum status read_kernel(const struct place *p, const int64_t *kernel,
                               struct geometry *g, struct err *e)
{
    if (!kernel && !node_has(p->node, "kernel_shape"))
        return node_refuse(p, e, "attribute 'kernel_shape' is missing");
    if (!node_ints(p->node, "kernel_shape", NODE_AXES, 1, g->kernel) ||
        !all_within(g->kernel, NODE_AXES, 1))
        return refuse_list(p, "kernel_shape", NODE_AXES, 1, e);
    for (int a = 0; kernel && a < NODE_AXES; a++) {
        if (node_has(p->node, "kernel_shape") && g->kernel[a] != kernel[a])
            return node_refuse(p, e,
                               "attribute 'kernel_shape' is not that of its "
                               "weights");
        g->kernel[a] = kernel[a];
    }
    return all_within(g->kernel, NODE_AXES, 1)
               ? OK
               : node_refuse(p, e, "its weights have no size");
}

static enum status read_geometry(const struct place *p, const int64_t *in,
                                 const int64_t *kernel, struct geometry *g,
                                 struct err *e)
{
    const struct onnx_node *n = p->node;
    const enum status s = read_kernel(p, kernel, g, e);

    if (s != OK)
        return s;
    if (!all_within(in, NODE_AXES, 1))
        return node_refuse(p, e,
                           "its input of %lldx%lld has no size or is too large",
                           (long long)in[0], (long long)in[1]);
    if (!node_ints(n, "strides", NODE_AXES, 1, g->strides) ||
        !all_within(g->strides, NODE_AXES, 1))
        return refuse_list(p, "strides", NODE_AXES, 1, e);
    if (!node_ints(n, "dilations", NODE_AXES, 1, g->dilations) ||
        !all_within(g->dilations, NODE_AXES, 1))
        return refuse_list(p, "dilations", NODE_AXES, 1, e);
    if (!node_ints(n, "pads", 2 * NODE_AXES, 0, g->pads) ||
        !all_within(g->pads, 2 * NODE_AXES, 0))
        return refuse_list(p, "pads", 2 * NODE_AXES, 0, e);
    g->auto_pad = node_text(n, "auto_pad", "NOTSET");
    if (strcmp(g->auto_pad, "NOTSET") != 0 &&
        strcmp(g->auto_pad, "VALID") != 0 &&
        strcmp(g->auto_pad, "SAME_UPPER") != 0 &&
        strcmp(g->auto_pad, "SAME_LOWER") != 0)
        return node_refuse(p, e,
                           "attribute 'auto_pad': '%s' is not one of NOTSET, "
                           "VALID, SAME_UPPER, SAME_LOWER",
                           g->auto_pad);
    if (strcmp(g->auto_pad, "NOTSET") != 0)
        memset(g->pads, 0, sizeof g->pads);
    return OK;
}

static bool is_same(const struct geometry *g)
{
    return strncmp(g->auto_pad, "SAME", 4) == 0;
}

/* The odd one of `total` cells stands after those of SAME_UPPER. */
static void split_pads(int64_t total, bool upper, struct reach1 *r)
{
    const int64_t less = total / 2, more = total - less;

    r->begin = upper ? less : more;
    r->end = upper ? more : less;
}

static int64_t extent_of(const struct reach1 *r)
{
    return r->dilation * (r->kernel - 1) + 1;
}

static void place_windows(const struct geometry *g, bool ceil, struct reach1 *r)
{
    const int64_t extent = extent_of(r);

    if (is_same(g)) {
        r->out = num_ceil_div(r->in, r->stride);
        split_pads(num_max((r->out - 1) * r->stride + extent - r->in, 0),
                   strcmp(g->auto_pad, "SAME_UPPER") == 0, r);
        return;
    }
    const int64_t room = r->in + r->begin + r->end - extent;
    if (room < 0) {
        r->out = 0;
        return;
    }
    r->out = (ceil ? num_ceil_div(room, r->stride) : room / r->stride) + 1;
    /* A last window that holds cells of the pad at the end alone is none. */
    if (ceil && (r->out - 1) * r->stride >= r->in + r->begin)
        r->out--;
}

enum status windows_of(const struct place *p, const int64_t *in,
                       const int64_t *kernel, struct reach1 out[NODE_AXES],
                       struct err *e)
{
    struct geometry g;
    const enum status s = read_geometry(p, in, kernel, &g, e);

    for (int a = 0; s == OK && a < NODE_AXES; a++) {
        out[a] = (struct reach1){
            .in = in[a],
            .kernel = g.kernel[a],
            .stride = g.strides[a],
            .dilation = g.dilations[a],
            .begin = g.pads[a],
            .end = g.pads[NODE_AXES + a],
        };
        place_windows(&g, node_int(p->node, "ceil_mode", 0) != 0, &out[a]);
        if (out[a].out < 1)
            return node_refuse(
                p, e, "a window of %lldx%lld does not fit its %lldx%lld input",
                (long long)g.kernel[0], (long long)g.kernel[1],
                (long long)in[0], (long long)in[1]);
    }
    return s;
}

/* out = stride (in - 1) + extent + output_padding - begin - end. */
enum status spread_of(const struct place *p, const int64_t *in,
                      const int64_t *kernel, struct reach1 out[NODE_AXES],
                      struct err *e)
{
    const struct onnx_node *n = p->node;
    int64_t more[NODE_AXES], wish[NODE_AXES];
    struct geometry g;
    const enum status s = read_geometry(p, in, kernel, &g, e);

    if (s != OK)
        return s;
    if (!node_ints(n, "output_padding", NODE_AXES, 0, more) ||
        !all_within(more, NODE_AXES, 0))
        return refuse_list(p, "output_padding", NODE_AXES, 0, e);
    if (!node_ints(n, "output_shape", NODE_AXES, 1, wish) ||
        !all_within(wish, NODE_AXES, 1))
        return refuse_list(p, "output_shape", NODE_AXES, 1, e);
    for (int a = 0; a < NODE_AXES; a++) {
        struct reach1 *r = &out[a];
        *r = (struct reach1){in[a],
                             g.kernel[a],
                             g.strides[a],
                             g.dilations[a],
                             g.pads[a],
                             g.pads[2 + a],
                             0};
        const int64_t whole = r->stride * (r->in - 1) + extent_of(r) + more[a];
        const bool asks = node_has(n, "output_shape");
        if (asks || is_same(&g)) {
            r->out = asks ? wish[a] : r->in * r->stride;
            /* Some add cells that nothing reaches, some have fewer outputs. */
            if (!asks && r->out > whole)
                return node_refuse(p, e,
                                   "attribute 'auto_pad': windows of %lld "
                                   "cells do not reach all %lld outputs",
                                   (long long)extent_of(r), (long long)r->out);
            split_pads(whole - r->out, strcmp(g.auto_pad, "SAME_UPPER") == 0,
                       r);
        }
        r->out = whole - r->begin - r->end;
        if (r->out < 1)
            return node_refuse(p, e, "nothing is left of its output");
    }
    return OK;
}

/* The factors, a number for each of four axes, the first two being 1; NULL: it
 * has none. */
static const float *scales_of(const struct onnx_tensor *t)
{
    const bool some = t && t->type == ONNX_FLOAT && t->count == 2 + NODE_AXES &&
                      t->reals[0] == 1 && t->reals[1] == 1;

    return some ? t->reals : NULL;
}

/* Is it a way to place or to round that is computed here?  No other one may
 * pass as the default. */
static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static enum status check_ways(const struct place *p, const char *places,
                              const char *rounds, struct err *e)
{
    static const char *const placing[] = {"half_pixel", "half_pixel_symmetric",
                                          "pytorch_half_pixel", "asymmetric",
                                          "align_corners"};
    static const char *const rounding[] = {
        "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};

    if (!is_one_of(places, placing, ARRAY_LEN(placing)))
        return node_refuse(p, e,
                           "attribute 'coordinate_transformation_mode': '%s' "
                           "is not read",
                           places);
    return is_one_of(rounds, rounding, ARRAY_LEN(rounding))
               ? OK
               : node_refuse(p, e, "attribute 'nearest_mode': '%s' is not read",
                             rounds);
}

static const struct onnx_tensor *
given(const struct place *p, const struct onnx_tensor *const *inputs, int64_t k)
{
    return k < p->node->input_count && inputs[k] && inputs[k]->count > 0
               ? inputs[k]
               : NULL;
}

enum status resize_of(const struct place *p, int64_t opset,
                      const struct onnx_tensor *const *inputs,
                      const int64_t *image, struct resize1 out[NODE_AXES],
                      struct err *e)
{
    const int64_t *in = image + 1;
    const struct onnx_node *n = p->node;
    const struct onnx_attribute *own = onnx_attribute_of(n, "scales");
    const bool old = opset < 11;
    const bool alike =
        !own || (own->count == 4 && own->reals[0] == 1 && own->reals[1] == 1);
    const struct onnx_tensor *sizes = old ? NULL : given(p, inputs, 3);
    const float *scales = own ? (alike ? own->reals : NULL)
                              : scales_of(given(p, inputs, old ? 1 : 2));

    if (sizes ? sizes->type != ONNX_INT64 || sizes->count != 4 ||
                    sizes->ints[1] != image[0]
              : !scales)
        return node_refuse(p, e,
                           "its factors or sizes are no constants, or not "
                           "those of rows and columns alone");
    const char *places =
        old ? "asymmetric"
            : node_text(n, "coordinate_transformation_mode", "half_pixel");
    const char *rounds =
        old ? "floor" : node_text(n, "nearest_mode", "round_prefer_floor");
    const enum status s = check_ways(p, places, rounds, e);
    if (s != OK)
        return s;
    for (int a = 0; a < NODE_AXES; a++) {
        const double scale = sizes ? (double)sizes->ints[2 + a] / (double)in[a]
                                   : (double)scales[2 + a];
        const double extent =
            sizes ? (double)sizes->ints[2 + a] : floor((double)in[a] * scale);
        if (in[a] < 1 || !(extent >= 1 && extent <= MOST))
            return node_refuse(p, e, "its output has no size");
        out[a] =
            (struct resize1){in[a], (int64_t)extent, scale, places, rounds};
    }
    return OK;
}

double resize_place(const struct resize1 *r, int64_t x)
{
    if (strcmp(r->places, "asymmetric") == 0)
        return (double)x / r->scale;
    if (strcmp(r->places, "align_corners") == 0)
        return r->out > 1
                   ? (double)x * (double)(r->in - 1) / (double)(r->out - 1)
                   : 0;
    if (strcmp(r->places, "pytorch_half_pixel") == 0 && r->out <= 1)
        return 0;
    const double half = ((double)x + 0.5) / r->scale - 0.5;
    if (strcmp(r->places, "half_pixel_symmetric") != 0)
        return half;
    /* The cells that rounding cut off are missing on both sides. */
    return half + (double)r->in / 2 *
                      (1 - (double)r->out / ((double)r->in * r->scale));
}

int64_t resize_nearest(const struct resize1 *r, int64_t x)
{
    const double at = resize_place(r, x);
    double cell;

    if (strcmp(r->rounds, "floor") == 0)
        cell = floor(at);
    else if (strcmp(r->rounds, "ceil") == 0)
        cell = ceil(at);
    else if (strcmp(r->rounds, "round_prefer_ceil") == 0)
        cell = floor(at + 0.5);
    else
        cell = ceil(at - 0.5);
    return (int64_t)fmin(fmax(cell, 0), (double)(r->in - 1));
}

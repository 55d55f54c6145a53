/*
 * shortcut.c - normalizations, and what residuals add to their branch.
 */
#include <string.h>

#include "base/num.h"
#include "layer/layer.h"
#include "notation/make.h"

/* The layers of a normalization after the one called *name. */
struct part {
    const char *how, *suffix, *type, *axes;
};

static const struct part parts[] = {
    {"batch", "_bn", "batchnorm", NULL},
    {"instance", "_in", "standardization", "spatial"},
    {"instance", "_in_scale", "scale", NULL},
    {"instance", "_in_bias", "bias", NULL},
    {"layer", "_ln", "standardization", "features"},
    {"layer", "_ln_scale", "scale", NULL},
    {"layer", "_ln_bias", "bias", NULL},
};

enum status make_normalization(struct maker *m, const struct node *from,
                               const char *how, const char **name)
{
    const char *base = *name;
    enum status s = OK;

    for (size_t i = 0; s == OK && how && i < ARRAY_LEN(parts); i++) {
        if (strcmp(how, parts[i].how) != 0)
            continue;
        *name = arena_printf(m->t->arena, "%s%s", base, parts[i].suffix);
        struct node *node = maker_node(m, from, parts[i].type, *name);
        if (parts[i].axes)
            maker_word(m, node, "axes", parts[i].axes);
        s = maker_part(m, node);
    }
    return s;
}

enum status make_nonlinearity(struct maker *m, const struct node *from,
                              const char *name, const struct node *given,
                              struct variant otherwise)
{
    struct node *node = maker_node(m, from, "nonlinearity", name);

    if (given)
        maker_member(m, node, given);
    else
        maker_word(m, node, "nonlinearity", otherwise.kind->name);
    return maker_part(m, node);
}

/* How the branch's last convolution is normalized; NULL: not at all.  As deep
 * as notations are nested.  NOLINTNEXTLINE(misc-no-recursion) */
static const struct written *last_convolution(const struct written *first)
{
    const struct written *last = NULL, *inner;

    for (const struct written *w = first; w; w = w->next) {
        if (w->inside && (inner = last_convolution(w->inside)))
            last = inner;
        else if (w->entry.ops && notation_normalizes(w->kind))
            last = w;
    }
    return last;
}

/* The smallest stride s with ceil(in / s) = out; 0: there is none. */
static int64_t stride_of(int64_t in, int64_t out)
{
    const int64_t stride = num_ceil_div(in, out);

    return num_ceil_div(in, stride) == out ? stride : 0;
}

static const char *number(const struct maker *m, int64_t value)
{
    return arena_printf(m->t->arena, "%lld", (long long)value);
}

static enum status misfit(struct maker *m, const struct node *node,
                          struct shape in, struct shape out)
{
    m->lost = m->list->misfit = true;
    return tree_error(m->t, node, AT_VALUE, NULL, m->e,
                      "the branch makes %s of %s; no stride of a projection "
                      "does",
                      shape_text(out).text, shape_text(in).text);
}

/* Means of stride[0] x stride[1] cells, those at the border of fewer. */
static enum status make_pool(struct maker *m, const struct node *from,
                             const char *name, const char *x,
                             const char *const stride[2])
{
    struct node *node = maker_node(m, from, "avgpool2d", name);

    maker_list(m, node, "incoming", x, NULL);
    maker_list(m, node, "pool_size", stride[0], stride[1]);
    maker_word(m, node, "ignore_border", "false");
    return maker_part(m, node);
}

static enum status make_conv(struct maker *m, const struct node *from,
                             const char **name, const char *x,
                             const char *channels, const char *const stride[2],
                             const char *how)
{
    struct node *node = maker_node(m, from, "conv2d", *name);

    maker_list(m, node, "incoming", x, NULL);
    maker_word(m, node, "num_filters", channels);
    maker_word(m, node, "filter_size", "1");
    maker_list(m, node, "stride", stride[0], stride[1]);
    maker_word(m, node, "nonlinearity", "linear");
    if (how)
        maker_word(m, node, "b", "null");
    const enum status s = maker_part(m, node);
    return s == OK ? make_normalization(m, from, how, name) : s;
}

enum status make_shortcut(struct maker *m, const struct written *w,
                          const char *name, const char *branch, const char **x)
{
    const bool by_pool = strcmp(w->residual.projection, "pool") == 0;
    const struct written *conv = last_convolution(w->inside);

    if (m->lost)
        return OK;
    const struct shape in = maker_shape(m, *x), out = maker_shape(m, branch);
    if (shape_equal(in, out))
        return OK;
    if (in.axes != 3 || out.axes != 3)
        return misfit(m, w->node, in, out);
    const int64_t rows = stride_of(in.dim[1], out.dim[1]);
    const int64_t columns = stride_of(in.dim[2], out.dim[2]);
    if (rows == 0 || columns == 0)
        return misfit(m, w->node, in, out);
    const bool pools = by_pool && (rows > 1 || columns > 1);
    const bool convolves = !by_pool || in.dim[0] != out.dim[0];
    const char *const stride[] = {number(m, rows), number(m, columns)};
    const char *const one[] = {"1", "1"};
    const char *last = arena_printf(m->t->arena, "%s_projection", name);
    enum status s = OK;

    if (pools) {
        const char *pool =
            convolves ? arena_printf(m->t->arena, "%s_pool", last) : last;
        s = make_pool(m, w->node, pool, *x, stride);
        *x = pool;
    }
    if (s == OK && convolves) {
        s = make_conv(m, w->node, &last, *x, number(m, out.dim[0]),
                      pools ? one : stride,
                      conv ? written_normalize(conv) : NULL);
        *x = last;
    }
    return s;
}

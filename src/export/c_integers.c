/*
 * c_integers.c - the layers of a network in 8-bit integers, in C.
 */
#include "export/c_integers.h"

#include <string.h>

#include "layer/config.h"
#include "layer/facts.h"

/* A layer that is to be written. */
struct step {
    const struct byte_network *b;
    int64_t node;
    const struct layer *layer;
    const struct byte_node *n;
    const struct byte_scale *in; /* of its first input */
    const char *const *x;
    const char *y;
};

/* The bias without what bytes that are 0 at `zero` add: integers of the file
 * are products of the bytes themselves. */
static int32_t bias_of(const struct byte_node *n, int64_t o, int64_t row,
                       int32_t zero)
{
    int32_t sum = 0;

    for (int64_t i = 0; i < row; i++)
        sum += n->weight[o * row + i];
    return n->bias[o] - zero * sum;
}

/* "static const struct linear layer3_linear = {..};": its name. */
static const char *put_linear(struct c_file *f, const struct step *s)
{
    const struct param *p =
        &s->b->net->fold.graph
             .params[s->b->net->fold.graph.nodes[s->node].first_param];
    const int64_t channels = s->layer->spec.out.dim[0];
    const bool last = bytes_is_last(s->b->net, s->node);
    int32_t *numbers =
        arena_take(&f->arena, 3 * (size_t)channels, sizeof *numbers);
    const char *multiplier = "0", *shift = "0";

    if (!numbers)
        return "0";
    for (int64_t o = 0; o < channels; o++) {
        numbers[o] = s->n->factor[o].multiplier;
        numbers[channels + o] = s->n->factor[o].shift;
        numbers[2 * channels + o] =
            bias_of(s->n, o, p->count / channels, s->in->zero);
    }
    const char *weight = c_bytes(f, s->node, "weight", s->n->weight, p->count);
    const char *bias =
        c_ints(f, s->node, "bias", numbers + 2 * channels, channels);
    if (!last) {
        multiplier = c_ints(f, s->node, "multiplier", numbers, channels);
        shift = c_ints(f, s->node, "shift", numbers + channels, channels);
    }
    c_line(f, "static const struct linear layer%lld_linear = {",
           (long long)s->node);
    c_line(f, "    %s, %s, %s, %s, %d, %d, %d", weight, bias, multiplier, shift,
           (int)s->in->zero, (int)s->n->before.zero, (int)byte_low(s->n));
    c_line(f, "};");
    return c_word(f, "layer%lld_linear", (long long)s->node);
}

static void put_products(struct c_file *f, const struct step *s)
{
    const bool last = bytes_is_last(s->b->net, s->node);
    const bool dense = strcmp(s->layer->ops->kind.name, "dense") == 0;
    const struct shape out = s->layer->spec.out;
    const char *shape =
        dense ? c_word(f, "%lld, %lld", (long long)out.dim[0],
                       (long long)shape_count(s->layer->in[0]))
              : c_word(f, "&%s", c_conv(f, s->node, filters_conv(s->layer)));
    const char *linear = put_linear(f, s);
    const char *name = dense ? "dense" : "conv";
    const char *patch =
        dense ? "" : c_word(f, "%s, ", c_patch(f, filters_conv(s->layer)));

    c_need(f, dense  ? last ? &c_integer_dense_floats : &c_integer_dense_bytes
              : last ? &c_integer_conv_floats
                     : &c_integer_conv_bytes);
    if (last)
        c_line(f, "%s_floats(%s, &%s, %s, %s, %soutput);", name, shape, linear,
               c_reals(f, s->node, "scale", s->n->scale, out.dim[0]), s->x[0],
               patch);
    else
        c_line(f, "%s_bytes(%s, &%s, %s, %s%s);", name, shape, linear, s->x[0],
               patch, s->y);
}

static void put_pool(struct c_file *f, const struct step *s,
                     const struct window *w, enum pool_mode mode)
{
    c_need(f, &c_integer_pool_bytes);
    c_line(f, "pool_bytes(&%s, %d, %d, %s, %s);",
           c_pool_shape(f, s->node, s->layer, w, window_outputs(w)),
           mode == POOL_MAX    ? 0
           : mode == POOL_MEAN ? 1
                               : 2,
           (int)s->in->zero, s->x[0], s->y);
}

static void put_global(struct c_file *f, const struct step *s)
{
    const struct globalpool_config *c = s->layer->config;
    const struct shape in = s->layer->in[0];
    const struct window w = {.y = {in.dim[1], 1, in.dim[1], 1, 1, 0},
                             .x = {in.dim[2], 1, in.dim[2], 1, 1, 0}};

    if (strcmp(c->pool_function, "sum") != 0) {
        put_pool(f, s, &w,
                 strcmp(c->pool_function, "max") == 0 ? POOL_MAX : POOL_MEAN);
        return;
    }
    c_need(f, &c_integer_sum_bytes);
    c_line(f, "sum_bytes(%lld, %lld, %d, %ld, %d, %d, %s, %s);",
           (long long)in.dim[0], (long long)(in.dim[1] * in.dim[2]),
           (int)s->in->zero, (long)s->n->factor[0].multiplier,
           (int)s->n->factor[0].shift, (int)s->n->y.zero, s->x[0], s->y);
}

static const struct byte_scale *scale_of(const struct step *s, int64_t k)
{
    const struct graph *g = &s->b->net->fold.graph;

    return &s->b->nodes[g->nodes[s->node].inputs[k]].y;
}

static void put_sum(struct c_file *f, const struct step *s)
{
    const struct merge_task t = elemwisesum_task(s->layer);
    const struct walk w = merge_walk(s->layer, &t, 1);
    const int shift = (int)s->n->factor[0].shift;

    c_need(f, &c_integer_clamp);
    c_line(f, "{");
    f->depth++;
    for (int64_t k = 0; k < s->layer->inputs; k++)
        c_line(f, "const int8_t *x%lld = %s;", (long long)k, s->x[k]);
    c_line(f, "int8_t *y = %s;", s->y);
    c_loops(f, &w, 0, w.axes);
    c_line(f, "int32_t sum = %ld;", 1L << (shift - 1));
    for (int64_t k = 0; k < s->layer->inputs; k++)
        c_line(f, "sum += %ld * (x%lld[%s] - %d);",
               (long)s->n->factor[k].multiplier, (long long)k,
               c_at(f, &w, k + 1), (int)scale_of(s, k)->zero);
    c_line(f, "y[%s] = clamp((sum >> %d) + %d, -128);", c_at(f, &w, 0), shift,
           (int)s->n->y.zero);
    c_loops_end(f, w.axes);
    f->depth--;
    c_line(f, "}");
}

static void put_beside(struct c_file *f, const struct step *s)
{
    int64_t first = 0;

    c_need(f, &c_integer_clamp);
    c_need(f, &c_integer_times);
    for (int64_t k = 0; k < s->layer->inputs; k++) {
        const struct walk w = concat_walk(s->layer, 1, k, &first);
        c_line(f, "{");
        f->depth++;
        c_line(f, "const int8_t *x = %s;", s->x[k]);
        c_line(f, "int8_t *y = %s;", s->y);
        c_loops(f, &w, 0, w.axes);
        c_line(f, "y[%s] = clamp(times(x[%s] - %d, %ld, %d) + %d, -128);",
               c_at(f, &w, 0), c_at(f, &w, 1), (int)scale_of(s, k)->zero,
               (long)s->n->factor[k].multiplier, (int)s->n->factor[k].shift,
               (int)s->n->y.zero);
        c_loops_end(f, w.axes);
        f->depth--;
        c_line(f, "}");
    }
}

static void put_layer(struct c_file *f, const struct step *s)
{
    const char *kind = s->layer->ops->kind.name;
    const long long count = shape_count(s->layer->spec.out);

    if (s->n->weight) {
        put_products(f, s);
    } else if (strcmp(kind, "globalpool") == 0) {
        put_global(f, s);
    } else if (strstr(kind, "pool2d")) {
        const struct pool2d *p = pooling_pool(s->layer);
        put_pool(f, s, &p->window, p->mode);
    } else if (strcmp(kind, "elemwisesum") == 0) {
        put_sum(f, s);
    } else if (strcmp(kind, "concat") == 0) {
        put_beside(f, s);
    } else if (strcmp(s->x[0], s->y) != 0) {
        c_need(f, &c_integer_copy);
        c_line(f, "copy_bytes(%lld, %s, %s);", count, s->x[0], s->y);
    }
    if (s->n->table) {
        c_need(f, &c_integer_table);
        c_line(f, "look_up(%lld, %s, %s, %s);", count,
               c_bytes(f, s->node, "table", s->n->table, 256), s->y, s->y);
    }
}

static void put_node(struct c_file *f, const struct byte_network *b,
                     int64_t node)
{
    const struct graph_node *g = &b->net->fold.graph.nodes[node];
    const char *x[LAYER_MAX_INPUTS];
    struct step s = {.b = b, .node = node, .layer = &g->layer};

    c_title(f, node);
    if (g->folded)
        return;
    for (int64_t k = 0; k < g->layer.inputs; k++)
        x[k] = c_place(f, g->inputs[k]);
    s.n = &b->nodes[node];
    s.in = scale_of(&s, 0);
    s.x = x;
    s.y = c_place(f, node);
    put_layer(f, &s);
}

void c_integers(struct c_file *f, const struct byte_network *b)
{
    const int64_t last = b->net->fold.graph.count - 1;
    const struct byte_scale in = b->nodes[0].y, out = b->nodes[last].y;

    c_need(f, &c_integer_input);
    c_begin(f, "to_byte(",
            c_word(f, ", %s, %d)", c_real((real)(1 / in.scale)).text,
                   (int)in.zero));
    for (int64_t i = 1; i <= last; i++)
        put_node(f, b, i);
    text_puts(&f->calls, "\n");
    if (!bytes_is_last(b->net, last)) {
        c_line(f, "for (int i = 0; i < %lld; i++)",
               (long long)shape_count(b->net->own.out));
        c_line(f, "    output[i] = %s * (float)((%s)[i] - %d);",
               c_real((real)out.scale).text, c_place(f, last), (int)out.zero);
    }
    c_end(f);
}

/*
 * bytes_run.c - samples through a network in integers, here.
 *
 * What the written file computes, by other loops: what bytes are worth is known
 * without a compiler, and the file is compared with it.
 */
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "export/bytes.h"
#include "layer/config.h"
#include "layer/facts.h"

enum { PIECE = 256 };

/* One sample on its way. */
struct way {
    const struct byte_network *b;
    int8_t *lane;  /* [lane numbers] */
    int32_t *sums; /* [of the largest output] */
    real *output;  /* [outputs of the last layer] */
};

/* A node with its bytes. */
struct step {
    const struct layer *layer;
    const struct byte_node *n;
    const struct byte_scale *in; /* of its first input */
    const int8_t *x[LAYER_MAX_INPUTS];
    int8_t *y;
    int32_t *sums;
    int64_t node;
};

static int8_t *place(const struct way *w, int64_t node)
{
    const struct plan *p = &w->b->net->plan;

    return w->lane + p->tensors[p->nodes[node].y].offset / sizeof(real);
}

/* sums [count] += weight * (x - zero), the numbers of x `step` apart. */
HOT_CLONES
static void add_row(int32_t *restrict sums, const int8_t *restrict x,
                    int64_t count, int64_t step, int32_t weight, int32_t zero)
{
    if (step == 1)
        for (int64_t i = 0; i < count; i++)
            sums[i] += weight * (x[i] - zero);
    else
        for (int64_t i = 0; i < count; i++)
            sums[i] += weight * (x[i * step] - zero);
}

/* Cells of an axis for which tap k lies inside the image. */
static struct range inside(const struct axis *a, int64_t k)
{
    const int64_t shift = k * a->dilation - a->pad;
    const struct range r = {
        shift < 0 ? num_ceil_div(-shift, a->stride) : 0,
        shift < a->in ? num_ceil_div(a->in - shift, a->stride) : 0};

    return (struct range){num_min(r.begin, a->out), num_min(r.end, a->out)};
}

static void add_tap(const struct step *s, const struct conv *v, int64_t tap,
                    int32_t weight, const int8_t *x)
{
    const struct axis *y = &v->window.y, *c = &v->window.x;
    const int64_t ky = tap / c->kernel, kx = tap % c->kernel;
    const struct range rows = inside(y, ky), columns = inside(c, kx);

    for (int64_t i = rows.begin; i < rows.end; i++) {
        const int64_t from =
            (i * y->stride + ky * y->dilation - y->pad) * c->in +
            columns.begin * c->stride + kx * c->dilation - c->pad;
        if (columns.begin < columns.end)
            add_row(s->sums + i * c->out + columns.begin, x + from,
                    columns.end - columns.begin, c->stride, weight,
                    s->in->zero);
    }
}

/* Sums of a filter become bytes, or outputs. */
static void finish(const struct step *s, int64_t o, int64_t cells, real *output)
{
    const struct byte_node *n = s->n;

    for (int64_t i = 0; i < cells; i++)
        if (output)
            output[o * cells + i] = (real)s->sums[i] * n->scale[o];
        else
            s->y[o * cells + i] = byte_clamp(
                byte_times(s->sums[i], n->factor[o]) + n->before.zero,
                byte_low(n));
}

static void convolve(const struct step *s, real *output)
{
    const struct conv *v = filters_conv(s->layer);
    const int64_t channels = v->channels / v->groups;
    const int64_t filters = v->filters / v->groups;
    const int64_t taps = window_taps(&v->window);
    const int64_t in = window_inputs(&v->window);
    const int64_t cells = window_outputs(&v->window);

    for (int64_t o = 0; o < v->filters; o++) {
        const int8_t *x = s->x[0] + o / filters * channels * in;
        for (int64_t i = 0; i < cells; i++)
            s->sums[i] = s->n->bias[o];
        for (int64_t t = 0; t < channels * taps; t++)
            add_tap(s, v, t % taps, s->n->weight[o * channels * taps + t],
                    x + t / taps * in);
        finish(s, o, cells, output);
    }
}

HOT_CLONES
static int32_t dot(const int8_t *w, const int8_t *x, int64_t count,
                   int32_t zero)
{
    int32_t sum = 0;

    for (int64_t i = 0; i < count; i++)
        sum += w[i] * (x[i] - zero);
    return sum;
}

static void multiply(const struct step *s, real *output)
{
    const int64_t inputs = shape_count(s->layer->in[0]);

    for (int64_t o = 0; o < s->layer->spec.out.dim[0]; o++) {
        s->sums[0] = s->n->bias[o] + dot(s->n->weight + o * inputs, s->x[0],
                                         inputs, s->in->zero);
        finish(s, o, 1, output);
    }
}

/* A window of a plane, cut off at its ends. */
struct cut {
    struct range rows, columns;
};

static struct range cut(const struct axis *a, int64_t i)
{
    const int64_t first = i * a->stride - a->pad;

    return (struct range){num_max(0, first), num_min(a->in, first + a->kernel)};
}

static int32_t largest(const int8_t *x, int64_t width, const struct cut *c)
{
    int32_t most = INT8_MIN;

    for (int64_t i = c->rows.begin; i < c->rows.end; i++)
        for (int64_t j = c->columns.begin; j < c->columns.end; j++)
            most = x[i * width + j] > most ? x[i * width + j] : most;
    return most;
}

static int32_t total(const int8_t *x, int64_t width, const struct cut *c,
                     int32_t zero)
{
    int32_t sum = 0;

    for (int64_t i = c->rows.begin; i < c->rows.end; i++)
        for (int64_t j = c->columns.begin; j < c->columns.end; j++)
            sum += x[i * width + j] - zero;
    return sum;
}

/* Halves away from zero. */
static int32_t divide(int32_t sum, int32_t count)
{
    return sum < 0 ? -((-sum + count / 2) / count) : (sum + count / 2) / count;
}

/* What pool2d is to bytes: a window of it. */
static int8_t pooled(const struct step *s, const struct pool2d *p,
                     const int8_t *x, const struct cut *c)
{
    const int64_t width = p->window.x.in;
    const int64_t inside =
        (c->rows.end - c->rows.begin) * (c->columns.end - c->columns.begin);
    const int64_t cells =
        p->mode == POOL_MEAN_PADDED ? window_taps(&p->window) : inside;

    if (p->mode == POOL_MAX)
        return (int8_t)largest(x, width, c);
    const int32_t sum = total(x, width, c, s->in->zero);
    return byte_clamp((s->n->factor ? byte_times(sum, s->n->factor[0])
                                    : divide(sum, (int32_t)cells)) +
                          s->n->y.zero,
                      INT8_MIN);
}

static void pool(const struct step *s, const struct pool2d *p)
{
    const struct window *w = &p->window;
    const int64_t in = window_inputs(w), out = window_outputs(w);

    for (int64_t k = 0; k < s->layer->in[0].dim[0]; k++)
        for (int64_t i = 0; i < out; i++) {
            const struct cut c = {cut(&w->y, i / w->x.out),
                                  cut(&w->x, i % w->x.out)};
            s->y[k * out + i] = pooled(s, p, s->x[0] + k * in, &c);
        }
}

/* A single window: the plane. */
static void pool_all(const struct step *s)
{
    const struct globalpool_config *c = s->layer->config;
    const struct shape in = s->layer->in[0];
    const struct pool2d p = {
        .window = {{in.dim[1], 1, in.dim[1], 1, 1, 0},
                   {in.dim[2], 1, in.dim[2], 1, 1, 0}},
        .mode = strcmp(c->pool_function, "max") == 0 ? POOL_MAX : POOL_MEAN};

    pool(s, &p);
}

static const struct byte_scale *scale_of(const struct way *w, int64_t node,
                                         int64_t k)
{
    return &w->b->nodes[w->b->net->fold.graph.nodes[node].inputs[k]].y;
}

static void add(const struct way *w, const struct step *s)
{
    const struct merge_task t = elemwisesum_task(s->layer);
    const struct walk all = merge_walk(s->layer, &t, 1);
    const int32_t shift = s->n->factor[0].shift;

    for (struct walk_run r = walk_begin(&all); r.live; walk_next(&all, &r))
        for (int64_t i = 0; i < r.count; i++) {
            int32_t sum = 1 << (shift - 1);
            for (int64_t k = 0; k < s->layer->inputs; k++)
                sum += s->n->factor[k].multiplier *
                       (s->x[k][r.at[k + 1] + i * walk_step(&all, k + 1)] -
                        scale_of(w, s->node, k)->zero);
            s->y[r.at[0] + i * walk_step(&all, 0)] =
                byte_clamp((sum >> shift) + s->n->y.zero, INT8_MIN);
        }
}

static void put_beside(const struct way *w, const struct step *s)
{
    int64_t first = 0;

    for (int64_t k = 0; k < s->layer->inputs; k++) {
        const struct walk all = concat_walk(s->layer, 1, k, &first);
        for (struct walk_run r = walk_begin(&all); r.live; walk_next(&all, &r))
            for (int64_t i = 0; i < r.count; i++)
                s->y[r.at[0] + i * walk_step(&all, 0)] = byte_clamp(
                    byte_times(s->x[k][r.at[1] + i * walk_step(&all, 1)] -
                                   scale_of(w, s->node, k)->zero,
                               s->n->factor[k]) +
                        s->n->y.zero,
                    INT8_MIN);
    }
}

static void compute(const struct way *w, const struct step *s, real *output)
{
    const char *kind = s->layer->ops->kind.name;

    if (strcmp(kind, "dense") == 0)
        multiply(s, output);
    else if (s->n->weight)
        convolve(s, output);
    else if (strcmp(kind, "globalpool") == 0)
        pool_all(s);
    else if (strstr(kind, "pool2d"))
        pool(s, pooling_pool(s->layer));
    else if (strcmp(kind, "elemwisesum") == 0)
        add(w, s);
    else if (strcmp(kind, "concat") == 0)
        put_beside(w, s);
    else
        memmove(s->y, s->x[0], (size_t)shape_count(s->layer->spec.out));
}

static void run_node(const struct way *w, int64_t node)
{
    const struct graph_node *g = &w->b->net->fold.graph.nodes[node];
    const struct byte_node *n = &w->b->nodes[node];
    struct step s = {.layer = &g->layer, .n = n, .node = node};

    if (g->folded)
        return;
    s.in = scale_of(w, node, 0);
    for (int64_t k = 0; k < g->layer.inputs; k++)
        s.x[k] = place(w, g->inputs[k]);
    s.y = place(w, node);
    s.sums = w->sums;
    compute(w, &s, bytes_is_last(w->b->net, node) ? w->output : NULL);
    for (int64_t i = 0; n->table && i < shape_count(g->layer.spec.out); i++)
        s.y[i] = n->table[s.y[i] - INT8_MIN];
}

/* A normalized number as a byte, as the file has it. */
static int8_t byte_of(real x, real inverse, int32_t zero)
{
    const real level = (real)floor((double)(x * inverse + (real)0.5));

    return level < -300  ? INT8_MIN
           : level > 300 ? INT8_MAX
                         : byte_clamp((int64_t)level + zero, INT8_MIN);
}

static void run_sample(const struct way *w, const real *x, real *y)
{
    const struct network *net = w->b->net;
    const struct network_answer a = network_answer_of(net->model);
    const int64_t last = net->fold.graph.count - 1;
    const int64_t width = shape_count(net->own.out);
    const struct byte_scale in = w->b->nodes[0].y, out = w->b->nodes[last].y;

    for (int64_t i = 0; i < net->inputs; i++)
        place(w, 0)[i] = byte_of(x[i], (real)(1 / in.scale), in.zero);
    for (int64_t i = 1; i <= last; i++)
        run_node(w, i);
    for (int64_t i = 0; !bytes_is_last(net, last) && i < width; i++)
        w->output[i] = (real)out.scale * (real)(place(w, last)[i] - out.zero);
    if (a.nonlinearity.kind)
        activation_of(a.nonlinearity)
            ->forward(a.nonlinearity.config, 1, width, w->output);
    memcpy(y, w->output, (size_t)width * sizeof *y);
    if (a.is_pair) {
        y[1] = w->output[0];
        y[0] = a.probable ? 1 - y[1] : 0;
    }
    if (a.raw.count > 0)
        batch_raw(&a.raw, net->own.out, y);
}

struct job {
    const struct byte_network *b;
    const real *x;
    real *y;
    struct way *ways; /* [threads] */
};

static void run_part(void *context, int64_t part, int64_t worker)
{
    const struct job *job = context;
    const struct network *net = job->b->net;

    run_sample(&job->ways[worker], job->x + part * net->inputs,
               job->y + part * net->outputs);
}

enum status bytes_answers(const struct byte_network *b, int64_t count,
                          const real *x, struct pool *pool, real *y,
                          struct err *e)
{
    const struct graph *g = &b->net->fold.graph;
    struct arena arena = {0};
    struct job job = {b, x, y, NULL};
    int64_t most = 1;

    for (int64_t i = 0; i < g->count; i++)
        most = num_max(most, shape_count(g->nodes[i].layer.spec.out));
    const int64_t threads = pool_size(pool);
    job.ways = arena_take(&arena, (size_t)threads, sizeof *job.ways);
    for (int64_t t = 0; job.ways && t < threads; t++)
        job.ways[t] = (struct way){
            b,
            arena_take(&arena, b->net->plan.lane_bytes / sizeof(real) + 1, 1),
            arena_take(&arena, (size_t)most, sizeof(int32_t)),
            arena_take(&arena, (size_t)most, sizeof(real))};
    const enum status s = arena_check(&arena, e, "computing with integers");
    if (s == OK)
        pool_run(pool, count, run_part, &job);
    arena_free(&arena);
    return s;
}

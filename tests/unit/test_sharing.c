/*
 * Views, and outputs in the place of inputs: random networks compute the same
 * bits in the memory that the plan shares out as with every tensor apart.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "graph/plan.h"
#include "graph/run.h"
#include "layer/config.h"
#include "support/fake_layers.h"

enum { MOST = 40, WIDTH = 6, ROWS = 3, NETS = 400 };

extern const struct activation_ops tanh_activation, gelu_activation;
extern const struct init_ops constant_init;
extern const struct layer_ops dense_layer, dropout_layer, elemwisemerge_layer,
    elemwisesum_layer, nonlinearity_layer;

static const double half = 0.5, factors[] = {1, 1, -0.5};
static const int64_t width = WIDTH;
#define TANH                                                                   \
    {                                                                          \
        &tanh_activation.kind, NULL                                            \
    }
#define HALF                                                                   \
    {                                                                          \
        &constant_init.kind, &half                                             \
    }
static const struct dense_config linear = {WIDTH, {0}, HALF, HALF},
                                 bent = {WIDTH, TANH, HALF, HALF},
                                 odd = {WIDTH,
                                        {&gelu_activation.kind, NULL},
                                        HALF,
                                        HALF};
static const struct nonlinearity_config rectify = {{&rectify_activation.kind,
                                                    NULL}},
                                        tanh_of = {TANH},
                                        gelu_of = {
                                            {&gelu_activation.kind, NULL}};
static const struct dropout_config drop = {.p = 0.5, .rescale = true};
static const struct elemwisesum_config sum = {{factors, 1}, {0}};
static const struct elemwisemerge_config product = {"mul", {0}},
                                         largest = {"maximum", {0}};

/* The layers that networks are drawn from. */
static const struct {
    const struct layer_ops *ops;
    const void *config;
} kinds[] = {
    {&dense_layer, &linear},
    {&dense_layer, &bent},
    {&dense_layer, &odd},
    {&nonlinearity_layer, &gelu_of},
    {&nonlinearity_layer, &rectify},
    {&nonlinearity_layer, &tanh_of},
    {&dropout_layer, &drop},
    {&elemwisesum_layer, &sum},
    {&elemwisesum_layer, &sum},
    {&elemwisemerge_layer, &product},
    {&elemwisemerge_layer, &largest},
};

struct net {
    struct arena arena;
    struct graph_entry entries[MOST];
    const char *incoming[MOST][8];
    char names[MOST][24];
    bool used[MOST];
    int64_t count;
    struct graph g;
    struct fake_report report;
    struct err e;
};

static int64_t draw(uint64_t *state, int64_t bound)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((*state >> 33) % (uint64_t)bound);
}

static struct graph_entry *add(struct net *n, const struct layer_ops *ops,
                               const void *config)
{
    struct graph_entry *entry = &n->entries[n->count];

    snprintf(n->names[n->count], sizeof n->names[0], "n%d", (int)n->count);
    *entry = (struct graph_entry){
        .ops = ops,
        .name = n->names[n->count],
        .config = config,
        .incoming.at = n->incoming[n->count],
        .trainable = true,
        .learning_rate_scale = 1,
    };
    n->count++;
    return entry;
}

static void feed(struct net *n, int64_t from)
{
    n->incoming[n->count - 1][n->entries[n->count - 1].incoming.count++] =
        n->names[from];
    n->used[from] = true;
}

/* Recent outputs are read more often, so that places become free. */
static void make(struct net *n, uint64_t seed)
{
    const int64_t layers = 3 + draw(&seed, 15);

    add(n, &fake_input_ops, &width);
    while (n->count < layers) {
        const int64_t kind = draw(&seed, ARRAY_LEN(kinds)), above = n->count;
        const struct layer_ops *ops = kinds[kind].ops;
        struct graph_entry *entry = add(n, ops, kinds[kind].config);
        entry->trainable = draw(&seed, 5) > 0;
        for (int64_t k =
                 ops->min_inputs + (ops->max_inputs > 1 && draw(&seed, 2) == 1);
             k > 0; k--)
            feed(n, above - 1 - draw(&seed, draw(&seed, 2) ? above : 1));
    }
    for (int64_t i = 0; i < n->count - 1; i++)
        if (!n->used[i]) {
            const int64_t last = n->count - 1;
            add(n, &elemwisesum_layer, &sum);
            feed(n, last);
            feed(n, i);
        }
}

static void build(struct net *n)
{
    const struct graph_reporter reporter = fake_reporter(&n->report);
    const struct graph_request request = {
        .entries = n->entries, .count = n->count, .seed = 1};

    cr_assert_eq(graph_build(&n->g, &n->arena, &request, &reporter, &n->e), OK,
                 "%s", text_string(&n->report.text));
}

/* Everything that a pass leaves. */
struct results {
    real *y, *grads, *late; /* late: gradients that the batch computes */
    size_t lane_bytes;
};

static void fill(real *to, int64_t count, const char *what)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (real)(2 * rng_unit(rng_key(5, what), (uint64_t)i) - 1);
}

static void backward(const struct net *n, const struct run *r,
                     struct results *out)
{
    const struct graph *g = &n->g;
    real *dy = run_gradient(r, g->count - 1);

    if (!dy)
        return;
    fill(dy, ROWS * WIDTH, "dy");
    run_backward(r, out->grads);
    for (int64_t i = 0; i < g->count; i++) {
        const struct graph_node *node = &g->nodes[i];
        if (node->needs_dy && node->layer.ops->batch_gradient)
            run_batch_gradient(r, i, ROWS, 0, WIDTH,
                               out->late + i * WIDTH * WIDTH);
    }
}

static struct results compute(struct net *n, const struct plan *p)
{
    const struct graph *g = &n->g;
    static const int64_t ids[ROWS] = {4, 7, 1};
    real *params = arena_take(&n->arena, (size_t)g->weight_size, sizeof(real));
    struct results out = {
        .y = arena_take(&n->arena, ROWS * WIDTH, sizeof(real)),
        .grads = arena_take(&n->arena, (size_t)g->grad_size, sizeof(real)),
        .late = arena_take(&n->arena, MOST * WIDTH * WIDTH, sizeof(real)),
        .lane_bytes = p->lane_bytes,
    };
    const struct run r = {
        .graph = g,
        .plan = p,
        .memory = {.lane = mem_take(1, p->lane_bytes),
                   .batch = mem_take(1, p->batch_bytes)},
        .work = mem_take(1, p->work_bytes),
        .params = params,
        .rows = ROWS,
        .ids = ids,
        .epoch = 1,
    };

    cr_assert(params && r.memory.lane && r.memory.batch && r.work &&
              !n->arena.failed);
    memset(r.memory.lane, 0xff, p->lane_bytes); /* NaN */
    fill(params, g->weight_size, "params");
    fill(run_input(&r), ROWS * WIDTH, "x");
    memcpy(out.y, run_forward(&r), ROWS * WIDTH * sizeof(real));
    if (p->training)
        backward(n, &r, &out);
    mem_free(r.memory.lane);
    mem_free(r.memory.batch);
    mem_free(r.work);
    return out;
}

/* The same with no tensor where another one has ever been. */
static struct results compute_apart(struct net *n, struct plan_rows rows)
{
    struct plan p;

    for (int64_t i = 0; i < n->g.count; i++) {
        n->g.nodes[i].layer.spec.in_place = 0;
        n->g.nodes[i].layer.spec.view = VIEW_NEVER;
    }
    cr_assert_eq(plan_build(&p, &n->arena, &n->g, rows, &n->e), OK);
    p.lane_bytes = 0;
    for (int64_t i = 0; i < p.tensor_count; i++) {
        if (p.tensors[i].of_batch)
            continue;
        p.tensors[i].offset = p.lane_bytes;
        p.lane_bytes += p.tensors[i].bytes;
    }
    return compute(n, &p);
}

static bool same(const real *a, const real *b, int64_t count)
{
    return memcmp(a, b, (size_t)count * sizeof *a) == 0;
}

Test(sharing, changes_no_bits)
{
    for (uint64_t seed = 0; seed < NETS; seed++) {
        static struct net n;
        const struct plan_rows rows = {ROWS, seed % 3 ? ROWS : 0, 0};
        struct plan p;

        n = (struct net){0};
        make(&n, seed);
        build(&n);
        cr_assert_eq(plan_build(&p, &n.arena, &n.g, rows, &n.e), OK);
        const struct results got = compute(&n, &p);
        const struct results want = compute_apart(&n, rows);
        cr_assert(same(got.y, want.y, ROWS * WIDTH), "net %d: y", (int)seed);
        cr_assert(same(got.grads, want.grads, n.g.grad_size),
                  "net %d: gradients", (int)seed);
        cr_assert(same(got.late, want.late, MOST * WIDTH * WIDTH),
                  "net %d: gradients of the batch", (int)seed);
        cr_assert_leq(got.lane_bytes, want.lane_bytes, "net %d", (int)seed);
        arena_free(&n.arena);
        text_free(&n.report.text);
    }
}

/* x -> dense -> (dense -> tanh) + x -> rectify, where everything after the
 * first dense needs the room of x, of the branch, and nothing else. */
Test(sharing, a_residual_block_needs_two_tensors)
{
    const size_t one = (ROWS * WIDTH * sizeof(real) + 63) / 64 * 64;
    static struct net n;
    struct plan p;

    add(&n, &fake_input_ops, &width);
    add(&n, &dense_layer, &linear);
    feed(&n, 0);
    add(&n, &dense_layer, &linear);
    feed(&n, 1);
    add(&n, &elemwisesum_layer, &sum);
    feed(&n, 2);
    feed(&n, 1);
    add(&n, &nonlinearity_layer, &rectify);
    feed(&n, 3);
    add(&n, &dropout_layer, &drop);
    feed(&n, 4);
    add(&n, &dense_layer, &linear);
    feed(&n, 5);
    build(&n);
    cr_assert_eq(
        plan_build(&p, &n.arena, &n.g, (struct plan_rows){ROWS, 0, 0}, &n.e),
        OK);
    cr_assert_eq(p.lane_bytes, 2 * one, "%zu", p.lane_bytes);
    cr_assert_eq(p.nodes[2].y, p.nodes[3].y);
    cr_assert_eq(p.nodes[3].y, p.nodes[4].y);
    cr_assert_eq(p.nodes[4].y, p.nodes[5].y);
    /* In training rectify reads y again, so dropout may not write there. */
    cr_assert_eq(
        plan_build(&p, &n.arena, &n.g, (struct plan_rows){ROWS, ROWS, 0}, &n.e),
        OK);
    cr_assert_eq(p.nodes[3].y, p.nodes[4].y);
    cr_assert_neq(p.nodes[4].y, p.nodes[5].y);
    /* dy of the sum goes on as that of the branch. */
    cr_assert_eq(p.nodes[3].dy, p.nodes[4].dy);
    cr_assert_eq(p.nodes[3].dy, p.nodes[2].dy);
    arena_free(&n.arena);
}

/* Building graphs, placing their tensors, running them forward and backward. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "graph/graph.h"
#include "graph/plan.h"
#include "graph/run.h"
#include "support/fake_layers.h"

enum { MAX = 40 };

static const int64_t width = 3;

/* A network under construction. */
struct net {
    struct arena arena;
    struct graph_entry entries[MAX];
    const char *incoming[MAX][8];
    char names[MAX][24];
    int64_t count;
    struct graph g;
    struct fake_report report;
    struct err e;
};

static void add(struct net *n, const struct layer_ops *ops)
{
    struct graph_entry *entry = &n->entries[n->count];

    snprintf(n->names[n->count], sizeof n->names[0], "n%ld", (long)n->count);
    *entry = (struct graph_entry){
        .ops = ops,
        .name = n->names[n->count],
        .config = &width,
        .incoming.at = n->incoming[n->count],
        .trainable = true,
        .learning_rate_scale = 1,
    };
    n->count++;
}

static void feed(struct net *n, const char *name)
{
    struct graph_entry *entry = &n->entries[n->count - 1];

    n->incoming[n->count - 1][entry->incoming.count++] = name;
}

static enum status build(struct net *n)
{
    const struct graph_reporter reporter = fake_reporter(&n->report);
    const struct graph_request request = {
        .entries = n->entries, .count = n->count, .seed = 1};

    return graph_build(&n->g, &n->arena, &request, &reporter, &n->e);
}

static void tear_down(struct net *n)
{
    arena_free(&n->arena);
    text_free(&n->report.text);
}

static void expect_report(struct net *n, const char *want)
{
    cr_assert_neq(build(n), OK);
    cr_assert_str_eq(text_string(&n->report.text), want);
    tear_down(n);
}

Test(graph, chain_by_default)
{
    static struct net n;

    add(&n, &fake_input_ops);
    add(&n, &fake_sum_ops);
    add(&n, &fake_sum_ops);
    cr_assert_eq(build(&n), OK);
    cr_assert_eq(n.g.count, 3);
    cr_assert_eq(n.g.nodes[2].inputs[0], 1);
    cr_assert_eq(n.g.param_count, 2);
    cr_assert_str_eq(n.g.params[1].name, "n2.scale");
    cr_assert_eq(n.g.params[1].offset, PARAM_ALIGN);
    cr_assert_eq(graph_weights(&n.g, true), 2);
    tear_down(&n);
}

Test(graph, forward_reference)
{
    static struct net n;

    add(&n, &fake_input_ops);
    add(&n, &fake_sum_ops);
    feed(&n, "n2");
    add(&n, &fake_sum_ops);
    expect_report(&n, "1 incoming: 'n2' is not above this layer; layers refer "
                      "upward only\n");
}

Test(graph, layer_feeding_itself)
{
    static struct net n;

    add(&n, &fake_input_ops);
    add(&n, &fake_sum_ops);
    feed(&n, "n1");
    expect_report(&n, "1 incoming: 'n1' is not above this layer; layers refer "
                      "upward only\n");
}

Test(graph, unknown_incoming)
{
    static struct net n;

    add(&n, &fake_input_ops);
    add(&n, &fake_sum_ops);
    add(&n, &fake_sum_ops);
    feed(&n, "nn1");
    expect_report(&n, "2 incoming: no layer is called 'nn1'; did you mean "
                      "n1?\n");
}

Test(graph, unused_layer)
{
    static struct net n;

    add(&n, &fake_input_ops);
    add(&n, &fake_sum_ops);
    add(&n, &fake_sum_ops);
    feed(&n, "n0");
    expect_report(&n, "1 -: no layer reads its output\n");
}

Test(graph, input_must_come_first_and_only_there)
{
    static struct net first, second;

    add(&first, &fake_sum_ops);
    expect_report(&first, "0 -: the first layer must be an input layer\n");
    add(&second, &fake_input_ops);
    add(&second, &fake_input_ops);
    expect_report(&second, "1 -: an input layer can only be the first layer\n");
}

Test(graph, keeps_the_sound_layers_above_a_fault)
{
    static struct net n;

    add(&n, &fake_input_ops);
    add(&n, &fake_sum_ops);
    add(&n, &fake_refuse_ops);
    add(&n, &fake_sum_ops);
    cr_assert_eq(build(&n), ERR_CONFIG);
    cr_assert_str_eq(text_string(&n.report.text), "2 size: does not fit\n");
    cr_assert_eq(n.g.count, 2);
    tear_down(&n);
}

/* n1 = a(x), n2 = b(n1), n3 = c(n1 + n2 + n1): y = c (2a + ab) x. */
Test(graph, gradients_of_shared_outputs_add_up)
{
    static struct net n;
    const real a = 2, b = 3, c = 5;
    struct plan plan;

    add(&n, &fake_input_ops);
    add(&n, &fake_sum_ops);
    add(&n, &fake_sum_ops);
    add(&n, &fake_sum_ops);
    feed(&n, "n1");
    feed(&n, "n2");
    feed(&n, "n1");
    cr_assert_eq(build(&n), OK);
    cr_assert_eq(
        plan_build(&plan, &n.arena, &n.g, (struct plan_rows){2, 2, 0}, &n.e),
        OK);

    real params[3 * PARAM_ALIGN] = {0}, grads[3 * PARAM_ALIGN] = {0};
    const real values[] = {a, b, c};
    for (int i = 0; i < 3; i++)
        params[n.g.params[i].offset] = values[i];
    struct run r = {
        .graph = &n.g,
        .plan = &plan,
        .memory = {.lane = mem_take(1, plan.lane_bytes)},
        .work = mem_take(1, plan.work_bytes),
        .params = params,
        .rows = 2,
    };
    real sum = 0;
    for (int i = 0; i < 6; i++) {
        run_input(&r)[i] = (real)i;
        sum += (real)i;
    }
    const real *y = run_forward(&r);
    for (int i = 0; i < 6; i++)
        cr_assert_eq(y[i], c * (2 * a + a * b) * (real)i);
    for (int i = 0; i < 6; i++)
        run_gradient(&r, 3)[i] = 1;
    run_backward(&r, grads);
    cr_assert_eq(grads[n.g.params[0].offset], c * (2 + b) * sum);
    cr_assert_eq(grads[n.g.params[1].offset], c * a * sum);
    cr_assert_eq(grads[n.g.params[2].offset], (2 * a + a * b) * sum);
    mem_free(r.memory.lane);
    mem_free(r.work);
    tear_down(&n);
}

/* Small integers below `bound` from a fixed sequence. */
static int64_t draw(uint64_t *state, int64_t bound)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((*state >> 33) % (uint64_t)bound);
}

/* A random graph of some `layers`, each of them used. */
static void make_random(struct net *n, uint64_t seed, int64_t layers)
{
    bool used[MAX] = {false};
    int64_t unused[2 * MAX], head = 0, tail = 0;

    add(n, &fake_input_ops);
    for (int64_t i = 1; i < layers; i++) {
        add(n, &fake_sum_ops);
        n->entries[i].trainable = draw(&seed, 4) > 0;
        for (int64_t k = draw(&seed, 3); k >= 0; k--) {
            const int64_t from = draw(&seed, i);
            feed(n, n->names[from]);
            used[from] = true;
        }
    }
    for (int64_t i = 0; i < layers; i++)
        if (!used[i])
            unused[tail++] = i;
    while (tail - head > 1) {
        add(n, &fake_sum_ops);
        for (int k = 0; k < 8 && head < tail; k++)
            feed(n, n->names[unused[head++]]);
        unused[tail++] = n->count - 1;
    }
}

/* Tensors of the batch are alive as long as it is. */
static void check_tensors(const struct plan *p, uint64_t seed)
{
    for (int64_t i = 0; i < p->tensor_count; i++) {
        const struct plan_tensor *a = &p->tensors[i];
        const size_t room = a->of_batch ? p->batch_bytes : p->lane_bytes;
        cr_assert(a->offset % 64 == 0 && a->offset + a->bytes <= room,
                  "seed %lu: tensor %ld", (unsigned long)seed, (long)i);
        for (int64_t j = 0; j < i; j++) {
            const struct plan_tensor *b = &p->tensors[j];
            const bool together =
                a->of_batch == b->of_batch &&
                (a->of_batch || (a->begin <= b->end && b->begin <= a->end));
            const bool apart = a->offset + a->bytes <= b->offset ||
                               b->offset + b->bytes <= a->offset;
            cr_assert(!together || apart,
                      "seed %lu: tensors %ld and %ld share memory",
                      (unsigned long)seed, (long)i, (long)j);
        }
    }
}

Test(plan, no_two_live_tensors_overlap)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        static struct net n;
        struct plan p;

        const struct plan_rows rows = {3, seed % 2 == 0 ? 10 : 0, 0};

        n = (struct net){0};
        make_random(&n, seed, 2 + (int64_t)seed % 20);
        cr_assert_eq(build(&n), OK, "seed %lu: %s", (unsigned long)seed,
                     text_string(&n.report.text));
        cr_assert_eq(plan_build(&p, &n.arena, &n.g, rows, &n.e), OK);
        check_tensors(&p, seed);
        tear_down(&n);
    }
}

Test(plan, inference_reuses_memory)
{
    static struct net n;
    struct plan training, inference;

    add(&n, &fake_input_ops);
    for (int i = 0; i < 20; i++)
        add(&n, &fake_sum_ops);
    cr_assert_eq(build(&n), OK);
    cr_assert_eq(plan_build(&training, &n.arena, &n.g,
                            (struct plan_rows){16, 16, 0}, &n.e),
                 OK);
    cr_assert_eq(plan_build(&inference, &n.arena, &n.g,
                            (struct plan_rows){16, 0, 0}, &n.e),
                 OK);
    /* A chain needs two outputs at a time: 16 * 3 reals each, aligned. */
    const size_t one = (16 * 3 * sizeof(real) + 63) / 64 * 64;
    cr_assert_eq(inference.lane_bytes, 2 * one);
    cr_assert_eq(inference.work_bytes, 0);
    cr_assert_eq(training.work_bytes, 128);
    cr_assert_gt(training.lane_bytes, 20 * one);
    tear_down(&n);
}

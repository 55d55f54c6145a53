/*
 * Gradients of slices that come in any order are added up in theirs.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "base/system.h"
#include "support/rig.h"
#include "train/gradients.h"

TestSuite(gradients, .timeout = 120);

enum { SLICES = 13, LOOKS = 20 };

struct trial {
    struct gradients of;
    int64_t size, segment;
    int64_t slow; /* a slice that the others overtake */
};

/* Numbers whose sum depends on the order: exponents from -24 to 24. */
static real term_of(int64_t slice, int64_t at)
{
    const int64_t mixed = (slice * 7919 + at * 104729) % 49;
    const real sign = (slice + at) % 2 ? -1 : 1;

    return sign * (real)ldexp(1 + (double)(at % 10) / 16, (int)mixed - 24);
}

static void add_slice(void *context, int64_t slice, int64_t worker)
{
    struct trial *t = context;
    real *room = gradients_begin(&t->of, slice, t->segment);
    const struct range r = t->of.ranges[t->segment];

    (void)worker;
    for (int64_t looks = 0; slice == t->slow && looks < LOOKS;)
        system_rest(&looks);
    for (int64_t i = r.begin; i < r.end; i++)
        room[i] += term_of(slice, i);
    gradients_end(&t->of, slice, t->segment);
}

/* Twice, with the slices of the second batch fewer than there are rooms for. */
static void add_up(const struct plan *p, int64_t threads, int64_t rooms,
                   int64_t slow)
{
    const int64_t counts[] = {SLICES, 3};
    struct trial t = {.size = p->graph->grad_size, .slow = slow};
    struct arena arena = {0};
    struct err e = {0};
    struct pool *pool;

    cr_assert_eq(pool_new(&pool, threads, &e), OK);
    gradients_open(&t.of, &arena, p, SLICES, rooms);
    cr_assert(!arena.failed && t.of.at);
    for (size_t b = 0; b < ARRAY_LEN(counts); b++) {
        for (t.segment = p->loss_segment; t.segment <= p->cut_count;
             t.segment++) {
            gradients_segment(&t.of, t.segment);
            pool_run(pool, counts[b], add_slice, &t);
            t.slow = -1;
        }
        const int64_t left = gradients_count(&t.of, counts[b]);
        cr_assert_eq(left, rooms < SLICES ? 1 : counts[b]);
        for (int64_t i = 0; i < t.size; i++) {
            bool is_used = false;
            for (int64_t s = 0; s <= p->cut_count; s++)
                is_used = is_used ||
                          (i >= t.of.ranges[s].begin && i < t.of.ranges[s].end);
            real want = 0, got = t.of.at[i];
            for (int64_t s = 0; is_used && s < counts[b]; s++)
                want = s == 0 ? term_of(s, i) : want + term_of(s, i);
            for (int64_t s = 1; s < left; s++)
                got += t.of.at[s * t.size + i];
            cr_assert_eq(got, want, "%d threads, %d rooms, %d of batch %zu",
                         (int)threads, (int)rooms, (int)i, b);
        }
    }
    gradients_close(&t.of);
    arena_free(&arena);
    pool_free(pool);
}

static void add_up_net(const char *name)
{
    static const int64_t rooms_of[] = {2, 3, 5, SLICES - 1, SLICES};
    struct arena arena = {0};
    struct err e = {0};
    struct plan p;
    struct rig r;

    rig_open(&r, rig_net(name));
    const struct plan_rows rows = {.slice = 1, .batch = SLICES};
    cr_assert_eq(plan_build(&p, &arena, &r.g, rows, &e), OK);
    for (int64_t threads = 1; threads <= 4; threads++)
        for (size_t i = 0; i < ARRAY_LEN(rooms_of); i++)
            add_up(&p, threads, rooms_of[i], threads * rooms_of[i] % SLICES);
    arena_free(&arena);
    rig_close(&r);
}

Test(gradients, are_summed_in_the_order_of_slices)
{
    add_up_net("without sums");
}

Test(gradients, of_every_segment_are)
{
    add_up_net("sums two in a row");
}

/* All slices while they are small; else the sum and one of each thread, or what
 * is small together; of several processes always all. */
Test(gradients, rooms_are_few_where_they_are_large)
{
    enum { MEBI = 1 << 20 };
    static const struct {
        int64_t reals, threads, alone, rooms;
    } cases[] = {{0, 2, 1, SLICES},     {1000, 2, 1, SLICES},
                 {MEBI, 2, 1, 8},       {MEBI, 9, 1, 10},
                 {MEBI, 20, 1, SLICES}, {7 * MEBI, 1, 1, 2},
                 {7 * MEBI, 2, 1, 3},   {7 * MEBI, 2, 0, SLICES}};

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct graph g = {.grad_size = cases[i].reals};
        cr_assert_eq(
            gradients_rooms(&g, SLICES, cases[i].threads, cases[i].alone),
            cases[i].rooms, "case %zu", i);
    }
}

/* Every gradient lies in the range of one segment. */
Test(gradients, ranges_are_apart_and_complete)
{
    for (const struct rig_net *net = rig_nets; net->name; net++) {
        struct arena arena = {0};
        struct gradients of;
        struct err e = {0};
        struct plan p;
        struct rig r;
        rig_open(&r, net);
        const struct plan_rows rows = {.slice = 1, .batch = 2};
        cr_assert_eq(plan_build(&p, &arena, &r.g, rows, &e), OK);
        gradients_open(&of, &arena, &p, 2, 2);
        for (int64_t i = 0; i < r.g.param_count; i++) {
            const struct param *at = &r.g.params[i];
            int64_t met = 0;
            if (at->grad_offset == GRADIENT_NONE)
                continue;
            for (int64_t s = 0; s <= p.cut_count; s++)
                met += at->grad_offset >= of.ranges[s].begin &&
                       at->grad_offset + at->count <= of.ranges[s].end;
            cr_assert_eq(met, 1, "%s: %s", net->name, at->name);
        }
        gradients_close(&of);
        arena_free(&arena);
        rig_close(&r);
    }
}

/* The slice and the parameter that was bad first are known afterwards. */
Test(gradients, what_is_not_finite_is_remembered)
{
    struct arena arena = {0};
    struct gradients of;
    struct err e = {0};
    struct plan p;
    struct rig r;

    rig_open(&r, rig_net("without sums"));
    const struct plan_rows rows = {.slice = 1, .batch = SLICES};
    cr_assert_eq(plan_build(&p, &arena, &r.g, rows, &e), OK);
    gradients_open(&of, &arena, &p, SLICES, 2);
    gradients_segment(&of, p.loss_segment);
    int64_t bad = 0;
    while (r.g.params[bad].grad_offset == GRADIENT_NONE)
        bad++;
    for (int64_t s = 0; s < SLICES; s++) {
        real *room = gradients_begin(&of, s, p.loss_segment);
        if (s == 0 || s == 5)
            room[r.g.params[bad].grad_offset] = (real)INFINITY;
        gradients_end(&of, s, p.loss_segment);
    }
    for (int64_t s = 0; s < SLICES; s++)
        cr_assert_eq(of.bad[s], s == 0 || s == 5 ? bad : -1, "slice %d",
                     (int)s);
    gradients_close(&of);
    arena_free(&arena);
    rig_close(&r);
}

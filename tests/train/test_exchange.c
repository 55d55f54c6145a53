/*
 * Several processes train to the bytes of one.
 */
#include <criterion/criterion.h>

#include "base/compiler.h"
#include "support/rig.h"
#include "train/hall.h"
#include "train/post.h"

/* Processes that miss each other would wait for ever. */
TestSuite(exchange, .timeout = 120);

static double clip_norm; /* 0: none, nor max_norm */

/* The plainest way to exchange, and that of messages. */
typedef void run_fn(int64_t processes, int64_t threads,
                    void (*work)(void *context, int64_t process,
                                 const struct exchange *x),
                    void *context);
static run_fn *const runs[] = {hall_run, post_run};

/* Every process has a rig of its own. */
static void train(void *context, int64_t process, const struct exchange *x)
{
    struct rig *rigs = context;

    rigs[process].config.clip_norm = clip_norm;
    rigs[process].config.max_norm = 2 * clip_norm;
    (void)rig_train(&rigs[process], x);
}

static void check_run(run_fn *run, const struct rig_net *net, int64_t processes,
                      int64_t threads)
{
    static struct rig one, rigs[HALL_MOST];

    rig_open(&one, net);
    hall_run(1, 1, train, &one);
    for (int64_t i = 0; i < processes; i++)
        rig_open(&rigs[i], net);
    run(processes, threads, train, rigs);
    for (int64_t i = 0; i < processes; i++) {
        cr_assert(rig_same(&one, &rigs[i]), "%s, process %d of %d", net->name,
                  (int)i, (int)processes);
        rig_close(&rigs[i]);
    }
    rig_close(&one);
}

static void check(const struct rig_net *net, int64_t processes, int64_t threads)
{
    for (size_t i = 0; i < ARRAY_LEN(runs); i++)
        check_run(runs[i], net, processes, threads);
}

/* Norms are of the whole gradient, whoever has computed which part of it. */
Test(exchange, several_processes_clip_and_limit_alike)
{
    static const double clips[] = {0.05, 0.4};

    for (size_t i = 0; i < ARRAY_LEN(clips); i++) {
        clip_norm = clips[i];
        check(rig_net("batch normalization"), 3, 2);
        check(rig_net("without sums"), 4, 1);
    }
    clip_norm = 0;
}

/* The last batch has 3 rows, which is one of 5 slices: processes go idle. */
Test(exchange, several_processes_train_to_the_same_bytes)
{
    for (const struct rig_net *net = rig_nets; net->name; net++)
        for (int64_t processes = 2; processes <= 5; processes++)
            check(net, processes, 1 + processes % 2);
}

static void train_alone(void *context, int64_t process,
                        const struct exchange *x)
{
    const struct exchange local = exchange_local(x->pool);
    struct rig *r = context;

    (void)process;
    (void)rig_train(r, &local);
}

/* The local exchange is the hall with one process. */
Test(exchange, local_is_one_process)
{
    for (const struct rig_net *net = rig_nets; net->name; net++) {
        struct rig local, hall;
        rig_open(&local, net);
        rig_open(&hall, net);
        hall_run(1, 2, train_alone, &local);
        hall_run(1, 2, train, &hall);
        cr_assert(rig_same(&local, &hall), "%s", net->name);
        rig_close(&local);
        rig_close(&hall);
    }
}

static void agree(void *context, int64_t process, const struct exchange *x)
{
    enum status *got = context;

    got[process] = exchange_agree(x, process == 1 ? ERR_INTERRUPT : OK);
}

static void agree_to_go_on(void *context, int64_t process,
                           const struct exchange *x)
{
    enum status *got = context;

    got[process] = exchange_agree(x, OK);
}

Test(exchange, one_that_stops_stops_all)
{
    enum status got[3] = {OK};

    for (size_t run = 0; run < ARRAY_LEN(runs); run++) {
        runs[run](3, 1, agree, got);
        for (int i = 0; i < 3; i++)
            cr_assert_eq(got[i], ERR_INTERRUPT);
        runs[run](3, 1, agree_to_go_on, got);
        for (int i = 0; i < 3; i++)
            cr_assert_eq(got[i], OK);
    }
}

enum { ITEMS = 7, WIDTH = 3 };

/* Terms whose sum depends on the order, in whatever shares. */
static double term(int64_t i, int64_t j)
{
    return (i % 2 ? -1 : 1) * (1e16 / (double)(1 + i) + (double)j) + 0.1;
}

static void sum_and_collect(void *context, int64_t process,
                            const struct exchange *x)
{
    const struct share own = x->ops->share(x, ITEMS);
    const int64_t everything = ITEMS;
    double terms[ITEMS * WIDTH], total[WIDTH], expected[WIDTH] = {0};
    int32_t items[ITEMS] = {0};
    int64_t shared = 0;

    (void)context;
    for (int64_t i = 0; i < own.count; i++)
        for (int64_t j = 0; j < WIDTH; j++)
            terms[i * WIDTH + j] = term(own.first + i, j);
    x->ops->sum(x, terms, own.count, WIDTH, total);
    for (int64_t i = 0; i < ITEMS; i++)
        for (int64_t j = 0; j < WIDTH; j++)
            expected[j] += term(i, j);
    for (int64_t j = 0; j < WIDTH; j++)
        cr_assert_eq(total[j], expected[j], "process %d", (int)process);
    for (int64_t i = own.first; i < own.first + own.count; i++)
        items[i] = (int32_t)(100 + i);
    x->ops->collect(x, items, ITEMS, sizeof *items);
    for (int64_t i = 0; i < ITEMS; i++)
        cr_assert_eq(items[i], 100 + i, "process %d", (int)process);
    for (int64_t p = 0; p < x->processes; p++)
        shared += exchange_share(x, p, everything).count;
    cr_assert_eq(shared, everything);
}

/* More processes than items: some have none. */
Test(exchange, sums_run_in_order_and_items_are_collected)
{
    for (size_t run = 0; run < ARRAY_LEN(runs); run++)
        for (int64_t processes = 1; processes <= HALL_MOST; processes++)
            runs[run](processes, 1, sum_and_collect, NULL);
}

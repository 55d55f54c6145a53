/*
 * Several processes train to the bytes of one.
 */
#include <criterion/criterion.h>

#include "base/compiler.h"
#include "support/rig.h"
#include "train/hall.h"

/* Processes that miss each other would wait for ever. */
TestSuite(exchange, .timeout = 120);

static double clip_norm; /* 0: none, nor max_norm */

/* Every process has a rig of its own. */
static void train(void *context, int64_t process, const struct exchange *x)
{
    struct rig *rigs = context;

    rigs[process].config.clip_norm = clip_norm;
    rigs[process].config.max_norm = 2 * clip_norm;
    (void)rig_train(&rigs[process], x);
}

static void check(const struct rig_net *net, int64_t processes, int64_t threads)
{
    static struct rig one, rigs[HALL_MOST];

    rig_open(&one, net);
    hall_run(1, 1, train, &one);
    for (int64_t i = 0; i < processes; i++)
        rig_open(&rigs[i], net);
    hall_run(processes, threads, train, rigs);
    for (int64_t i = 0; i < processes; i++) {
        cr_assert(rig_same(&one, &rigs[i]), "%s, process %d of %d", net->name,
                  (int)i, (int)processes);
        rig_close(&rigs[i]);
    }
    rig_close(&one);
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

    hall_run(3, 1, agree, got);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(got[i], ERR_INTERRUPT);
    hall_run(3, 1, agree_to_go_on, got);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(got[i], OK);
}

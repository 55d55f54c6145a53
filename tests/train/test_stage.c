/* Training on pixels that are apart is training, whoever reads them. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "support/apart.h"
#include "support/augmenting.h"
#include "support/rig.h"
#include "train/fit.h"
#include "train/hall.h"
#include "train/stage.h"

TestSuite(stage, .timeout = 120);

enum { TRAIN = 30, EPOCHS = 3 };

/* A network without dropping, whose samples may be augmented. */
static void open(struct rig *r, const char *yaml)
{
    const struct graph_entry *from = rig_net("without sums")->entries;
    const struct graph_entry entries[] = {from[0], from[1], from[3], from[4]};
    const struct rig_net net = {"without noise", entries, 4};

    rig_open(r, &net);
    if (yaml)
        r->config.augment = (struct augment_config){
            .entries = augmenting_list(&r->arena, yaml), .seed = 3, .range = 2};
}

/* Trains on `set`, the rig's samples, one of the processes of `x`. */
static enum status train_with(struct rig *r, const struct dataset *set,
                              const struct exchange *x, struct err *e)
{
    struct fit_config config = {
        .step = r->config,
        .max_epochs = EPOCHS,
        .shuffle = true,
        .columns = &r->columns,
        .watch = {.best = {-1, true}},
        .seed = 4,
    };
    const struct fit_data data = {
        .train = {set, r->ids, TRAIN},
        .valid = {set, r->ids + TRAIN, RIG_SAMPLES - TRAIN},
        .norm = &r->norm};

    config.step.apart = set->apart ? sizeof(float) : 0;
    config.watch.schedule.rate = update_learning_rate(r->config.update);
    config.watch.schedule.beta = update_momentum(r->config.update);
    const struct fit_job job = {&config, &r->g, &data, x};
    return fit_run(&job, &r->state, NULL, e);
}

static enum status train(struct rig *r, const struct dataset *set,
                         int64_t threads, struct err *e)
{
    struct pool *pool;

    cr_assert_eq(pool_new(&pool, threads, e), OK);
    const struct exchange exchange = exchange_local(pool);
    const enum status s = train_with(r, set, &exchange, e);
    pool_free(pool);
    return s;
}

/* Of two processes the second has no room for its samples. */
struct seat {
    struct rig rig;
    struct dataset set;
    struct err e;
    enum status got;
};

static void train_seat(void *context, int64_t process, const struct exchange *x)
{
    struct seat *s = (struct seat *)context + process;

    s->got = train_with(&s->rig, &s->set, x, &s->e);
}

Test(stage, one_process_may_fetch_what_another_holds, .timeout = 20)
{
    static struct seat seats[2];
    struct err e = {0};
    struct apart store;
    struct rig want;

    open(&want, NULL);
    cr_assert_eq(train(&want, &want.set, 1, &e), OK, "%s", e.text);
    for (int bad = 0; bad < 2; bad++) {
        for (int i = 0; i < 2; i++) {
            seats[i].e = (struct err){0};
            open(&seats[i].rig, NULL);
            seats[i].set = seats[i].rig.set;
        }
        seats[1].set = apart_of(&seats[1].rig.set, &store);
        if (bad)
            store.bad = 5;
        hall_run(2, 1, train_seat, seats);
        for (int i = 0; i < 2; i++) {
            cr_expect_eq(seats[i].got, bad ? ERR_IO : OK);
            cr_expect(bad || rig_same(&want, &seats[i].rig));
            rig_close(&seats[i].rig);
        }
    }
    rig_close(&want);
}

static bool same_history(const struct rig *a, const struct rig *b)
{
    for (int64_t i = 0; i < EPOCHS; i++)
        if (a->state.history[i].train_loss != b->state.history[i].train_loss ||
            a->state.history[i].valid_loss != b->state.history[i].valid_loss)
            return false;
    return a->state.epoch == EPOCHS && b->state.epoch == EPOCHS;
}

Test(stage, the_same_weights_wherever_pixels_are)
{
    static const char *const lists[] = {NULL, "[{brightness: 0.3}]",
                                        "[{mixup: {alpha: 1, p: 0.7}}]"};

    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct err e = {0};
        struct rig want;
        open(&want, lists[i]);
        cr_assert_eq(train(&want, &want.set, 1, &e), OK, "%s", e.text);
        for (int64_t threads = 1; threads <= 4; threads++) {
            struct apart store;
            struct rig got;
            open(&got, lists[i]);
            const struct dataset set = apart_of(&got.set, &store);
            cr_assert_eq(train(&got, &set, threads, &e), OK, "%s", e.text);
            cr_expect(rig_same(&want, &got), "list %zu, %lld threads", i,
                      (long long)threads);
            cr_expect(same_history(&want, &got));
            if (i < 2) /* every sample once an epoch */
                cr_expect_eq(store.samples, EPOCHS * RIG_SAMPLES);
            rig_close(&got);
        }
        rig_close(&want);
    }
}

/* The status is the store's, the message that of the first sample of the batch
 * that is gone, and no weight has moved for it. */
Test(stage, a_store_that_fails_ends_training)
{
    static struct err first;

    for (int64_t threads = 1; threads <= 4; threads++) {
        struct err e = {0};
        struct apart store;
        struct rig r;
        open(&r, NULL);
        const struct dataset set = apart_of(&r.set, &store);
        store.bad = threads < 3 ? 5 : 33; /* to train on, to validate with */
        cr_expect_eq(train(&r, &set, threads, &e), ERR_IO);
        cr_expect_eq(e.count, 1, "%s", e.text);
        if (threads % 2)
            first = e;
        cr_expect_str_eq(e.text, first.text, "%lld threads",
                         (long long)threads);
        cr_expect_eq(r.state.epoch, 0);
        rig_close(&r);
    }
}

/* What was announced need not come. */
Test(stage, a_batch_that_was_not_announced)
{
    static const int64_t a[] = {3, 4, 5, 9}, b[] = {1, 0, 7},
                         partners[] = {-1, 6, -1};
    const struct stage_size size = {4, 0, true};
    struct err e = {0};
    struct apart store;
    struct stage *s;
    struct pool *pool;
    struct rig r;

    open(&r, NULL);
    const struct dataset set = apart_of(&r.set, &store);
    struct stage_size of = size;
    of.row_bytes = store.bytes;
    cr_assert_eq(pool_new(&pool, 2, &e), OK);
    cr_assert_eq(stage_new(&s, &of, pool, &e), OK);
    const struct stage_batch one = {&set, a, NULL, 4};
    const struct stage_batch other = {&set, b, partners, 3};
    store.bad = -1;
    for (int i = 0; i < 50; i++) {
        cr_assert_eq(stage_load(s, &one, i % 3 ? &other : &one, &e), OK);
        for (int64_t k = 0; k < 4; k++)
            cr_assert_eq(memcmp(stage_row(s, k),
                                store.pixels + (size_t)a[k] * store.bytes,
                                store.bytes),
                         0);
        cr_assert_eq(stage_load(s, &other, NULL, &e), OK);
        cr_assert_eq(memcmp(stage_row(s, 2), store.pixels + 7 * store.bytes,
                            store.bytes),
                     0);
        cr_assert_eq(memcmp(stage_partner(s, 1), store.pixels + 6 * store.bytes,
                            store.bytes),
                     0);
    }
    cr_expect_geq(stage_waited(s), 0);
    stage_free(s);
    pool_free(pool);
    rig_close(&r);
}

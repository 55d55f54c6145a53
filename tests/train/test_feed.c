/* Samples on their way into a step: augmented, mixed, normalized; the loss of
 * targets that are shared. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "support/augmenting.h"
#include "support/rig.h"
#include "train/feed.h"
#include "train/infer.h"

enum { ROWS = 13, MOST = 64, CLASSES = 16 };

static struct pool *one_thread;

static void begin(void)
{
    struct err e = {0};

    cr_assert_eq(pool_new(&one_thread, 1, &e), OK);
}

static void end(void)
{
    pool_free(one_thread);
}

TestSuite(feed, .init = begin, .fini = end);

/* A network without noise and sums, whose samples are augmented: one that has
 * them with its third layer, which drops, left out. */
static void open(struct rig *r, const char *yaml)
{
    const struct graph_entry *from = rig_net("without sums")->entries;
    const struct graph_entry entries[] = {from[0], from[1], from[3], from[4]};
    const struct rig_net net = {"without noise", entries, 4};

    cr_assert(from[2].ops->drops);
    rig_open(r, &net);
    r->config.augment = (struct augment_config){
        .entries = augmenting_list(&r->arena, yaml),
        .seed = 3,
        .range = 2,
    };
}

static struct feed_rows rows_of(const struct rig *r, const struct subset *part)
{
    return (struct feed_rows){.set = &r->set,
                              .part = part,
                              .norm = &r->norm,
                              .ids = r->ids,
                              .count = ROWS,
                              .epoch = 2};
}

/* What a list without mixing makes of sample `id`. */
static void alone(const struct rig *r, const char *yaml, int64_t id, real *x)
{
    const struct feed_rows rows = rows_of(r, NULL);
    struct augment_config c = r->config.augment;
    struct arena arena = {0};
    struct err e = {0};
    struct feed feed;

    c.entries = augmenting_list(&arena, yaml);
    const struct feed_size size = {r->g.in, 1, 0, one_thread};
    cr_assert_eq(feed_open(&feed, &c, &size, &e), OK);
    cr_assert_eq(feed_raw(&feed, &rows, id, 0, x).share, 0);
    feed_close(&feed);
    arena_free(&arena);
}

/* Rows are means of two augmented samples, labels and shares theirs. */
Test(feed, mixes_with_a_partner_of_the_part)
{
    static const int64_t some[] = {7, 21, 30};
    struct augment_mix want;
    struct err e = {0};
    struct feed feed;
    struct rig r;
    real x[ROWS * MOST], own[MOST], other[MOST];
    int mixed = 0;

    open(&r, "[{brightness: 0.3}, {mixup: {alpha: 1, p: 0.7}}]");
    const struct subset part = {&r.set, some, 3};
    const struct feed_rows rows = rows_of(&r, &part);
    const int64_t size = shape_count(r.g.in);
    cr_assert_leq(size, MOST);
    cr_assert_eq(feed_open(&feed, &r.config.augment,
                           &(struct feed_size){r.g.in, ROWS, 0, one_thread},
                           &e),
                 OK);
    feed_fill(&feed, &rows, 0, x);
    for (int64_t i = 0; i < ROWS; i++) {
        const struct augment_sample of = {.id = r.ids[i], .epoch = 2};
        want = augment_draw_mix(feed.augment, &of, 3);
        const double share = want.partner < 0 ? 0 : want.share;
        const int64_t partner = want.partner < 0 ? 0 : some[want.partner];
        alone(&r, "[{brightness: 0.3}]", r.ids[i], own);
        alone(&r, "[{brightness: 0.3}]", partner, other);
        cr_assert_eq(feed.labels[i], r.set.labels[r.ids[i]]);
        cr_assert_eq(feed.mixes[i].share, share);
        if (share > 0)
            cr_assert_eq(feed.mixes[i].label, r.set.labels[partner]);
        for (int64_t k = 0; k < size; k++) {
            const double raw =
                (1 - share) * (double)own[k] + share * (double)other[k];
            cr_assert_float_eq((double)x[i * size + k], (raw - r.mean) / r.std,
                               1e-5);
        }
        mixed += share > 0;
    }
    cr_assert(mixed > 3 && mixed < ROWS, "%d are mixed", mixed);
    feed_close(&feed);
    rig_close(&r);
}

/* -sum of shares times the logarithm of a probability. */
static double shared_loss(const struct feed *f, const real *y, int64_t width)
{
    double sum = 0;

    for (int64_t i = 0; i < ROWS; i++) {
        const struct loss_mix m = f->mixes[i];
        sum -= (1 - m.share) * log((double)y[i * width + f->labels[i]]) +
               m.share * log((double)y[i * width + m.label]);
    }
    return sum / ROWS;
}

Test(feed, a_step_has_the_loss_of_shared_targets)
{
    struct err e = {0};
    struct pool *pool;
    struct infer *infer;
    struct step *step;
    struct feed feed;
    struct rig r;
    real x[ROWS * MOST], y[ROWS * CLASSES];

    open(&r, "[{brightness: 0.3}, {mixup: 1}]");
    const struct subset part = {&r.set, r.ids, RIG_SAMPLES};
    const struct feed_rows rows = rows_of(&r, &part);
    struct step_batch batch = rig_batch(&r, 0, ROWS);
    batch.part = &part;
    batch.epoch = 2;
    cr_assert_eq(pool_new(&pool, 2, &e), OK);
    const struct exchange exchange = exchange_local(pool);
    cr_assert_eq(feed_open(&feed, &r.config.augment,
                           &(struct feed_size){r.g.in, ROWS, 0, one_thread},
                           &e),
                 OK);
    feed_fill(&feed, &rows, 0, x);
    cr_assert_eq(infer_new(&infer, &r.g, pool, ROWS, &e), OK);
    infer_weights(infer, r.state.params);
    infer_outputs(infer, ROWS, x, y);
    const double want = shared_loss(&feed, y, shape_count(r.g.out));
    cr_assert_eq(step_new(&step, &r.config, &r.g, &exchange, &e), OK);
    const struct step_result got = step_run(step, &r.state, &batch);
    cr_assert_float_eq(got.data_loss, want, 1e-5, "%.9g, expected %.9g",
                       got.data_loss, want);
    step_free(step);
    infer_free(infer);
    feed_close(&feed);
    pool_free(pool);
    rig_close(&r);
}

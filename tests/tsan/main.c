/*
 * main.c - the threaded parts under ThreadSanitizer: pool, step, inference.
 *
 * A plain program, since Criterion does not run under that sanitizer.  The
 * sanitizer finds the races; what is checked here is that the weights and the
 * scores have the same bits for every number of threads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/samples.h"
#include "base/pool.h"
#include "data/pixels.h"
#include "document/experiment.h"
#include "support/apart.h"
#include "support/rig.h"
#include "train/fit.h"
#include "train/infer.h"
#include "update/update.h"

enum { PARTS = 200, ROUNDS = 300 };

static void require(bool kept, const char *what, const struct err *e)
{
    if (kept)
        return;
    fprintf(stderr, "tsan: %s\n%s", what, e->text);
    exit(1);
}

static void count_part(void *context, int64_t part, int64_t worker)
{
    int64_t *runs = context;

    (void)worker;
    runs[part]++;
}

/* Jobs of many sizes one after another, so that workers spin, sleep and find
 * nothing to do. */
static void run_pool(int64_t threads)
{
    struct err e = {0};
    int64_t runs[PARTS] = {0};
    struct pool *p;

    require(pool_new(&p, threads, &e) == OK, "a pool", &e);
    for (int64_t round = 0; round < ROUNDS; round++)
        pool_run(p, round % (PARTS + 1), count_part, runs);
    for (int64_t i = 0; i < PARTS; i++) {
        int64_t want = 0;
        for (int64_t round = 0; round < ROUNDS; round++)
            want += i < round % (PARTS + 1);
        require(runs[i] == want, "every part runs once", &e);
    }
    pool_free(p);
}

/* What training leaves. */
struct result {
    struct train_state state;
    struct score *scores; /* [valid samples] */
};

/* `set`: the samples of both parts, wherever their pixels are. */
static struct result train(const struct experiment *x, struct samples *s,
                           const struct dataset *set, int64_t threads)
{
    const struct subset valid = {set, s->valid_part.ids, s->valid_part.count};
    const struct fit_data data = {
        .train = {set, s->train_part.ids, s->train_part.count},
        .valid = valid,
        .norm = &s->facts.norm};
    struct fit_config config = experiment_fit_config(x);
    struct err e = {0};
    struct pool *pool;
    struct infer *infer;
    struct result r = {0};

    r.scores =
        arena_take(&s->arena, (size_t)s->valid_part.count, sizeof *r.scores);
    require(pool_new(&pool, threads, &e) == OK, "a pool", &e);
    require(r.scores && state_new(&r.state, &x->graph, update_of(x->update),
                                  &x->columns, &e) == OK,
            "memory", &e);
    graph_init_params(&x->graph, r.state.params);
    config.step.apart = set->apart ? pixel_bytes(set->pixel) : 0;
    const struct exchange exchange = exchange_local(pool);
    const struct fit_job job = {&config, &x->graph, &data, &exchange};
    require(fit_run(&job, &r.state, NULL, &e) == OK, "training", &e);
    require(infer_new(&infer, &x->graph, pool, INFER_ANY, &e) == OK,
            "inference", &e);
    infer_weights(infer, r.state.params);
    require(infer_scores(infer, &valid,
                         &(struct scoring){&s->facts.norm, config.step.loss},
                         r.scores, NULL, &e) == OK,
            "scores", &e);
    infer_free(infer);
    pool_free(pool);
    return r;
}

/* Gives `many` back. */
static void compare(const struct experiment *x, const struct samples *s,
                    const struct result *one, struct result many)
{
    const struct err e = {0};

    require(memcmp(one->state.params, many.state.params,
                   (size_t)x->graph.param_size * sizeof(real)) == 0,
            "weights depend on the number of threads, or on where pixels are",
            &e);
    for (int64_t i = 0; i < s->valid_part.count; i++)
        require(memcmp(&one->scores[i].loss, &many.scores[i].loss,
                       sizeof(double)) == 0,
                "scores depend on the number of threads, or on where pixels "
                "are",
                &e);
    state_free(&many.state);
}

static void run_training(const char *config)
{
    struct err e = {0};
    const struct settings none = {0};
    struct experiment x;
    struct samples s = {0};

    require(experiment_read(&x, config, &none,
                            EXPERIMENT_DATA | EXPERIMENT_TRAIN, NULL,
                            &e) == OK &&
                samples_load(&s, &x, NULL, 2, &e) == OK,
            "the experiment", &e);
    struct apart store;
    const struct dataset far = apart_of(&s.train, &store);
    struct result one = train(&x, &s, &s.train, 1);
    for (int64_t threads = 1; threads <= 4; threads++) {
        compare(&x, &s, &one, train(&x, &s, &s.train, threads));
        compare(&x, &s, &one, train(&x, &s, &far, threads));
    }
    state_free(&one.state);
    samples_free(&s);
    experiment_free(&x);
}

/* Slices that wait for each other, and the sums that one thread makes of what
 * the others left. */
static void run_sums(void)
{
    for (const struct rig_net *net = rig_nets; net->name; net++) {
        struct rig rigs[2];
        struct err e = {0};
        for (int64_t i = 0; i < 2; i++) {
            struct pool *pool;
            require(pool_new(&pool, 1 + 2 * i, &e) == OK, "a pool", &e);
            const struct exchange x = exchange_local(pool);
            rig_open(&rigs[i], net);
            (void)rig_train(&rigs[i], &x);
            pool_free(pool);
        }
        require(rig_same(&rigs[0], &rigs[1]),
                "sums depend on the number of threads", &e);
        rig_close(&rigs[0]);
        rig_close(&rigs[1]);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: tsan CONFIG\n");
        return 64;
    }
    for (int64_t threads = 1; threads <= 4; threads++)
        run_pool(threads);
    run_training(argv[1]);
    run_sums();
    puts("tsan: no race");
    return 0;
}

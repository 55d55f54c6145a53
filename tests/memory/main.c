/*
 * main.c - no allocation while a network trains.
 *
 * The program's own malloc and its like stand before the C library's and count
 * what the project and the C library ask for.  OpenBLAS's own calls are left
 * out: some of its kernels pack into memory of their own, and only the
 * algorithm im2col meets them.  After one step and one
 * pass of inference, which may warm something up, there must be none, whatever
 * the algorithm and the number of threads.  And what a training step takes
 * before must be what the memory plan says.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/samples.h"
#include "base/pool.h"
#include "document/experiment.h"
#include "support/rig.h"
#include "train/infer.h"
#include "train/step.h"
#include "update/update.h"

enum { STEPS = 20 };

static atomic_bool armed;
static atomic_long calls, bytes;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool is_blas(const void *caller)
{
    Dl_info info;

    return dladdr(caller, &info) && info.dli_fname &&
           strstr(info.dli_fname, "openblas");
}

static void count_call(const void *caller, size_t size)
{
    if (!atomic_load_explicit(&armed, memory_order_relaxed) || is_blas(caller))
        return;
    atomic_fetch_add(&calls, 1);
    atomic_fetch_add(&bytes, (long)size);
}

void *malloc(size_t size)
{
    count_call(__builtin_return_address(0), size);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    count_call(__builtin_return_address(0), count * size);
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    count_call(__builtin_return_address(0), size);
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count_call(__builtin_return_address(0), size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    count_call(__builtin_return_address(0), size);
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}

static void require(bool kept, const char *what, const struct err *e)
{
    if (kept)
        return;
    fprintf(stderr, "memory: %s\n%s", what, e->text);
    exit(1);
}

/* What is run, step by step. */
struct trainer {
    const struct experiment *x;
    struct samples samples;
    struct train_state state;
    struct fit_config config;
    struct exchange exchange;
    struct step *step;
    struct infer *infer;
    struct score *scores; /* [samples of the training part] */
};

/* Makes a step; does it take what the plan says, to a tenth? */
static bool check_plan(const char *what, struct step **out,
                       const struct step_config *c, const struct graph *g,
                       const struct exchange *x)
{
    const long threads = pool_size(x->pool);
    struct step_sizes sizes;
    struct err e = {0};

    require(step_sizes_of(c, g, threads, 1, &sizes, &e) == OK, "a plan", &e);
    atomic_store(&bytes, 0);
    atomic_store(&armed, true);
    require(step_new(out, c, g, x, &e) == OK, "a step", &e);
    atomic_store(&armed, false);
    const double taken = (double)atomic_load(&bytes);
    const double planned = (double)(sizes.gradients + sizes.activations +
                                    sizes.scratch + sizes.weights);
    const bool sound = taken <= 1.1 * planned && planned <= 1.1 * taken;
    printf("%s memory: %s, %ld threads: %.0f bytes planned, %.0f taken\n",
           sound ? "ok  " : "FAIL", what, threads, planned, taken);
    return sound;
}

/* True when the memory plan holds. */
static bool prepare(struct trainer *t, const struct experiment *x,
                    struct pool *pool)
{
    struct err e = {0};

    *t = (struct trainer){
        .x = x,
        .config = experiment_fit_config(x),
        .exchange = exchange_local(pool),
    };
    require(samples_load(&t->samples, x, NULL, 1, &e) == OK, "the samples", &e);
    t->scores =
        arena_take(&t->samples.arena, (size_t)t->samples.train_part.count,
                   sizeof *t->scores);
    require(t->scores &&
                state_new(&t->state, &x->graph, update_of(x->update),
                          &x->columns, &e) == OK &&
                infer_new(&t->infer, &x->graph, pool, INFER_ANY, &e) == OK,
            "memory", &e);
    graph_init_params(&x->graph, t->state.params);
    return check_plan("a network", &t->step, &t->config.step, &x->graph,
                      &t->exchange);
}

/* A whole batch, or a short one. */
static void run_step(struct trainer *t, int64_t number)
{
    const struct subset *part = &t->samples.train_part;
    const struct step_batch batch = {
        .set = part->set,
        .part = part,
        .norm = &t->samples.facts.norm,
        .ids = part->ids,
        .count = t->config.step.batch_size - number % 2 * 5,
        .epoch = 1,
        .learning_rate = 0.001,
        .momentum = update_momentum(t->config.step.update),
    };

    (void)step_run(t->step, &t->state, &batch);
    infer_weights(t->infer, t->state.params);
    const struct scoring with = {&t->samples.facts.norm, t->config.step.loss};
    struct err e;
    if (infer_scores(t->infer, part, &with, t->scores, NULL, &e) != OK)
        exit(1);
}

static void give_back(struct trainer *t)
{
    infer_free(t->infer);
    step_free(t->step);
    state_free(&t->state);
    samples_free(&t->samples);
}

static bool check(const char *config, const char *algorithm, int64_t threads)
{
    struct err e = {0};
    const struct settings set = {.at = &algorithm, .count = 1};
    struct experiment x;
    struct pool *pool;
    struct trainer t;

    require(experiment_read(&x, config, &set,
                            EXPERIMENT_DATA | EXPERIMENT_TRAIN, NULL, &e) == OK,
            "the experiment", &e);
    require(pool_new(&pool, threads, &e) == OK, "a pool", &e);
    const bool planned = prepare(&t, &x, pool);
    run_step(&t, 0);
    atomic_store(&calls, 0);
    atomic_store(&armed, true);
    for (int64_t i = 1; i < STEPS; i++)
        run_step(&t, i);
    atomic_store(&armed, false);
    const long counted = atomic_load(&calls);
    printf("%s memory: %s, %lld threads: %ld allocations in %d steps\n",
           counted ? "FAIL" : "ok  ", algorithm, (long long)threads, counted,
           STEPS - 1);
    give_back(&t);
    pool_free(pool);
    experiment_free(&x);
    return planned && counted == 0;
}

/* Sums over a batch: lanes, sums and settled ones are there before. */
static bool check_sums(int64_t threads)
{
    struct err e = {0};
    struct pool *pool;
    struct step *step;
    struct rig r;

    require(pool_new(&pool, threads, &e) == OK, "a pool", &e);
    const struct exchange x = exchange_local(pool);
    rig_open(&r, &rig_wide);
    const bool planned =
        check_plan("sums over a batch", &step, &r.config, &r.g, &x);
    atomic_store(&calls, 0);
    atomic_store(&armed, true);
    for (int64_t i = 0; i < STEPS; i++) {
        const struct step_batch batch = rig_batch(&r, i, 13 - i % 2 * 5);
        (void)step_run(step, &r.state, &batch);
    }
    atomic_store(&armed, false);
    const long counted = atomic_load(&calls);
    printf("%s memory: sums over a batch, %lld threads: %ld allocations\n",
           counted ? "FAIL" : "ok  ", (long long)threads, counted);
    step_free(step);
    rig_close(&r);
    pool_free(pool);
    return planned && counted == 0;
}

/* Does the count see what it is there for? */
static bool sees_allocations(void)
{
    atomic_store(&armed, true);
    void *volatile block = malloc(1);
    free(block);
    atomic_store(&armed, false);
    return atomic_load(&calls) > 0;
}

int main(int argc, char **argv)
{
    static const char *const algorithms[] = {
        "engine.algorithm=auto", "engine.algorithm=direct",
        "engine.algorithm=im2col", "engine.algorithm=winograd4"};
    bool sound = sees_allocations();

    if (argc != 2) {
        fprintf(stderr, "usage: memory CONFIG\n");
        return 64;
    }
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        for (int64_t threads = 1; threads <= 3; threads++)
            sound = check(argv[1], algorithms[i], threads) && sound;
    for (int64_t threads = 1; threads <= 3; threads++)
        sound = check_sums(threads) && sound;
    return sound ? 0 : 1;
}

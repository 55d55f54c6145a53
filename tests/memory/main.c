/*
 * main.c - no allocation while a network trains.
 *
 * The program's own malloc and its like stand before the C library's and count
 * what the project and the C library ask for.  OpenBLAS's own calls are left
 * out: some of its kernels pack into memory of their own, and only the
 * algorithm im2col meets them.  After one step and one
 * pass of inference, which may warm something up, there must be none, whatever
 * the algorithm and the number of threads.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/experiment.h"
#include "app/samples.h"
#include "base/pool.h"
#include "tensor/gemm.h"
#include "train/infer.h"
#include "train/step.h"
#include "update/update.h"

enum { STEPS = 20 };

static atomic_bool armed;
static atomic_long calls;

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

static void count_call(const void *caller)
{
    if (atomic_load_explicit(&armed, memory_order_relaxed) && !is_blas(caller))
        atomic_fetch_add(&calls, 1);
}

void *malloc(size_t size)
{
    count_call(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    count_call(__builtin_return_address(0));
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    count_call(__builtin_return_address(0));
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count_call(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    count_call(__builtin_return_address(0));
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

static void prepare(struct trainer *t, const struct experiment *x,
                    struct pool *pool)
{
    struct err e = {0};

    *t = (struct trainer){
        .x = x,
        .config = experiment_fit_config(x),
        .exchange = exchange_local(pool),
    };
    require(samples_load(&t->samples, x, &e) == OK, "the samples", &e);
    t->scores =
        arena_take(&t->samples.arena, (size_t)t->samples.train_part.count,
                   sizeof *t->scores);
    require(
        t->scores &&
            state_new(&t->state, &x->graph, update_of(x->update), &e) == OK &&
            step_new(&t->step, &t->config.step, &x->graph, &t->exchange, &e) ==
                OK &&
            infer_new(&t->infer, &x->graph, pool, INFER_ANY, &e) == OK,
        "memory", &e);
    graph_init_params(&x->graph, t->state.params, t->state.buffers);
}

/* A whole batch, or a short one. */
static void run_step(struct trainer *t, int64_t number)
{
    const struct subset *part = &t->samples.train_part;
    const struct weights w = {t->state.params, t->state.buffers};
    const struct step_batch batch = {
        .set = part->set,
        .norm = &t->samples.facts.norm,
        .ids = part->ids,
        .count = t->config.step.batch_size - number % 2 * 5,
        .epoch = 1,
        .learning_rate = 0.001,
    };

    (void)step_run(t->step, &t->state, &batch);
    infer_scores(t->infer, &w, part, &t->samples.facts.norm,
                 t->config.step.loss, t->scores);
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
    const struct settings set = {&algorithm, 1};
    struct experiment x;
    struct pool *pool;
    struct trainer t;

    require(experiment_read(&x, config, &set,
                            EXPERIMENT_DATA | EXPERIMENT_TRAIN, NULL, &e) == OK,
            "the experiment", &e);
    require(pool_new(&pool, threads, &e) == OK, "a pool", &e);
    prepare(&t, &x, pool);
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
    return counted == 0;
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
    gemm_setup();
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        for (int64_t threads = 1; threads <= 3; threads++)
            sound = check(argv[1], algorithms[i], threads) && sound;
    return sound ? 0 : 1;
}

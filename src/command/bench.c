/*
 * bench.c - where the time goes, layer by layer.
 */
#include <math.h>

#include "app/alike.h"
#include "app/preflight.h"
#include "app/samples.h"
#include "cli/subject.h"
#include "cli/together.h"
#include "command/bench_print.h"
#include "data/pixels.h"
#include "train/loading.h"

enum { DEFAULT_BATCH = 128 };

static const double default_seconds = 4;

struct bench_options {
    double seconds;
    int64_t batch;
};

static const struct option bench_options[] = {
    OPTION(bench_options, seconds, "seconds", .argument = "S", .min = 0.01,
           .max = 86400,
           .doc = "How long to measure, about; default: 4, half of it training "
                  "and half inference; as long again where samples are read "
                  "while training."),
    OPTION(bench_options, batch, "batch", .argument = "N", .min = 1,
           .max = 1000000,
           .doc = "Images in a batch; default: the configuration's."),
    {0},
};

/* The share of training's time that waits for samples: 0 when they are in
 * memory, NaN where there are none. */
static enum status measure_loading(const struct call *call,
                                   const struct experiment *x,
                                   struct loading_job job, double *share,
                                   struct err *e)
{
    struct samples_survey survey;
    struct samples samples = {0};
    enum status s = samples_survey(x, &survey, e);

    *share = survey.known && x->has_train ? 0 : (double)NAN;
    if (s != OK || !survey.apart || !x->has_train)
        return s;
    s = samples_load(&samples, x, NULL, call->global.threads, e);
    if (s == OK) {
        const struct data_facts *f = &samples.facts;
        job.step = facts_fit_config(f, x).step;
        job.step.apart = pixel_bytes(samples.train.pixel);
        job.train = &samples.train_part;
        job.norm = &f->norm;
        s = loading_measure(share, &job, e);
    }
    samples_free(&samples);
    return s;
}

static enum status bench(const struct call *call, struct experiment *x,
                         struct err *e)
{
    const struct bench_options *o = call->options;
    struct pool *pool = NULL;
    struct bench_result r = {.experiment = x, .loading = (double)NAN};

    if (o->batch > 0 || !x->has_train)
        x->train.batch_size = o->batch > 0 ? o->batch : DEFAULT_BATCH;
    struct bench_config config = {
        .step = {.batch_size = x->train.batch_size},
        .training = x->has_train,
        .seconds = o->seconds > 0 ? o->seconds : default_seconds,
    };
    enum status s = alike_documents(call->exchange, x, e);
    if (s == OK && x->has_train) {
        config.step = experiment_fit_config(x).step;
        s = preflight_memory(x, call->global.threads, call->exchange->processes,
                             0, e);
    }
    if (s == OK)
        s = pool_new(&pool, call->global.threads, e);
    const struct exchange exchange = exchange_with(*call->exchange, pool);
    if (s == OK)
        s = bench_run(&r.bench, &config, &x->graph, &exchange, call->arena, e);
    if (s == OK)
        s = measure_loading(call, x,
                            (struct loading_job){.graph = &x->graph,
                                                 .pool = pool,
                                                 .seed = (uint64_t)x->top.seed,
                                                 .seconds = config.seconds},
                            &r.loading, e);
    if (s == OK && call->global.json)
        s = bench_print_json(call, &r, e);
    else if (s == OK)
        bench_print(call, &r);
    pool_free(pool);
    return s == OK ? arena_check(call->arena, e, "printing") : s;
}

static enum status run(const struct call *call, struct err *e)
{
    struct subject subject = {0};
    enum status s = together_words(call, OK, e);

    if (s == OK)
        s = subject_read(&subject, call, call->words[0], EXPERIMENT_AS_TRAINED,
                         e);
    if (s == OK)
        s = bench(call, subject.experiment, e);
    subject_free(&subject);
    return s;
}

const struct command cmd_bench = {
    .name = "bench",
    .operands = "CONFIG|MODEL",
    .doc = "Time and speed of every layer; images a second.",
    .examples = "  cnnctl bench mnist.yaml\n"
                "  cnnctl bench mnist.yaml --threads 1 --seconds 10\n"
                "  cnnctl bench m.safetensors --batch 32 --json\n",
    OPTIONS(bench_options),
    .takes_set = true,
    .takes_json = true,
    .by_several = true,
    .run = run,
};

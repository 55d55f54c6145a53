/*
 * bench.c - where the time goes, layer by layer.
 */
#include "train/bench.h"

#include <math.h>
#include <string.h>

#include "app/alike.h"
#include "app/preflight.h"
#include "app/samples.h"
#include "cli/say.h"
#include "cli/subject.h"
#include "cli/together.h"
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

static const char *const pass_names[BENCH_PASSES] = {
    [BENCH_FORWARD] = "forward",
    [BENCH_BACKWARD] = "backward",
    [BENCH_UPDATE] = "update",
    [BENCH_INFERENCE] = "inference",
};

/* "dx+dw" where the two gradients are computed in two ways. */
static const char *algorithm_of(struct arena *arena, const struct experiment *x,
                                int64_t node, enum bench_pass pass)
{
    const struct graph *g = &x->graph;
    const struct graph_node *n = &g->nodes[node];
    const struct layer *l = &n->layer;

    if (pass == BENCH_UPDATE)
        return x->update.kind->name;
    if (!l->ops->algorithm)
        return NULL;
    if (pass != BENCH_BACKWARD)
        return l->ops->algorithm(l, LAYER_FORWARD);
    const char *weights = l->ops->algorithm(l, LAYER_WEIGHTS);
    const char *data = g->nodes[n->inputs[0]].needs_dy
                           ? l->ops->algorithm(l, LAYER_DATA)
                           : weights;
    return strcmp(data, weights) == 0
               ? data
               : arena_printf(arena, "%s+%s", data, weights);
}

/* One line of the result. */
struct row {
    const char *layer, *pass, *algorithm; /* algorithm NULL: there is one way */
    double seconds, gflops, gbytes, share; /* NaN: not counted */
};

static void put_rate(struct table *t, double rate)
{
    if (isnan(rate))
        table_put(t, "        -");
    else
        table_put(t, "%9.1f", rate);
}

static void table_row(struct table *t, const struct row *r)
{
    table_put(t, "%s", r->layer);
    table_put(t, "%s", r->pass);
    table_put(t, "%s", r->algorithm ? r->algorithm : "-");
    table_put(t, "%10.3f", 1e3 * r->seconds);
    put_rate(t, r->gflops);
    put_rate(t, r->gbytes);
    table_put(t, "%5.1f %%", 100 * r->share);
}

static void json_row(struct json_writer *w, const struct row *r)
{
    json_begin_map(w, NULL);
    json_put_text(w, "name", r->layer);
    json_put_text(w, "pass", r->pass);
    json_put_text(w, "algorithm", r->algorithm);
    json_put_real(w, "seconds", r->seconds);
    json_put_real(w, "gflops", r->gflops);
    json_put_real(w, "gbytes_per_second", r->gbytes);
    json_put_real(w, "share", r->share);
    json_end(w);
}

/* All lines into one of the two. */
static void put_rows(struct table *t, struct json_writer *w,
                     const struct call *call, const struct experiment *x,
                     const struct bench *b)
{
    for (int64_t i = 0; i < x->graph.count; i++)
        for (int p = 0; p < BENCH_PASSES; p++) {
            const enum bench_pass pass = (enum bench_pass)p;
            const double seconds = b->calls[i * BENCH_PASSES + p];
            if (!(seconds > 0))
                continue;
            const double flops =
                bench_flops(&x->graph, i, pass, x->train.batch_size);
            const double bytes =
                bench_bytes(&x->graph, i, pass, x->train.batch_size);
            const struct row row = {
                .layer = x->graph.nodes[i].layer.name,
                .pass = i > 0 ? pass_names[p] : "augment",
                .algorithm = algorithm_of(call->arena, x, i, pass),
                .seconds = seconds,
                .gflops = flops > 0 ? flops / seconds / 1e9 : (double)NAN,
                .gbytes = bytes > 0 ? bytes / seconds / 1e9 : (double)NAN,
                .share = seconds /
                         (pass == BENCH_INFERENCE ? b->inference : b->training),
            };
            if (w)
                json_row(w, &row);
            else
                table_row(t, &row);
        }
}

static void print_rate(const struct call *call, const char *what,
                       double seconds, int64_t batch)
{
    if (seconds > 0)
        out_printf(call->out, "%-9s  %.1f images/s, %.3f ms a batch of %lld\n",
                   what, (double)batch / seconds, 1e3 * seconds,
                   (long long)batch);
}

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

static void print_loading(const struct call *call, double share)
{
    if (!isnan(share))
        out_printf(call->out,
                   "loading    %.1f %% of training waits for samples\n",
                   100 * share);
}

/* Of the time that messages were on their way, how much was computed in. */
static double hidden_share(const struct exchange_spent *s)
{
    return s->seconds > 0 ? 1 - s->waited / s->seconds : (double)NAN;
}

static void print_exchange(const struct call *call, const struct bench *b)
{
    const struct exchange_spent *s = &b->exchange;

    if (call->exchange->processes > 1 && b->training > 0)
        out_printf(
            call->out,
            "exchange   %lld ranks, %.2f MB and %.3f ms a batch, %.1f %% "
            "of them behind computing\n",
            (long long)call->exchange->processes, s->bytes / 1e6,
            1e3 * s->seconds, 100 * hidden_share(s));
}

static void json_exchange(struct json_writer *w, const struct call *call,
                          const struct bench *b)
{
    const struct exchange_spent *s = &b->exchange;

    if (call->exchange->processes == 1 || b->training == 0)
        return;
    json_begin_map(w, "exchange");
    json_put_int(w, "ranks", call->exchange->processes);
    json_put_real(w, "bytes", s->bytes);
    json_put_real(w, "seconds", s->seconds);
    json_put_real(w, "hidden", hidden_share(s));
    json_end(w);
}

static void print(const struct call *call, const struct experiment *x,
                  const struct bench *b, double loading)
{
    /* A dash makes a column one of words: its numbers are padded here. */
    struct table t = TABLE(-1, "layer", "pass", "algorithm", "ms a batch",
                           "GFLOP/s", "GB/s", "share");

    put_rows(&t, NULL, call, x, b);
    print_table(call, &t);
    out_puts(call->out, "\n");
    print_rate(call, "training", b->training, x->train.batch_size);
    print_rate(call, "inference", b->inference, x->train.batch_size);
    print_loading(call, loading);
    print_exchange(call, b);
    out_printf(call->out, "kernels    %s\n", model_kernels(&x->graph).text);
}

static enum status print_as_json(const struct call *call,
                                 const struct experiment *x,
                                 const struct bench *b, double loading,
                                 struct err *e)
{
    const double batch = (double)x->train.batch_size;
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_begin_list(&w, "layers");
    put_rows(NULL, &w, call, x, b);
    json_end(&w);
    json_put_real(&w, "images_per_second",
                  batch / (b->training > 0 ? b->training : b->inference));
    json_put_real(&w, "inference_images_per_second", batch / b->inference);
    json_put_real(&w, "loading_share", loading);
    json_exchange(&w, call, b);
    json_put_text(&w, "kernels", model_kernels(&x->graph).text);
    json_end(&w);
    return print_json(call, &w, e);
}

static enum status bench(const struct call *call, struct experiment *x,
                         struct err *e)
{
    const struct bench_options *o = call->options;
    struct pool *pool = NULL;
    double loading = (double)NAN;
    struct bench b;

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
        s = preflight_memory(x, call->global.threads, 0, e);
    }
    if (s == OK)
        s = pool_new(&pool, call->global.threads, e);
    const struct exchange exchange = exchange_with(*call->exchange, pool);
    if (s == OK)
        s = bench_run(&b, &config, &x->graph, &exchange, call->arena, e);
    if (s == OK)
        s = measure_loading(call, x,
                            (struct loading_job){.graph = &x->graph,
                                                 .pool = pool,
                                                 .seed = (uint64_t)x->top.seed,
                                                 .seconds = config.seconds},
                            &loading, e);
    if (s == OK && call->global.json)
        s = print_as_json(call, x, &b, loading, e);
    else if (s == OK)
        print(call, x, &b, loading);
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

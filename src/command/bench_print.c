/*
 * bench_print.c - one line per layer and pass, then the whole.
 */
#include "command/bench_print.h"

#include <math.h>
#include <string.h>

#include "app/model.h"
#include "base/system.h"
#include "cli/say.h"
#include "tensor/bfloat16.h"

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
    const struct layer *l = &g->nodes[node].layer;

    if (pass == BENCH_UPDATE)
        return x->update.kind->name;
    if (!l->ops->algorithm)
        return NULL;
    if (pass != BENCH_BACKWARD)
        return l->ops->algorithm(l, LAYER_FORWARD);
    const char *weights = l->ops->algorithm(l, LAYER_WEIGHTS);
    const char *data = l->ops->algorithm(l, LAYER_DATA);
    if (graph_passes(g, node, LAYER_WEIGHTS, true) == 0)
        return data;
    if (graph_passes(g, node, LAYER_DATA, true) == 0)
        return weights;
    return strcmp(data, weights) == 0
               ? data
               : arena_printf(arena, "%s+%s", data, weights);
}

/* One line of the result. */
struct row {
    const char *layer, *pass, *algorithm; /* algorithm NULL: there is one way */
    double seconds, share;                /* of the batch */
    double gflops, gbytes, limits;        /* NaN: not counted */
};

static void put_rate(struct table *t, double rate)
{
    if (isnan(rate))
        table_put(t, "        -");
    else
        table_put(t, "%9.1f", rate);
}

static void put_share(struct table *t, double share)
{
    if (isnan(share))
        table_put(t, "      -");
    else
        table_put(t, "%5.1f %%", 100 * share);
}

static void table_row(struct table *t, const struct row *r)
{
    table_put(t, "%s", r->layer);
    table_put(t, "%s", r->pass);
    table_put(t, "%s", r->algorithm ? r->algorithm : "-");
    table_put(t, "%10.3f", 1e3 * r->seconds);
    put_rate(t, r->gflops);
    put_rate(t, r->gbytes);
    put_share(t, r->share);
    put_share(t, r->limits);
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
    json_put_real(w, "limit_share", r->limits);
    json_end(w);
}

static double time_of(const struct bench *b, enum bench_pass pass)
{
    return pass == BENCH_INFERENCE ? b->inference : b->training;
}

/* Of the processor's limit, what takes a thread so many seconds at least in so
 * many; processes share a batch in training alone.  NaN: there is nothing. */
static double limit_share(const struct call *call, const struct bench *b,
                          enum bench_pass pass, double least, double seconds)
{
    const int64_t processes =
        pass == BENCH_INFERENCE ? 1 : call->exchange->processes;

    return least > 0 && seconds > 0
               ? least / seconds / (double)(b->threads * processes)
               : (double)NAN;
}

/* The same of a whole batch, in training or inference. */
static double whole_share(const struct call *call, const struct bench_result *r,
                          bool inference)
{
    const enum bench_pass first = inference ? BENCH_INFERENCE : BENCH_FORWARD;
    const enum bench_pass last = inference ? BENCH_INFERENCE : BENCH_UPDATE;
    const struct experiment *x = r->experiment;
    double least = 0;

    for (int64_t i = 0; i < x->graph.count; i++)
        for (int p = (int)first; p <= (int)last; p++)
            least += bench_least(&x->graph, i, (enum bench_pass)p,
                                 x->train.batch_size, r->bench.limits);
    return limit_share(call, &r->bench, first, least,
                       time_of(&r->bench, first));
}

static struct row make_row(const struct call *call,
                           const struct bench_result *r, int64_t node,
                           enum bench_pass pass)
{
    const struct bench *b = &r->bench;
    const struct graph *g = &r->experiment->graph;
    const int64_t batch = r->experiment->train.batch_size;
    const double seconds = b->calls[node * BENCH_PASSES + (int)pass];
    const double flops = bench_flops(g, node, pass, batch);
    const double least = bench_least(g, node, pass, batch, b->limits);
    const double bytes = bench_bytes(g, node, pass, batch);

    return (struct row){
        .layer = g->nodes[node].layer.name,
        .pass = node > 0 ? pass_names[pass] : "augment",
        .algorithm = algorithm_of(call->arena, r->experiment, node, pass),
        .seconds = seconds,
        .share = seconds / time_of(b, pass),
        .gflops = flops > 0 ? flops / seconds / 1e9 : (double)NAN,
        .gbytes = bytes > 0 ? bytes / seconds / 1e9 : (double)NAN,
        .limits = limit_share(call, b, pass, least, seconds),
    };
}

/* All lines into one of the two. */
static void put_rows(struct table *t, struct json_writer *w,
                     const struct call *call, const struct bench_result *r)
{
    for (int64_t i = 0; i < r->experiment->graph.count * BENCH_PASSES; i++) {
        if (!(r->bench.calls[i] > 0))
            continue;
        const struct row row = make_row(call, r, i / BENCH_PASSES,
                                        (enum bench_pass)(i % BENCH_PASSES));
        if (w)
            json_row(w, &row);
        else
            table_row(t, &row);
    }
}

static void print_rate(const struct call *call, const struct bench_result *r,
                       bool inference)
{
    const int64_t batch = r->experiment->train.batch_size;
    const double share = whole_share(call, r, inference);
    const double seconds = inference ? r->bench.inference : r->bench.training;

    if (!(seconds > 0))
        return;
    out_printf(call->out, "%-9s  %.1f images/s, %.3f ms a batch of %lld",
               inference ? "inference" : "training", (double)batch / seconds,
               1e3 * seconds, (long long)batch);
    if (!isnan(share))
        out_printf(call->out, ", %.1f %% of the limit", 100 * share);
    out_puts(call->out, "\n");
}

/* What shares are of, and the kernels that were measured. */
static void print_machine(const struct call *call, const struct bench_result *r)
{
    const struct graph *g = &r->experiment->graph;
    const struct kernels *kern = g->nodes[0].layer.spec.engine.kern;
    char processor[SYSTEM_PROCESSOR_BYTES];

    system_processor(processor);
    out_printf(call->out, "limit      %.1f GFLOP/s a thread, %s",
               r->bench.limits.plain / 1e9, cpu_name(kern->level));
    if (r->bench.limits.pairs > 0)
        out_printf(call->out, "; %.1f in bfloat16",
                   r->bench.limits.pairs / 1e9);
    out_puts(call->out, "\n");
    out_printf(call->out, "processor  %s\n", processor);
    out_printf(call->out, "kernels    %s", model_kernels(g).text);
    if (kern->bfloat16)
        out_printf(call->out, ", bfloat16 %s", bfloat16_manner(kern));
    out_puts(call->out, "\n");
}

static void json_machine(struct json_writer *w, const struct bench_result *r)
{
    const struct graph *g = &r->experiment->graph;
    char processor[SYSTEM_PROCESSOR_BYTES];

    system_processor(processor);
    json_put_int(w, "threads", r->bench.threads);
    json_put_real(w, "limit_gflops", r->bench.limits.plain / 1e9);
    if (r->bench.limits.pairs > 0)
        json_put_real(w, "limit_bfloat16_gflops", r->bench.limits.pairs / 1e9);
    json_put_text(w, "processor", processor);
    json_put_text(w, "kernels", model_kernels(g).text);
    if (g->engine.kern->bfloat16)
        json_put_text(w, "bfloat16", bfloat16_manner(g->engine.kern));
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

void bench_print(const struct call *call, const struct bench_result *r)
{
    /* A dash makes a column one of words: its numbers are padded here. */
    struct table t = TABLE(-1, "layer", "pass", "algorithm", "ms a batch",
                           "GFLOP/s", "GB/s", "share", "of limit");

    put_rows(&t, NULL, call, r);
    print_table(call, &t);
    out_puts(call->out, "\n");
    print_rate(call, r, false);
    print_rate(call, r, true);
    print_loading(call, r->loading);
    print_exchange(call, &r->bench);
    print_machine(call, r);
}

enum status bench_print_json(const struct call *call,
                             const struct bench_result *r, struct err *e)
{
    const double batch = (double)r->experiment->train.batch_size;
    const struct bench *b = &r->bench;
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_begin_list(&w, "layers");
    put_rows(NULL, &w, call, r);
    json_end(&w);
    json_put_real(&w, "images_per_second",
                  batch / (b->training > 0 ? b->training : b->inference));
    json_put_real(&w, "inference_images_per_second", batch / b->inference);
    json_put_real(&w, "limit_share", whole_share(call, r, !(b->training > 0)));
    json_put_real(&w, "inference_limit_share", whole_share(call, r, true));
    json_put_real(&w, "loading_share", r->loading);
    json_exchange(&w, call, b);
    json_machine(&w, r);
    json_end(&w);
    return print_json(call, &w, e);
}

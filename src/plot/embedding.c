/*
 * embedding.c - samples in the plane of a layer's two principal components.
 */
#include "look/embedding.h"

#include "cli/layer_option.h"
#include "plot/judge.h"

struct embedding_options {
    struct data_options data;
    struct plot_options plot;
    const char *layer;
};

static const struct option embedding_options[] = {
    DATA_OPTIONS(embedding_options),
    OPTION(embedding_options, layer, "layer", .argument = "NAME",
           .doc = "The layer whose outputs are looked at; default: the one "
                  "that the last one reads."),
    PLOT_OPTIONS(embedding_options),
    {0},
};

static enum status compute(const struct judge *j, struct embedding *m,
                           struct err *e)
{
    const struct embedding_options *o = j->call->options;
    struct layer_request r = {
        .model = &j->model,
        .part = judge_part(j),
        .name = judge_name(j),
        .progress = j->call->progress,
        .label = j->call->command->name,
    };
    const struct graph *g = &j->model.experiment.graph;
    enum status s = OK;

    r.node = g->nodes[g->count - 1].inputs[0];
    if (o->layer)
        s = layer_named(j->call, g, o->layer, &r.node, e);
    if (s == OK)
        s = pool_new(&r.pool, j->call->global.threads, e);
    if (s == OK)
        s = embedding_compute(m, &r, j->call->arena, e);
    pool_free(r.pool);
    return s;
}

static enum status show(const struct judge *j, struct plot *p, struct err *e)
{
    struct figure figure = {0};
    struct embedding m;
    enum status s = compute(j, &m, e);

    if (s != OK)
        return s;
    if (plot_wants_numbers(p))
        embedding_csv(&p->rows, &m);
    if (plot_wants_picture(p))
        embedding_figure(&figure, &m, j->call->arena);
    s = arena_check(j->call->arena, e, "drawing the embedding");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct embedding_options *o = call->options;
    const struct judge_kind kind = {
        .needs = {.takes = target_bit(TARGET_CLASS)},
        .data = &o->data,
        .plot = &o->plot,
        .curves = true,
        .show = show,
    };

    return judge_plot(call, &kind, e);
}

const struct command cmd_plot_embedding = {
    .name = "plot embedding",
    .operands = "MODEL [CONFIG]",
    .doc = "Samples by the first two principal components of a layer's "
           "outputs, coloured by class.",
    .examples =
        "  cnnctl plot embedding m.safetensors mnist.yaml -o plane.png\n"
        "  cnnctl plot embedding m.safetensors mnist.yaml --layer dense3 \\\n"
        "      --data plane.csv\n",
    OPTIONS(embedding_options),
    .takes_set = true,
    .run = run,
};

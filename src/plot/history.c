/*
 * history.c - any column of a model's history.
 */
#include <math.h>

#include "cli/say.h"
#include "conf/field.h"
#include "look/runs.h"
#include "plot/plot.h"
#include "source/convert.h"

struct history_options {
    struct plot_options plot;
    const char *metric;
};

static const struct option history_options[] = {
    OPTION(history_options, metric, "metric", .argument = "NAME",
           .doc = "The column: train_loss, valid_accuracy, learning_rate or "
                  "another that the history has; of a metric valid_ may be "
                  "left out."),
    PLOT_OPTIONS(history_options),
    {0},
};

static void put_rows(struct text *out, const struct run_curves *r)
{
    for (int64_t i = 0; i < r->count; i++) {
        csv_put(out, r->name);
        text_printf(out, ",%.0f,", r->epochs[i]);
        if (!isnan(r->columns[0][i]))
            real_add(out, r->columns[0][i]);
        text_puts(out, "\n");
    }
}

static enum status show(struct plot *p, const char *key,
                        const struct run_curves *runs, struct err *e)
{
    const struct call *call = p->call;
    struct figure figure;

    text_printf(&p->rows, "model,epoch,%s\n", key);
    for (int64_t i = 0; i < call->word_count; i++)
        put_rows(&p->rows, &runs[i]);
    metric_figure(&figure, key, runs, call->word_count, call->arena);
    const enum status s = arena_check(call->arena, e, "drawing the history");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct history_options *o = call->options;
    struct plot p = PLOT(call, &o->plot);
    struct run_curves *runs =
        arena_take(call->arena, (size_t)call->word_count, sizeof *runs);
    const char *key = NULL;

    p.curves = true;
    enum status s = arena_check(call->arena, e, "reading histories");
    if (s == OK)
        s = plot_begin(&p, e);
    for (int64_t i = 0; s == OK && i < call->word_count; i++)
        s = run_metric_read(&runs[i], call->words[i], o->metric, &key,
                            call->kernels, call->arena, e);
    if (s == OK)
        s = show(&p, key, runs, e);
    plot_end(&p);
    return s;
}

const struct command cmd_plot_history = {
    .name = "plot history",
    .operands = "MODEL...",
    .doc = "A column of the history per epoch, the best epoch marked.",
    .examples = "  cnnctl plot history mnist.safetensors --metric accuracy\n"
                "  cnnctl plot history a.safetensors b.safetensors --metric "
                "learning_rate\n",
    OPTIONS(history_options),
    .run = run,
};

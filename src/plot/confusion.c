/*
 * confusion.c - which classes are taken for which.
 */
#include "look/confusion.h"

#include "metric/confusion.h"
#include "plot/judge.h"

struct confusion_options {
    struct data_options data;
    struct plot_options plot;
};

static const struct option confusion_options[] = {
    DATA_OPTIONS(confusion_options),
    PLOT_OPTIONS(confusion_options),
    {0},
};

static void take(void *counts, const struct metric_rows *of)
{
    confusion_add(counts, of);
}

static enum status show(const struct judge *j, struct plot *p, struct err *e)
{
    struct arena *arena = j->call->arena;
    const size_t classes = (size_t)j->model.target.width;
    int64_t *counts = arena_take(arena, classes, classes * sizeof *counts);
    const struct confusion_look look = {&j->model.target, counts};
    struct figure figure = {0};
    enum status s = arena_check(arena, e, "counting confusions");

    if (s == OK)
        s = judge_walk(j, take, counts, e);
    if (s != OK)
        return s;
    if (plot_wants_numbers(p))
        confusion_csv(&p->rows, &look);
    if (plot_wants_picture(p))
        confusion_figure(&figure, &look, arena);
    s = arena_check(arena, e, "drawing confusions");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct confusion_options *o = call->options;
    const struct judge_kind kind = {
        .needs = {.takes = target_bit(TARGET_CLASS), .most = CONFUSION_MOST},
        .data = &o->data,
        .plot = &o->plot,
        .curves = true,
        .show = show,
    };

    return judge_plot(call, &kind, e);
}

const struct command cmd_plot_confusion = {
    .name = "plot confusion",
    .operands = "MODEL [CONFIG]",
    .doc = "Which classes a model takes for which; of at most 4,096 classes.",
    .examples =
        "  cnnctl plot confusion m.safetensors mnist.yaml -o confusion.svg\n"
        "  cnnctl plot confusion m.safetensors --csv test.csv.gz --data -\n",
    OPTIONS(confusion_options),
    .takes_set = true,
    .run = run,
};

/*
 * calibration.c - is a model right as often as it is sure?
 */
#include "metric/calibration.h"

#include "look/sureness.h"
#include "plot/judge.h"

struct calibration_options {
    struct data_options data;
    struct plot_options plot;
};

static const struct option calibration_options[] = {
    DATA_OPTIONS(calibration_options),
    PLOT_OPTIONS(calibration_options),
    {0},
};

static void take(void *calibration, const struct metric_rows *of)
{
    calibration_add(calibration, of);
}

static enum status show(const struct judge *j, struct plot *p, struct err *e)
{
    struct calibration calibration = {0};
    struct figure figure = {0};
    enum status s = judge_walk(j, take, &calibration, e);

    if (s != OK)
        return s;
    if (plot_wants_numbers(p))
        calibration_csv(&p->rows, &calibration);
    if (plot_wants_picture(p))
        calibration_figure(&figure, &calibration, j->call->arena);
    s = arena_check(j->call->arena, e, "drawing the calibration");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct calibration_options *o = call->options;
    const struct judge_kind kind = {
        .needs = {.takes = target_bit(TARGET_CLASS), .probable = true},
        .data = &o->data,
        .plot = &o->plot,
        .curves = true,
        .show = show,
    };

    return judge_plot(call, &kind, e);
}

const struct command cmd_plot_calibration = {
    .name = "plot calibration",
    .operands = "MODEL [CONFIG]",
    .doc = "How sure a model is of its answers, and how often it is right, in "
           "15 bins of equal width.",
    .examples =
        "  cnnctl plot calibration m.safetensors mnist.yaml -o sure.svg\n"
        "  cnnctl plot calibration m.safetensors mnist.yaml --data bins.csv\n",
    OPTIONS(calibration_options),
    .takes_set = true,
    .run = run,
};

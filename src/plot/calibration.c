/*
 * calibration.c - is a model right as often as it is sure?
 */
#include "metric/calibration.h"

#include "look/sureness.h"
#include "plot/judge.h"
#include "plot/plot.h"

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
    const struct calibration_options *o = j->call->options;
    struct calibration calibration = {0};
    struct figure figure = {0};
    enum status s = judge_walk(j, &o->data, take, &calibration, e);

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
    const struct judge_needs needs = {.takes = target_bit(TARGET_CLASS),
                                      .probable = true};
    struct judge j = {.call = call};
    struct plot p = PLOT(call, &o->plot);

    p.curves = true;
    enum status s = plot_begin(&p, e);
    if (s == OK)
        s = judge_open(&j, &o->data, &needs, e);
    if (s == OK)
        s = show(&j, &p, e);
    plot_end(&p);
    judge_close(&j);
    return s;
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

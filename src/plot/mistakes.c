/*
 * mistakes.c - samples that a model is sure about and wrong.
 */
#include "look/mistakes.h"

#include "cli/say.h"
#include "plot/judge.h"

enum { USUAL_COUNT = 25 };

struct mistakes_options {
    struct data_options data;
    struct plot_options plot;
    int64_t count;
};

static const struct option mistakes_options[] = {
    DATA_OPTIONS(mistakes_options),
    OPTION(mistakes_options, count, "count", .argument = "N", .min = 1,
           .max = 1e6, .doc = "At most how many; default: 25."),
    PLOT_OPTIONS(mistakes_options),
    {0},
};

static void take(void *mistakes, const struct metric_rows *of)
{
    mistakes_add(mistakes, of);
}

static enum status check_images(const struct judge *j, const struct plot *p,
                                struct err *e)
{
    const struct shape shape = judge_part(j)->set->shape;

    return shape.axes >= 2 || !plot_wants_picture(p)
               ? OK
               : usage_error(e, j->call,
                             "%s: its samples are %s numbers, no images; "
                             "expected --data FILE without --output",
                             j->call->words[0], shape_text(shape).text);
}

static enum status show(const struct judge *j, struct plot *p, struct err *e)
{
    const struct mistakes_options *o = j->call->options;
    struct arena *arena = j->call->arena;
    struct figure figure = {0};
    struct mistakes m;
    enum status s = check_images(j, p, e);

    mistakes_begin(&m, &j->model.target, judge_part(j)->set,
                   o->count > 0 ? o->count : USUAL_COUNT, arena);
    if (s == OK)
        s = arena_check(arena, e, "looking for mistakes");
    if (s == OK)
        s = judge_walk(j, take, &m, e);
    mistakes_end(&m);
    if (s == OK && plot_wants_numbers(p))
        mistakes_csv(&p->rows, &m);
    if (s == OK && plot_wants_picture(p))
        s = mistakes_figure(&figure, &m, arena, e);
    if (s == OK)
        s = arena_check(arena, e, "drawing mistakes");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct mistakes_options *o = call->options;
    const struct judge_kind kind = {
        .needs = {.takes = target_bit(TARGET_CLASS), .probable = true},
        .data = &o->data,
        .plot = &o->plot,
        .show = show,
    };

    return judge_plot(call, &kind, e);
}

const struct command cmd_plot_mistakes = {
    .name = "plot mistakes",
    .operands = "MODEL [CONFIG]",
    .doc = "The images that a model is most sure about and wrong.",
    .examples = "  cnnctl plot mistakes m.safetensors mnist.yaml -o wrong.png\n"
                "  cnnctl plot mistakes m.safetensors mnist.yaml --count 100 "
                "--data -\n",
    OPTIONS(mistakes_options),
    .takes_set = true,
    .run = run,
};

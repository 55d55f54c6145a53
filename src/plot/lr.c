/*
 * lr.c - learning rate and momentum of every update.
 */
#include "app/rates.h"
#include "cli/say.h"
#include "cli/subject.h"
#include "look/rates.h"
#include "plot/plot.h"

struct lr_options {
    struct plot_options plot;
};

static const struct option lr_options[] = {
    PLOT_OPTIONS(lr_options),
    {0},
};

static enum status show(struct plot *p, const struct schedule *rates,
                        struct err *e)
{
    const struct call *call = p->call;
    struct figure figure;

    if (plot_wants_numbers(p) && rates_updates(rates) > RATES_MAX_ROWS)
        return usage_error(e, call,
                           "--data: %lld updates are more rows than %d; "
                           "--set train.max_epochs=N makes them fewer",
                           (long long)rates_updates(rates), RATES_MAX_ROWS);
    if (plot_wants_numbers(p))
        rates_rows(&p->rows, rates);
    rates_figure(&figure, rates, call->words[0], call->arena);
    enum status s = arena_check(call->arena, e, "drawing the learning rate");
    if (s == OK)
        s = plot_finish(p, &figure, e);
    if (s == OK && schedule_plateau(rates))
        note(call, "plateau acts on what the epochs are worth: until it does, "
                   "the learning rate is as shown");
    return s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct lr_options *o = call->options;
    struct plot p = PLOT(call, &o->plot);
    struct subject subject = {0};
    struct schedule rates;

    p.curves = true;
    enum status s = plot_begin(&p, e);
    if (s == OK)
        s = subject_read(&subject, call, call->words[0], 0, e);
    if (s == OK)
        s = rates_of(subject.experiment, subject_model(&subject), &rates, e);
    if (s == OK)
        s = show(&p, &rates, e);
    subject_free(&subject);
    plot_end(&p);
    return s;
}

const struct command cmd_plot_lr = {
    .name = "plot lr",
    .operands = "CONFIG|MODEL",
    .doc = "Learning rate and momentum of every update, before it is trained.",
    .examples =
        "  cnnctl plot lr mnist.yaml\n"
        "  cnnctl plot lr mnist.yaml -s train.schedule=one_cycle -o lr.pdf\n",
    OPTIONS(lr_options),
    .takes_set = true,
    .run = run,
};

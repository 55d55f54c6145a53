/*
 * loss.c - training and validation loss per epoch.
 */
#include <math.h>

#include "cli/say.h"
#include "conf/field.h"
#include "look/runs.h"
#include "plot/plot.h"
#include "source/convert.h"

struct loss_options {
    struct plot_options plot;
};

static const struct option loss_options[] = {
    PLOT_OPTIONS(loss_options),
    {0},
};

/* NaN is an empty cell. */
static void put_number(struct text *out, const double *column, int64_t row)
{
    text_puts(out, ",");
    if (column && !isnan(column[row]))
        real_add(out, column[row]);
}

static void put_rows(struct text *out, const struct run_curves *r)
{
    for (int64_t i = 0; i < r->count; i++) {
        csv_put(out, r->name);
        text_printf(out, ",%.0f", r->epochs[i]);
        put_number(out, r->columns[0], i);
        put_number(out, r->columns[1], i);
        text_puts(out, "\n");
    }
}

static enum status show(struct plot *p, const struct run_curves *runs,
                        struct err *e)
{
    const struct call *call = p->call;
    struct figure figure;

    text_puts(&p->rows, "model,epoch,train_loss,valid_loss\n");
    for (int64_t i = 0; i < call->word_count; i++)
        put_rows(&p->rows, &runs[i]);
    losses_figure(&figure, runs, call->word_count, call->arena);
    const enum status s = arena_check(call->arena, e, "drawing the loss");
    return s == OK ? plot_finish(p, &figure, e) : s;
}

static enum status run(const struct call *call, struct err *e)
{
    const struct loss_options *o = call->options;
    struct plot p = PLOT(call, &o->plot);
    struct run_curves *runs =
        arena_take(call->arena, (size_t)call->word_count, sizeof *runs);

    p.curves = true;
    enum status s = arena_check(call->arena, e, "reading histories");
    if (s == OK)
        s = plot_begin(&p, e);
    for (int64_t i = 0; s == OK && i < call->word_count; i++)
        s = run_losses_read(&runs[i], call->words[i], call->kernels,
                            call->arena, e);
    if (s == OK)
        s = show(&p, runs, e);
    plot_end(&p);
    return s;
}

const struct command cmd_plot_loss = {
    .name = "plot loss",
    .operands = "MODEL...",
    .doc = "Training and validation loss per epoch, the best epoch marked.",
    .examples = "  cnnctl plot loss mnist.safetensors\n"
                "  cnnctl plot loss a.safetensors b.safetensors -o two.svg\n"
                "  cnnctl plot loss mnist.safetensors --data loss.csv\n",
    OPTIONS(loss_options),
    .run = run,
};

/*
 * training.c - losses over epochs, the history and the document.
 */
#include <string.h>

#include "look/runs.h"
#include "report/report.h"
#include "train/history.h"

/* Of more epochs the table holds every second, fourth .. and the best. */
enum { MOST_ROWS = 200 };

static void put_row(struct html_table *t, const struct train_state *s,
                    const struct history_row *of,
                    const bool shown[HISTORY_MAX_CELLS])
{
    struct history_row row = *of;
    struct history_cell c;

    html_cell(t, row.epoch == s->best_epoch ? "%lld (best)" : "%lld",
              (long long)row.epoch);
    for (int64_t k = 0; history_cell(s->columns, &row, k, &c); k++)
        if (shown[k])
            html_cell_real(t, 6, *c.at);
}

static void put_history(const struct report *r)
{
    const struct train_state *s = &r->model->state;
    struct history_row row = {0};
    struct history_cell cells[HISTORY_MAX_CELLS];
    const char *titles[HISTORY_MAX_CELLS + 1] = {"epoch"};
    bool shown[HISTORY_MAX_CELLS];
    int64_t columns = 1, step = 1;

    history_shown(s->columns, s->history, s->history_count, shown);
    for (int64_t k = 0; history_cell(s->columns, &row, k, &cells[k]); k++)
        if (shown[k])
            titles[columns++] = cells[k].key;
    while (s->history_count / step > MOST_ROWS)
        step *= 2;
    struct html_table t = html_table_begin(
        r->out, step > 1 ? "History, not of every epoch" : "History", titles,
        columns);
    for (int64_t i = 0; i < s->history_count; i++)
        if (i % step == 0 || i == s->history_count - 1 ||
            s->history[i].epoch == s->best_epoch)
            put_row(&t, s, &s->history[i], shown);
    html_table_end(&t);
}

enum status report_training(const struct report *r, struct err *e)
{
    const struct train_state *s = &r->model->state;
    struct run_curves run;
    struct figure f = {0};

    if (s->history_count == 0)
        return OK;
    run_losses_of(&run, r->name, s, r->arena);
    losses_figure(&f, &run, 1, r->arena);
    enum status status = arena_check(r->arena, e, "drawing losses");
    if (status != OK)
        return status;
    html_section(r->out, "training", "Training");
    status = html_figure(r->out, &f, false, e);
    put_history(r);
    html_section_end(r->out);
    return status;
}

void report_configuration(const struct report *r)
{
    const char *config = stored_text_of(&r->model->stored, "config");

    html_section(r->out, "configuration", "Configuration");
    text_puts(r->out, "<pre tabindex=\"0\" role=\"region\" "
                      "aria-label=\"Configuration\">");
    for (const char *line = config ? config : ""; *line;) {
        const size_t length = strcspn(line, "\n");
        struct text one = {0};
        text_add(&one, line, length);
        html_text(r->out, text_string(&one));
        text_drop(r->out, &one);
        text_puts(r->out, "\n");
        line += length + (line[length] == '\n');
    }
    text_puts(r->out, "</pre>\n");
    html_section_end(r->out);
}

/*
 * summary.c - the first screen.
 */
#include <math.h>

#include "base/file.h"
#include "base/num.h"
#include "report/report.h"

enum { SHOWN_NAMES = 12, SHOWN_PAIRS = 3, SHOWN_FINDINGS = 5 };

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

static void put_names(struct text *out, const struct target *t)
{
    char room[TARGET_NAME_BYTES];

    text_puts(out, ": ");
    for (int64_t i = 0; i < num_min(t->width, SHOWN_NAMES); i++)
        html_words(out, "%s%s", i > 0 ? ", " : "", target_name(t, i, room));
    if (t->width > SHOWN_NAMES)
        text_printf(out, " and %lld more", (long long)(t->width - SHOWN_NAMES));
}

static void put_task(struct text *out, const struct target *t)
{
    const long long width = (long long)t->width;

    switch (t->kind) {
    case TARGET_CLASS:
        text_printf(out, "tells %lld classes apart", width);
        break;
    case TARGET_REAL:
        text_printf(out, "predicts %lld number%s", width, plural(t->width));
        break;
    case TARGET_LABELS:
        text_printf(out, "says yes or no to %lld label%s", width,
                    plural(t->width));
        break;
    case TARGET_INPUTS:
        text_puts(out, "makes its input again");
        return;
    }
    put_names(out, t);
}

static void put_run(struct text *out, const struct model *m)
{
    const struct experiment *x = &m->experiment;
    const long long epochs = (long long)m->state.epoch;

    if (epochs == 0)
        return;
    text_printf(out, "  It was trained for %lld epoch%s", epochs,
                plural(m->state.epoch));
    if (m->samples_an_epoch > 0)
        text_printf(out, " of %.0f samples", m->samples_an_epoch);
    if (x->has_train)
        text_printf(out, " in batches of %lld by %s",
                    (long long)x->train.batch_size, x->update.kind->name);
    text_puts(out, ".");
}

static void put_lead(const struct report *r)
{
    const struct graph *g = &r->model->experiment.graph;

    text_printf(r->out,
                "<p>A network of %lld parameters in %lld layers, which reads "
                "%s and ",
                (long long)graph_weights(g, false), (long long)g->count,
                shape_text(g->in).text);
    put_task(r->out, &r->model->target);
    text_puts(r->out, ".");
    put_run(r->out, r->model);
    text_puts(r->out, "</p>\n");
}

static void begin_fact(struct text *out, const char *name)
{
    text_puts(out, "<div><dt>");
    html_text(out, name);
    text_puts(out, "</dt><dd>");
}

static void end_fact(struct text *out)
{
    text_puts(out, "</dd></div>\n");
}

static void put_measured(struct text *out, const struct metric *m,
                         const char *of)
{
    double interval[2];

    begin_fact(out, metric_name_of(m->of, "-").text);
    html_real(out, 5, metric_value(m));
    text_puts(out, "<small>");
    if (metric_interval(m, interval)) {
        text_puts(out, "95 % interval ");
        html_real(out, 5, interval[0]);
        text_puts(out, " to ");
        html_real(out, 5, interval[1]);
        text_puts(out, ", ");
    }
    html_text(out, of);
    text_puts(out, "</small>");
    end_fact(out);
}

static void put_epoch(struct text *out, const struct model *m)
{
    const struct train_state *s = &m->state;
    const struct history_row *best = state_best(s);
    const struct {
        const char *name;
        double value;
    } losses[] = {{"validation loss", best ? best->valid_loss : (double)NAN},
                  {"training loss", best ? best->train_loss : (double)NAN}};

    for (size_t i = 0; best && i < ARRAY_LEN(losses); i++) {
        begin_fact(out, losses[i].name);
        html_real(out, 5, losses[i].value);
        text_printf(out, "<small>epoch %lld of %lld</small>",
                    (long long)best->epoch, (long long)s->epoch);
        end_fact(out);
    }
    for (int64_t i = 0; best && i < s->columns->count; i++) {
        struct text title = {0};
        if (!metric_column_exists(s->columns, i))
            continue;
        metric_column_title(&title, &s->columns->at[i]);
        begin_fact(out, text_string(&title));
        html_real(out, 5, best->metrics[i]);
        text_printf(out, "<small>epoch %lld of %lld</small>",
                    (long long)best->epoch, (long long)s->epoch);
        end_fact(out);
        text_drop(out, &title);
    }
}

/* Metrics of which the tables below say more are there. */
static void put_facts(const struct report *r)
{
    const struct answers *a = r->answers;

    text_puts(r->out, "<dl class=\"facts\">\n");
    for (int64_t i = 0; a && i < a->metrics.count; i++) {
        const struct metric_ops *ops = metric_of(a->metrics.at[i].of);
        if (!ops->by_class && !ops->whole)
            put_measured(r->out, &a->metrics.at[i], a->what);
    }
    put_epoch(r->out, r->model);
    text_puts(r->out, "</dl>\n");
}

/* The largest count beside the diagonal that is smaller than `below` or equal
 * and behind place `after`; -1: none. */
static int64_t next_pair(const int64_t *counts, int64_t classes, int64_t after,
                         int64_t below)
{
    int64_t best = -1;

    for (int64_t i = 0; i < classes * classes; i++) {
        const bool later =
            counts[i] < below || (counts[i] == below && i > after);
        if (i / classes != i % classes && counts[i] > 0 && later &&
            (best < 0 || counts[i] > counts[best]))
            best = i;
    }
    return best;
}

static void put_confusions(struct text *out, const struct answers *a)
{
    const struct target *t = &a->model->target;
    int64_t at = -1, below = INT64_MAX;

    text_puts(out, "<li><strong>Confusions</strong>: ");
    for (int64_t k = 0; k < SHOWN_PAIRS; k++) {
        at = next_pair(a->confusion, t->width, at, below);
        if (at < 0) {
            text_puts(out, k == 0 ? "none." : "");
            break;
        }
        below = a->confusion[at];
        int64_t all = 0;
        for (int64_t i = 0; i < t->width; i++)
            all += a->confusion[at / t->width * t->width + i];
        html_words(out, "%s%s is taken for %s: %lld of its %s",
                   k > 0 ? "; " : "", t->names[at / t->width],
                   t->names[at % t->width], (long long)below,
                   counted(all, "sample").text);
    }
    text_puts(out, "</li>\n");
}

static void put_audit(const struct report *r)
{
    const struct findings *f = &r->findings;

    text_puts(r->out, "<li><strong>Audit</strong>: ");
    if (f->count == 0)
        text_puts(r->out, "nothing is wrong with the architecture.");
    for (int64_t i = 0; i < num_min(f->count, SHOWN_FINDINGS); i++)
        html_words(r->out, "%s%s %s: %s", i > 0 ? "; " : "", f->at[i].rule,
                   f->at[i].layer, f->at[i].message);
    if (f->count > SHOWN_FINDINGS)
        text_printf(r->out, "; and %lld more below",
                    (long long)(f->count - SHOWN_FINDINGS));
    text_puts(r->out, "</li>\n");
}

void report_summary(const struct report *r)
{
    text_puts(r->out, "<header>\n<h1>");
    html_text(r->out, r->name);
    text_puts(r->out, "</h1>\n");
    put_lead(r);
    put_facts(r);
    text_puts(r->out, "<ul>\n<li><strong>Training</strong>: ");
    report_verdict(r->out, &r->model->state);
    text_puts(r->out, "</li>\n");
    if (r->answers && r->answers->confusion)
        put_confusions(r->out, r->answers);
    put_audit(r);
    if (!r->answers) {
        text_puts(r->out, "<li><strong>Samples</strong>: "
                          "<span class=\"bad\">none were looked at</span>, so "
                          "what the network answers is left out: ");
        html_text(r->out, r->why);
        text_puts(r->out, "</li>\n");
    }
    text_puts(r->out, "</ul>\n</header>\n");
}

/*
 * judged.c - the answers in tables and pictures: class by class, confusions,
 * calibration, mistakes.
 */
#include <math.h>

#include "look/confusion.h"
#include "look/frame.h"
#include "look/sureness.h"
#include "report/report.h"

/* More classes have no room in a table. */
enum { MOST_COUNTED = 30 };

static const char *const class_titles[] = {"class", "precision", "recall", "f1",
                                           "support"};
static const char *const label_titles[] = {"label", "precision", "recall",
                                           "f1",    "support",   "auc"};
static const char *const real_titles[] = {"target", "r2", "rmse", "mae"};

static void put_ratios(struct html_table *t, const struct answers *a, int64_t i)
{
    const struct class_metrics c =
        class_metrics_of(measuring_by_class(&a->metrics), i);

    html_cell_real(t, 5, c.precision);
    html_cell_real(t, 5, c.recall);
    html_cell_real(t, 5, c.f1);
    html_cell(t, "%.0f", c.support);
}

static void put_reals(struct html_table *t, const struct answers *a, int64_t i)
{
    const struct residuals of =
        residuals_of(measuring_find(&a->metrics, &r2_metric.kind), i);

    html_cell_real(t, 5, of.r2);
    html_cell_real(t, 5, of.rmse);
    html_cell_real(t, 5, of.mae);
}

/* A row for each thing that is learnt, but for inputs, which are many. */
static void put_each(const struct report *r)
{
    const struct answers *a = r->answers;
    const struct target *of = &a->model->target;
    const struct metric *auc = measuring_find(&a->metrics, &auc_metric.kind);
    const bool classes = of->kind == TARGET_CLASS;
    const bool labels = of->kind == TARGET_LABELS;
    char room[TARGET_NAME_BYTES];
    struct html_table t =
        classes  ? html_table_begin(r->out, "Every class", class_titles,
                                    ARRAY_LEN(class_titles))
        : labels ? html_table_begin(r->out, "Every label", label_titles,
                                    ARRAY_LEN(label_titles))
                 : html_table_begin(r->out, "Every number", real_titles,
                                    ARRAY_LEN(real_titles));

    for (int64_t i = 0; i < of->width; i++) {
        html_cell(&t, "%s", target_name(of, i, room));
        if (classes || labels)
            put_ratios(&t, a, i);
        else
            put_reals(&t, a, i);
        if (labels)
            html_cell_real(&t, 5, auc ? auc_at(auc, i) : (double)NAN);
    }
    html_table_end(&t);
}

static void put_counts(const struct report *r)
{
    const struct answers *a = r->answers;
    const struct target *of = &a->model->target;
    const char *titles[MOST_COUNTED + 1] = {"true, then predicted"};
    const int64_t width = of->width;

    for (int64_t i = 0; i < width; i++)
        titles[i + 1] = of->names[i];
    struct html_table t = html_table_begin(
        r->out, "Which class is taken for which", titles, width + 1);
    for (int64_t i = 0; i < width; i++) {
        html_cell(&t, "%s", of->names[i]);
        for (int64_t k = 0; k < width; k++) {
            html_cell_begin(&t, i == k ? "right" : NULL);
            text_printf(t.out, "%lld", (long long)a->confusion[i * width + k]);
            html_cell_end(&t);
        }
    }
    html_table_end(&t);
}

static enum status put_confusions(const struct report *r, struct err *e)
{
    const struct confusion_look look = {&r->answers->model->target,
                                        r->answers->confusion};
    struct figure f = {0};

    confusion_figure(&f, &look, r->arena);
    enum status s = arena_check(r->arena, e, "drawing confusions");
    if (s != OK)
        return s;
    html_section(r->out, "confusions", "Confusions");
    s = html_figure(r->out, &f, false, e);
    if (look.target->width <= MOST_COUNTED)
        put_counts(r);
    html_section_end(r->out);
    return s;
}

static void put_bins(const struct report *r)
{
    static const char *const titles[] = {"probability", "samples", "accuracy",
                                         "confidence"};
    const struct calibration *c = &r->answers->calibration;
    struct html_table t = html_table_begin(
        r->out, "Samples by the probability of what was predicted", titles,
        ARRAY_LEN(titles));

    for (int m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &c->bins[m];
        const double samples = (double)bin->samples;
        if (bin->samples == 0)
            continue;
        html_cell(&t, "%.3f to %.3f", (double)m / CALIBRATION_BINS,
                  (double)(m + 1) / CALIBRATION_BINS);
        html_cell(&t, "%.0f", samples);
        html_cell_real(&t, 5, (double)bin->right / samples);
        html_cell_real(&t, 5, bin->sum / samples);
    }
    html_table_end(&t);
}

static enum status put_calibration(const struct report *r, struct err *e)
{
    const struct calibration *c = &r->answers->calibration;
    struct figure f = {0};

    calibration_figure(&f, c, r->arena);
    enum status s = arena_check(r->arena, e, "drawing the calibration");
    if (s != OK)
        return s;
    html_section(r->out, "calibration", "Calibration");
    text_puts(r->out, "<p>Expected calibration error ");
    html_real(r->out, 5, calibration_error(c));
    text_puts(r->out, ": how far probabilities are from how often they are "
                      "right.</p>\n");
    s = html_figure(r->out, &f, false, e);
    put_bins(r);
    html_section_end(r->out);
    return s;
}

static void put_wrong(const struct report *r)
{
    static const char *const titles[] = {"row", "true", "predicted",
                                         "probability"};
    const struct mistakes *m = &r->answers->mistakes;
    struct html_table t =
        html_table_begin(r->out, "The mistakes it is most sure about", titles,
                         ARRAY_LEN(titles));

    for (int64_t i = 0; i < m->worst.count; i++) {
        const struct score *s = &m->worst.at[i].score;
        html_cell(&t, "%lld", (long long)m->worst.at[i].row);
        html_cell(&t, "%s", m->target->names[s->label]);
        html_cell(&t, "%s", m->target->names[s->predicted]);
        html_cell_real(&t, 5, s->probability);
    }
    html_table_end(&t);
}

static enum status put_mistakes(const struct report *r, struct err *e)
{
    const struct mistakes *m = &r->answers->mistakes;
    struct figure f = {0};
    struct frame frame;
    enum status s = OK;

    html_section(r->out, "mistakes", "Mistakes");
    text_printf(r->out, "<p>%lld of %s %s taken for another class.</p>\n",
                (long long)m->wrong, counted(m->samples, "sample").text,
                m->wrong == 1 ? "is" : "are");
    const bool pictured = m->wrong > 0 && frame_of(m->set->shape, &frame);
    if (pictured)
        s = mistakes_figure(&f, m, r->arena, e);
    if (s == OK)
        s = arena_check(r->arena, e, "drawing mistakes");
    if (s == OK && pictured)
        s = html_figure(r->out, &f, true, e);
    if (m->wrong > 0)
        put_wrong(r);
    html_section_end(r->out);
    return s;
}

enum status report_answers(const struct report *r, struct err *e)
{
    const struct answers *a = r->answers;
    enum status s = OK;

    if (!a)
        return OK;
    if (a->model->target.kind != TARGET_INPUTS) {
        html_section(r->out, "answers", "Answers");
        text_printf(r->out, "<p>%lld ", (long long)answers_part(a)->count);
        html_text(r->out, a->what);
        text_puts(r->out, ".</p>\n");
        put_each(r);
        html_section_end(r->out);
    }
    if (a->confusion)
        s = put_confusions(r, e);
    if (s == OK && a->judged)
        s = put_calibration(r, e);
    return s == OK && a->judged ? put_mistakes(r, e) : s;
}

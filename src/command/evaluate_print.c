/*
 * evaluate_print.c - tables, JSON and CSV of `evaluate`.
 */
#include "command/evaluate_print.h"

#include <math.h>

#include "cli/say.h"
#include "source/convert.h"

static const struct metric *by_class(const struct evaluation *v)
{
    return measuring_by_class(&v->measured);
}

/* The area of one label; NaN where outputs are no probabilities. */
static double area_of(const struct evaluation *v, int64_t label)
{
    const struct metric *auc = measuring_find(&v->measured, &auc_metric.kind);

    return auc ? auc_at(auc, label) : (double)NAN;
}

static void print_labels(const struct call *call, const struct evaluation *v)
{
    struct table t =
        TABLE(6, "label", "precision", "recall", "f1", "auc", "support");
    char room[TARGET_NAME_BYTES];

    for (int64_t i = 0; i < v->target->width; i++) {
        const struct class_metrics c = class_metrics_of(by_class(v), i);
        table_put(&t, "%s", target_name(v->target, i, room));
        table_real(&t, c.precision);
        table_real(&t, c.recall);
        table_real(&t, c.f1);
        table_real(&t, area_of(v, i));
        table_put(&t, "%.0f", c.support);
    }
    out_puts(call->out, "\n");
    print_table(call, &t);
}

static void print_classes(const struct call *call, const struct evaluation *v)
{
    struct table t = TABLE(5, "class", "precision", "recall", "f1", "support");

    for (int64_t i = 0; i < v->target->width; i++) {
        const struct class_metrics c = class_metrics_of(by_class(v), i);
        table_put(&t, "%s", v->target->names[i]);
        table_real(&t, c.precision);
        table_real(&t, c.recall);
        table_real(&t, c.f1);
        table_put(&t, "%.0f", c.support);
    }
    out_puts(call->out, "\n");
    print_table(call, &t);
}

/* Rows are true classes, columns predicted ones. */
static void print_confusion(const struct call *call, const struct evaluation *v)
{
    const char *titles[TABLE_MAX_COLUMNS] = {"true"};
    const int64_t classes = v->target->width;
    struct table t = {.columns = classes + 1, .titles = titles, .decimals = 2};

    if (!v->confusion || t.columns > TABLE_MAX_COLUMNS) {
        note(call, "the confusion matrix of %lld classes is in --json%s",
             (long long)classes, v->confusion ? "" : " with --confusion");
        return;
    }
    for (int64_t i = 0; i < classes; i++) {
        titles[i + 1] = v->target->names[i];
        table_put(&t, "%s", v->target->names[i]);
        for (int64_t k = 0; k < classes; k++)
            table_put(&t, "%lld", (long long)v->confusion[i * classes + k]);
    }
    out_puts(call->out, "\n");
    print_table(call, &t);
}

static void print_worst(const struct call *call, const struct evaluation *v)
{
    struct table t =
        TABLE(5, "row", "true", "predicted", "probability", "loss");

    for (int64_t i = 0; i < v->worst.count; i++) {
        const struct score *s = &v->worst.at[i].score;
        table_put(&t, "%lld", (long long)v->worst.at[i].row);
        table_put(&t, "%s", v->target->names[s->label]);
        table_put(&t, "%s", v->target->names[s->predicted]);
        table_real(&t, s->probability);
        table_real(&t, s->loss);
    }
    out_puts(call->out, "\n");
    print_table(call, &t);
}

static double ratio(double of, int64_t samples)
{
    return samples > 0 ? of / (double)samples : (double)NAN;
}

/* The bins that hold samples. */
static void print_calibration(const struct call *call,
                              const struct calibration *c)
{
    struct table t =
        TABLE(5, "probability", "samples", "accuracy", "confidence");

    out_printf(call->out, "\nexpected calibration error  %.5f\n\n",
               calibration_error(c));
    for (int m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &c->bins[m];
        if (bin->samples == 0)
            continue;
        table_put(&t, "%.3f to %.3f", (double)m / CALIBRATION_BINS,
                  (double)(m + 1) / CALIBRATION_BINS);
        table_put(&t, "%lld", (long long)bin->samples);
        table_real(&t, ratio((double)bin->right, bin->samples));
        table_real(&t, ratio(bin->sum, bin->samples));
    }
    print_table(call, &t);
}

enum { NAME_COLUMN = 8 };

/* What the table of classes says is not said twice; what is dear is in --json
 * alone. */
static bool is_in_text(const struct metric_ops *ops)
{
    return !ops->by_class && !ops->whole;
}

static void put_metric(struct text *out, const struct metric *m)
{
    const size_t before = out->length;
    const double value = metric_value(m);
    double interval[2];

    metric_put_name(out, m->of, "-");
    text_pad(out, ' ', NAME_COLUMN - (int64_t)(out->length - before));
    if (isnan(value)) /* without the sign that printf shows */
        text_puts(out, "  nan");
    else
        text_printf(out, "  %.5f", value);
    if (metric_interval(m, interval))
        text_printf(out, ", 95 %% interval %.5f to %.5f", interval[0],
                    interval[1]);
    text_puts(out, "\n");
}

void evaluation_print(const struct call *call, const struct evaluation *v)
{
    struct text text = {0};

    text_printf(&text, "samples   %lld\n", (long long)v->samples);
    for (int64_t i = 0; i < v->measured.count; i++)
        if (is_in_text(metric_of(v->measured.at[i].of)))
            put_metric(&text, &v->measured.at[i]);
    out_text(call->out, &text);
    if (v->target->kind == TARGET_CLASS) {
        print_classes(call, v);
        print_confusion(call, v);
    }
    if (v->target->kind == TARGET_LABELS)
        print_labels(call, v);
    if (v->target->kind == TARGET_REAL)
        evaluation_targets(call, v);
    if (v->worst.room > 0)
        print_worst(call, v);
    if (v->calibration)
        print_calibration(call, v->calibration);
    if (v->comparison)
        comparison_print(call, v->comparison);
}

/* One with a parameter is a map: {"5": 0.99}. */
static void put_metric_json(struct json_writer *w, struct arena *a,
                            const struct metric *m)
{
    const struct metric_ops *ops = metric_of(m->of);
    const int64_t parameter = metric_parameter(m->of);
    double interval[2];

    if (parameter > 0) {
        json_begin_map(w, ops->kind.name);
        json_put_real(w, arena_printf(a, "%lld", (long long)parameter),
                      metric_value(m));
        json_end(w);
    } else {
        json_put_real(w, ops->kind.name, metric_value(m));
    }
    if (metric_interval(m, interval))
        json_put_reals(w, arena_printf(a, "%s_interval", ops->kind.name),
                       interval, 2);
}

static void put_confusion_json(struct json_writer *w,
                               const struct evaluation *v)
{
    json_begin_list(w, "confusion");
    for (int64_t i = 0; i < v->target->width; i++) {
        json_begin_list(w, NULL);
        for (int64_t k = 0; k < v->target->width; k++)
            json_put_int(w, NULL, v->confusion[i * v->target->width + k]);
        json_end(w);
    }
    json_end(w);
}

static void put_ratios_json(struct json_writer *w,
                            const struct class_metrics *c)
{
    json_put_real(w, "precision", c->precision);
    json_put_real(w, "recall", c->recall);
    json_put_real(w, "f1", c->f1);
}

static void put_labels_json(struct json_writer *w, const struct evaluation *v)
{
    char room[TARGET_NAME_BYTES];

    json_begin_list(w, "per_label");
    for (int64_t i = 0; i < v->target->width; i++) {
        const struct class_metrics c = class_metrics_of(by_class(v), i);
        json_begin_map(w, NULL);
        json_put_text(w, "label", target_name(v->target, i, room));
        put_ratios_json(w, &c);
        json_put_real(w, "auc", area_of(v, i));
        json_put_int(w, "support", (int64_t)c.support);
        json_end(w);
    }
    json_end(w);
}

static void put_classes_json(struct json_writer *w, const struct evaluation *v)
{
    json_begin_list(w, "per_class");
    for (int64_t i = 0; i < v->target->width; i++) {
        const struct class_metrics c = class_metrics_of(by_class(v), i);
        json_begin_map(w, NULL);
        json_put_text(w, "class", v->target->names[i]);
        put_ratios_json(w, &c);
        json_put_int(w, "support", (int64_t)c.support);
        json_end(w);
    }
    json_end(w);
    if (v->confusion)
        put_confusion_json(w, v);
    else
        json_put_null(w, "confusion");
    json_put_texts(w, "classes", v->target->names, v->target->width);
}

static void put_worst_json(struct json_writer *w, const struct evaluation *v)
{
    json_begin_list(w, "worst");
    for (int64_t i = 0; i < v->worst.count; i++) {
        const struct score *s = &v->worst.at[i].score;
        json_begin_map(w, NULL);
        json_put_int(w, "row", v->worst.at[i].row);
        json_put_text(w, "true", v->target->names[s->label]);
        json_put_text(w, "predicted", v->target->names[s->predicted]);
        json_put_real(w, "probability", s->probability);
        json_end(w);
    }
    json_end(w);
}

static void put_calibration_json(struct json_writer *w,
                                 const struct calibration *c)
{
    json_begin_map(w, "calibration");
    json_put_real(w, "expected_error", calibration_error(c));
    json_begin_list(w, "bins");
    for (int m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &c->bins[m];
        json_begin_map(w, NULL);
        json_put_real(w, "from", (double)m / CALIBRATION_BINS);
        json_put_real(w, "to", (double)(m + 1) / CALIBRATION_BINS);
        json_put_int(w, "samples", bin->samples);
        json_put_real(w, "accuracy", ratio((double)bin->right, bin->samples));
        json_put_real(w, "confidence", ratio(bin->sum, bin->samples));
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

enum status evaluation_print_json(const struct call *call,
                                  const struct evaluation *v, struct err *e)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_put_int(&w, "samples", v->samples);
    for (int64_t i = 0; i < v->measured.count; i++)
        put_metric_json(&w, call->arena, &v->measured.at[i]);
    if (v->target->kind == TARGET_CLASS)
        put_classes_json(&w, v);
    if (v->target->kind == TARGET_LABELS)
        put_labels_json(&w, v);
    if (v->target->kind == TARGET_REAL)
        evaluation_targets_json(&w, v);
    if (v->worst.room > 0)
        put_worst_json(&w, v);
    if (v->calibration)
        put_calibration_json(&w, v->calibration);
    if (v->comparison)
        comparison_json(&w, v->comparison);
    json_end(&w);
    w.failed = w.failed || call->arena->failed;
    return print_json(call, &w, e);
}

/* A pair of columns: NAME and NAME_predicted, or what the outputs of a label
 * are. */
static void put_pair(struct text *out, const struct evaluation *v,
                     const char *name)
{
    const char *what = v->target->kind == TARGET_REAL ? "predicted"
                       : v->probable                  ? "probability"
                                                      : "score";
    struct text predicted = {0};

    text_printf(&predicted, "%s_%s", name, what);
    text_puts(out, ",");
    csv_put(out, name);
    text_puts(out, ",");
    csv_put(out, text_string(&predicted));
    text_drop(out, &predicted);
}

void predictions_head(struct text *out, const struct evaluation *v)
{
    const struct target *t = v->target;
    char room[TARGET_NAME_BYTES];

    passed_head(out, &v->passed, ",");
    text_puts(out, "row");
    if (t->kind == TARGET_CLASS)
        text_puts(out, ",true,predicted,probability");
    for (int64_t k = 0; k < target_numbers(t); k++)
        put_pair(out, v, target_name(t, k, room));
    text_puts(out, "\n");
}

void predictions_rows(struct text *out, const struct evaluation *v,
                      const struct metric_rows *of)
{
    const struct target *t = v->target;

    for (int64_t i = 0; i < of->rows; i++) {
        const struct score *s = &of->scores[i];
        passed_cells(out, &v->passed, v->cells ? v->cells[of->ids[i]] : "",
                     ",");
        text_printf(out, "%lld", (long long)of->ids[i]);
        if (t->kind == TARGET_CLASS) {
            text_puts(out, ",");
            csv_put(out, t->names[s->label]);
            text_puts(out, ",");
            csv_put(out, t->names[s->predicted]);
            text_puts(out, ",");
            if (!isnan(s->probability)) /* a score is none */
                text_printf(out, "%.9g", s->probability);
        }
        for (int64_t k = 0; k < target_numbers(t); k++)
            text_printf(out, ",%.9g,%.9g",
                        (double)of->targets[of->ids[i] * of->width + k],
                        (double)of->y[i * of->width + k]);
        text_puts(out, "\n");
    }
}

/*
 * evaluate_print.c - tables, JSON and CSV of `evaluate`.
 */
#include "command/evaluate_print.h"

#include <math.h>

#include "base/num.h"
#include "command/predict_format.h"
#include "term/table.h"

static enum status print_table(const struct call *call, const struct table *t,
                               struct err *e)
{
    const enum status s = arena_check(call->arena, e, "printing a table");
    struct text text = {0};

    if (s != OK)
        return s;
    text_puts(&text, "\n");
    table_print(&text, t);
    out_text(call->out, &text);
    return OK;
}

static const char *real_cell(struct arena *a, double value)
{
    return isnan(value) ? "nan" : arena_printf(a, "%.5f", value);
}

static const char *int_cell(struct arena *a, int64_t value)
{
    return arena_printf(a, "%lld", (long long)value);
}

/* The metric that knows the classes one by one. */
static const struct metric *by_class(const struct evaluation *v)
{
    for (int64_t i = 0; i < v->metric_count; i++)
        if (metric_of(v->metrics[i].of)->by_class)
            return &v->metrics[i];
    return NULL;
}

static enum status print_classes(const struct call *call,
                                 const struct evaluation *v, struct err *e)
{
    enum { COLUMNS = 5 };
    static const char *const titles[] = {"class", "precision", "recall", "f1",
                                         "support"};
    struct arena *a = call->arena;
    const int64_t classes = v->target->width;
    const char **cells =
        arena_take(a, COLUMNS * (size_t)classes, sizeof *cells);
    const struct table t = {COLUMNS, classes, titles, cells, 5};

    for (int64_t i = 0; cells && i < classes; i++) {
        const struct class_metrics c = class_metrics_of(by_class(v), i);
        const char **row = cells + i * COLUMNS;
        row[0] = v->target->names[i];
        row[1] = real_cell(a, c.precision);
        row[2] = real_cell(a, c.recall);
        row[3] = real_cell(a, c.f1);
        row[4] = int_cell(a, (int64_t)c.support);
    }
    return print_table(call, &t, e);
}

/* Rows are true classes, columns predicted ones. */
static enum status print_confusion(const struct call *call,
                                   const struct evaluation *v, struct err *e)
{
    const int64_t classes = v->target->width, columns = classes + 1;
    const char *titles[TABLE_MAX_COLUMNS] = {"true"};
    struct arena *a = call->arena;

    if (columns > TABLE_MAX_COLUMNS) {
        note(call, "the confusion matrix of %lld classes is in --json",
             (long long)classes);
        return OK;
    }
    const char **cells =
        arena_take(a, (size_t)(classes * columns), sizeof *cells);
    const struct table t = {columns, classes, titles, cells, 2};
    for (int64_t i = 0; cells && i < classes; i++) {
        titles[i + 1] = v->target->names[i];
        cells[i * columns] = v->target->names[i];
        for (int64_t k = 0; k < classes; k++)
            cells[i * columns + k + 1] =
                int_cell(a, v->confusion[i * classes + k]);
    }
    return print_table(call, &t, e);
}

static enum status print_worst(const struct call *call,
                               const struct evaluation *v, struct err *e)
{
    enum { COLUMNS = 5 };
    static const char *const titles[] = {"index", "true", "predicted",
                                         "probability", "loss"};
    struct arena *a = call->arena;
    const char **cells =
        arena_take(a, COLUMNS * (size_t)v->worst_count, sizeof *cells);
    const struct table t = {COLUMNS, v->worst_count, titles, cells, 5};

    for (int64_t i = 0; cells && i < v->worst_count; i++) {
        const struct score *s = &v->worst[i].score;
        const char **row = cells + i * COLUMNS;
        row[0] = int_cell(a, v->worst[i].index);
        row[1] = v->target->names[s->label];
        row[2] = v->target->names[s->predicted];
        row[3] = real_cell(a, s->probability);
        row[4] = real_cell(a, s->loss);
    }
    return print_table(call, &t, e);
}

enum { NAME_COLUMN = 8 };

static void put_metric(struct text *out, struct arena *a,
                       const struct metric *m)
{
    const struct metric_ops *ops = metric_of(m->of);
    const size_t before = out->length;

    metric_put_name(out, m->of, "-");
    text_pad(out, ' ', NAME_COLUMN - (int64_t)(out->length - before));
    text_printf(out, "  %s", real_cell(a, metric_value(m)));
    if (ops->interval) {
        double interval[2];
        ops->interval(m->sums, interval);
        text_printf(out, ", 95 %% interval %.5f to %.5f", interval[0],
                    interval[1]);
    }
    text_puts(out, "\n");
}

enum status evaluation_print(const struct call *call,
                             const struct evaluation *v, struct err *e)
{
    struct text text = {0};
    enum status s = OK;

    text_printf(&text, "samples   %lld\n", (long long)v->samples);
    for (int64_t i = 0; i < v->metric_count; i++)
        if (!metric_of(v->metrics[i].of)->by_class)
            put_metric(&text, call->arena, &v->metrics[i]);
    out_text(call->out, &text);
    if (v->target->kind == TARGET_CLASS)
        s = print_classes(call, v, e);
    if (s == OK && v->confusion)
        s = print_confusion(call, v, e);
    return s == OK && v->worst_room > 0 ? print_worst(call, v, e) : s;
}

/* One with a parameter is a map: {"5": 0.99}. */
static void put_metric_json(struct json_writer *w, struct arena *a,
                            const struct metric *m)
{
    const struct metric_ops *ops = metric_of(m->of);
    const int64_t parameter = metric_parameter(m->of);

    if (parameter > 0) {
        json_begin_map(w, ops->kind.name);
        json_put_real(w, int_cell(a, parameter), metric_value(m));
        json_end(w);
    } else {
        json_put_real(w, ops->kind.name, metric_value(m));
    }
    if (ops->interval) {
        double interval[2];
        ops->interval(m->sums, interval);
        json_begin_list(w, arena_printf(a, "%s_interval", ops->kind.name));
        json_put_real(w, NULL, interval[0]);
        json_put_real(w, NULL, interval[1]);
        json_end(w);
    }
}

static void put_classes_json(struct json_writer *w, const struct evaluation *v)
{
    json_begin_list(w, "per_class");
    for (int64_t i = 0; i < v->target->width; i++) {
        const struct class_metrics c = class_metrics_of(by_class(v), i);
        json_begin_map(w, NULL);
        json_put_text(w, "class", v->target->names[i]);
        json_put_real(w, "precision", c.precision);
        json_put_real(w, "recall", c.recall);
        json_put_real(w, "f1", c.f1);
        json_put_int(w, "support", (int64_t)c.support);
        json_end(w);
    }
    json_end(w);
    json_begin_list(w, "confusion");
    for (int64_t i = 0; v->confusion && i < v->target->width; i++) {
        json_begin_list(w, NULL);
        for (int64_t k = 0; k < v->target->width; k++)
            json_put_int(w, NULL, v->confusion[i * v->target->width + k]);
        json_end(w);
    }
    json_end(w);
    json_begin_list(w, "classes");
    for (int64_t i = 0; i < v->target->width; i++)
        json_put_text(w, NULL, v->target->names[i]);
    json_end(w);
}

enum status evaluation_print_json(const struct call *call,
                                  const struct evaluation *v, struct err *e)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_put_int(&w, "samples", v->samples);
    for (int64_t i = 0; i < v->metric_count; i++)
        put_metric_json(&w, call->arena, &v->metrics[i]);
    if (v->target->kind == TARGET_CLASS)
        put_classes_json(&w, v);
    json_end(&w);
    return print_json(call, &w, e);
}

void predictions_head(struct text *out, const struct target *t)
{
    text_puts(out, "index");
    if (t->kind == TARGET_CLASS)
        text_puts(out, ",true,predicted,probability");
    else if (t->width == 1)
        text_puts(out, ",true,predicted");
    else
        for (int64_t k = 0; k < t->width; k++)
            text_printf(out, ",true%lld,predicted%lld", (long long)k,
                        (long long)k);
    text_puts(out, "\n");
}

void predictions_rows(struct text *out, const struct target *t, int64_t first,
                      const struct metric_rows *of)
{
    for (int64_t i = 0; i < of->rows; i++) {
        const struct score *s = &of->scores[i];
        text_printf(out, "%lld", (long long)(first + i));
        if (t->kind == TARGET_CLASS) {
            text_puts(out, ",");
            csv_put(out, t->names[s->label]);
            text_puts(out, ",");
            csv_put(out, t->names[s->predicted]);
            text_printf(out, ",%.9g", s->probability);
        }
        for (int64_t k = 0; k < target_numbers(t); k++)
            text_printf(out, ",%.9g,%.9g",
                        (double)of->targets[of->ids[i] * of->width + k],
                        (double)of->y[i * of->width + k]);
        text_puts(out, "\n");
    }
}

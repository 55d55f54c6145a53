/*
 * evaluate_print.c - tables and JSON of `evaluate`.
 */
#include "command/evaluate_print.h"

#include <math.h>

#include "base/num.h"
#include "term/table.h"

static enum status print_cells(const struct call *call, const struct table *t,
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

static enum status print_classes(const struct call *call,
                                 const struct metrics *m,
                                 const char *const *classes, struct err *e)
{
    enum { COLUMNS = 5 };
    static const char *const titles[] = {"class", "precision", "recall", "f1",
                                         "support"};
    struct arena *a = call->arena;
    const char **cells =
        arena_take(a, COLUMNS * (size_t)m->class_count, sizeof *cells);
    const struct table t = {COLUMNS, m->class_count, titles, cells, 5};

    if (!cells)
        return err_memory(e, "printing a table");
    for (int32_t i = 0; i < m->class_count; i++) {
        const struct class_metrics *c = &m->per_class[i];
        const char **row = cells + (size_t)i * COLUMNS;
        row[0] = classes[i];
        row[1] = real_cell(a, c->precision);
        row[2] = real_cell(a, c->recall);
        row[3] = real_cell(a, c->f1);
        row[4] = int_cell(a, c->support);
    }
    return print_cells(call, &t, e);
}

/* Rows are true classes, columns predicted ones. */
static enum status print_confusion(const struct call *call,
                                   const struct metrics *m,
                                   const char *const *classes, struct err *e)
{
    const int64_t columns = m->class_count + 1;
    const char *titles[TABLE_MAX_COLUMNS] = {"true"};
    struct arena *a = call->arena;

    if (columns > TABLE_MAX_COLUMNS) {
        note(call, "the confusion matrix of %d classes is in --json",
             m->class_count);
        return OK;
    }
    const char **cells =
        arena_take(a, (size_t)(m->class_count * columns), sizeof *cells);
    const struct table t = {columns, m->class_count, titles, cells, 2};
    if (!cells)
        return err_memory(e, "printing a table");
    for (int32_t i = 0; i < m->class_count; i++) {
        titles[i + 1] = classes[i];
        cells[i * columns] = classes[i];
        for (int32_t k = 0; k < m->class_count; k++)
            cells[i * columns + k + 1] =
                int_cell(a, m->confusion[i * m->class_count + k]);
    }
    return print_cells(call, &t, e);
}

enum status metrics_print(const struct call *call, const struct metrics *m,
                          const char *const *classes, struct err *e)
{
    out_printf(call->out,
               "samples   %lld\n"
               "accuracy  %.5f, 95 %% interval %.5f to %.5f\n"
               "top-%-4lld  %.5f\n"
               "loss      %.5f\n",
               (long long)m->samples, m->accuracy, m->interval[0],
               m->interval[1], (long long)m->top_k, m->top_k_accuracy, m->loss);
    const enum status s = print_classes(call, m, classes, e);
    return s == OK ? print_confusion(call, m, classes, e) : s;
}

static void put_class(struct json_writer *w, const char *name,
                      const struct class_metrics *c)
{
    json_begin_map(w, NULL);
    json_put_text(w, "class", name);
    json_put_real(w, "precision", c->precision);
    json_put_real(w, "recall", c->recall);
    json_put_real(w, "f1", c->f1);
    json_put_int(w, "support", c->support);
    json_end(w);
}

static void put_confusion(struct json_writer *w, const struct metrics *m)
{
    json_begin_list(w, "confusion");
    for (int32_t i = 0; i < m->class_count; i++) {
        json_begin_list(w, NULL);
        for (int32_t k = 0; k < m->class_count; k++)
            json_put_int(w, NULL, m->confusion[i * m->class_count + k]);
        json_end(w);
    }
    json_end(w);
}

enum status metrics_print_json(const struct call *call, const struct metrics *m,
                               const char *const *classes, struct err *e)
{
    const char *k = arena_printf(call->arena, "%lld", (long long)m->top_k);
    const enum status s = arena_check(call->arena, e, "printing the metrics");
    struct json_writer w = {0};

    if (s != OK)
        return s;
    json_begin_map(&w, NULL);
    json_put_int(&w, "samples", m->samples);
    json_put_real(&w, "loss", m->loss);
    json_put_real(&w, "accuracy", m->accuracy);
    json_begin_list(&w, "accuracy_interval");
    json_put_real(&w, NULL, m->interval[0]);
    json_put_real(&w, NULL, m->interval[1]);
    json_end(&w);
    json_begin_map(&w, "top_k");
    json_put_real(&w, k, m->top_k_accuracy);
    json_end(&w);
    json_begin_list(&w, "per_class");
    for (int32_t i = 0; i < m->class_count; i++)
        put_class(&w, classes[i], &m->per_class[i]);
    json_end(&w);
    put_confusion(&w, m);
    json_begin_list(&w, "classes");
    for (int32_t i = 0; i < m->class_count; i++)
        json_put_text(&w, NULL, classes[i]);
    json_end(&w);
    json_end(&w);
    return print_json(call, &w, e);
}

/* at[0 .. worst): indices by falling loss; of equals the first comes first. */
static void find_worst(const struct score *scores, int64_t count, int64_t worst,
                       int64_t *at)
{
    int64_t used = 0;

    for (int64_t i = 0; i < count; i++) {
        int64_t place = used;
        while (place > 0 && scores[i].loss > scores[at[place - 1]].loss)
            place--;
        if (place >= worst)
            continue;
        used = num_min(used + 1, worst);
        for (int64_t k = used - 1; k > place; k--)
            at[k] = at[k - 1];
        at[place] = i;
    }
}

enum status worst_print(const struct call *call, const struct score *scores,
                        int64_t count, int64_t worst,
                        const char *const *classes, struct err *e)
{
    enum { COLUMNS = 5 };
    static const char *const titles[] = {"index", "true", "predicted",
                                         "probability", "loss"};
    const int64_t rows = num_min(worst, count);
    struct arena *a = call->arena;
    int64_t *at = arena_take(a, (size_t)rows, sizeof *at);
    const char **cells = arena_take(a, COLUMNS * (size_t)rows, sizeof *cells);
    const struct table t = {COLUMNS, rows, titles, cells, 5};

    if (!at || !cells)
        return err_memory(e, "printing a table");
    find_worst(scores, count, rows, at);
    for (int64_t i = 0; i < rows; i++) {
        const struct score *s = &scores[at[i]];
        const char **row = cells + i * COLUMNS;
        row[0] = int_cell(a, at[i]);
        row[1] = classes[s->label];
        row[2] = classes[s->predicted];
        row[3] = real_cell(a, s->probability);
        row[4] = real_cell(a, s->loss);
    }
    return print_cells(call, &t, e);
}

/*
 * evaluate_print.c - tables and JSON of `evaluate`.
 */
#include "command/evaluate_print.h"

#include "base/num.h"
#include "cli/say.h"

static void print_classes(const struct call *call, const struct metrics *m,
                          const char *const *classes)
{
    static const char *const titles[] = {"class", "precision", "recall", "f1",
                                         "support"};
    struct table t = {
        .columns = ARRAY_LEN(titles), .titles = titles, .decimals = 5};

    for (int32_t i = 0; i < m->class_count; i++) {
        const struct class_metrics *c = &m->per_class[i];
        table_put(&t, "%s", classes[i]);
        table_real(&t, c->precision);
        table_real(&t, c->recall);
        table_real(&t, c->f1);
        table_put(&t, "%lld", (long long)c->support);
    }
    out_puts(call->out, "\n");
    print_table(call, &t);
}

/* Rows are true classes, columns predicted ones. */
static void print_confusion(const struct call *call, const struct metrics *m,
                            const char *const *classes)
{
    const char *titles[TABLE_MAX_COLUMNS] = {"true"};
    struct table t = {
        .columns = m->class_count + 1, .titles = titles, .decimals = 2};

    if (t.columns > TABLE_MAX_COLUMNS) {
        note(call, "the confusion matrix of %d classes is in --json",
             m->class_count);
        return;
    }
    for (int32_t i = 0; i < m->class_count; i++) {
        titles[i + 1] = classes[i];
        table_put(&t, "%s", classes[i]);
        for (int32_t k = 0; k < m->class_count; k++)
            table_put(&t, "%lld",
                      (long long)m->confusion[i * m->class_count + k]);
    }
    out_puts(call->out, "\n");
    print_table(call, &t);
}

void metrics_print(const struct call *call, const struct metrics *m,
                   const char *const *classes)
{
    out_printf(call->out,
               "samples   %lld\n"
               "accuracy  %.5f, 95 %% interval %.5f to %.5f\n"
               "top-%-4lld  %.5f\n"
               "loss      %.5f\n",
               (long long)m->samples, m->accuracy, m->interval[0],
               m->interval[1], (long long)m->top_k, m->top_k_accuracy, m->loss);
    print_classes(call, m, classes);
    print_confusion(call, m, classes);
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
    static const char *const titles[] = {"index", "true", "predicted",
                                         "probability", "loss"};
    struct table t = {
        .columns = ARRAY_LEN(titles), .titles = titles, .decimals = 5};
    const int64_t rows = num_min(worst, count);
    int64_t *at = arena_take(call->arena, (size_t)rows, sizeof *at);

    if (!at)
        return err_memory(e, "printing a table");
    find_worst(scores, count, rows, at);
    for (int64_t i = 0; i < rows; i++) {
        const struct score *s = &scores[at[i]];
        table_put(&t, "%lld", (long long)at[i]);
        table_put(&t, "%s", classes[s->label]);
        table_put(&t, "%s", classes[s->predicted]);
        table_real(&t, s->probability);
        table_real(&t, s->loss);
    }
    out_puts(call->out, "\n");
    print_table(call, &t);
    return OK;
}

/*
 * samples_columns.c - columns of the training table: those that its split goes
 * by, and those that a model knows.
 */
#include <string.h>

#include "app/samples.h"

enum status samples_keep_cells(struct samples *s, const struct experiment *x,
                               struct err *e)
{
    const struct text_list own =
        s->asked.passed ? *s->asked.passed : (struct text_list){0};
    const char **words =
        arena_take(&s->arena, (size_t)own.count + 1, sizeof *words);
    struct text_list *all = arena_take(&s->arena, 1, sizeof *all);

    if (!words || !all)
        return err_memory(e, "preparing the samples");
    for (int64_t i = 0; i < own.count; i++)
        words[i] = own.at[i];
    words[own.count] = experiment_split_column(x);
    *all = (struct text_list){words, own.count + 1};
    s->asked.passed = all;
    s->asked.split_key = experiment_split_key(x);
    s->split_cell = own.count;
    return OK;
}

enum status samples_check_chosen(struct samples *s, const struct experiment *x,
                                 const struct column_names *known,
                                 struct err *e)
{
    const struct source *source = &x->train_source;
    const struct target inputs = {TARGET_CLASS, known->inputs.count,
                                  known->inputs.at};
    const struct target targets = {TARGET_CLASS, known->targets.count,
                                   known->targets.at};
    struct column_names own = {0};
    enum status status =
        source_preflight(source->kind, source->config, &own, &s->arena, e);

    for (int64_t i = 0; status == OK && i < own.inputs.count; i++) {
        const char *name = own.inputs.at[i];
        const int64_t at = target_find(&inputs, name, i);
        s->reordered = s->reordered || at != i;
        if (at < 0 && !(known->label && strcmp(name, known->label) == 0) &&
            target_find(&targets, name, 0) < 0)
            status = err_add(e, ERR_CONFIG,
                             source_file(source->kind, source->config, 0),
                             "the model knows no column '%s'", name);
    }
    return status;
}

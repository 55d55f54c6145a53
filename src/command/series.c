/*
 * series.c - names of runs, and statistics over their best epochs.
 */
#include "command/series.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/samples.h"
#include "cli/say.h"
#include "train/history.h"

static const struct {
    const char *key, *place, *of; /* of: what their table is headed */
} words[] = {
    [SERIES_FOLDS] = {"fold", "{fold}", "folds"},
    [SERIES_SEEDS] = {"seed", "{seed}", "seeds"},
};

/* Folds replace what else chooses the samples that validate.  There are enough
 * samples, which is found before thousands of outputs are looked at. */
static enum status check_folds(const struct run_series *s, struct experiment *x,
                               struct err *e)
{
    const struct node *data = node_find(x->tree.root, "data");
    const struct node *split = node_find(data, "split");
    const struct node *const others[] = {
        node_find(data, "valid"), node_find(split, "eval_size"),
        node_find(split, "folds"), node_find(split, "fold")};
    struct samples_survey ignored;
    enum status status = OK;

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i])
            status = tree_error(&x->tree, others[i], AT_KEY, NULL, e,
                                "has no effect beside --folds, each of which "
                                "validates in turn");
    x->split.folds = s->count;
    x->split.fold = 1;
    return status == OK ? samples_count(x, &ignored, e) : status;
}

enum status series_open(struct run_series *s, const struct call *call,
                        const struct settings *set, struct err *e)
{
    static const int64_t largest = 9007199254740991; /* of `seed` */
    const char *config = call->words[0];
    struct settings with = *set;
    struct experiment x = {0};

    enum status status =
        set->document.at
            ? OK
            : file_read_all(config, TREE_MAX_BYTES, &s->document, e);
    if (status != OK)
        return status;
    if (!set->document.at)
        with.document = s->document;
    status =
        experiment_read(&x, config, &with, EXPERIMENT_DATA | EXPERIMENT_TRAIN,
                        call->kernels, e);
    s->first = s->kind == SERIES_FOLDS ? 1 : x.top.seed;
    if (status == OK && s->kind == SERIES_FOLDS)
        status = check_folds(s, &x, e);
    else if (status == OK && s->count - 1 > largest - x.top.seed)
        status =
            usage_error(e, call, "--repeat: seeds from %lld on end at %lld",
                        (long long)x.top.seed, (long long)largest);
    experiment_free(&x);
    return status;
}

void series_close(struct run_series *s)
{
    mem_free(s->best);
    text_free(&s->keys);
    mem_free(s->document.at);
}

const char *series_key(const struct run_series *s)
{
    return words[s->kind].key;
}

bool series_named(const struct run_series *s, const char *output)
{
    return strstr(output, words[s->kind].place) != NULL;
}

const char *series_output(const struct run_series *s, const char *output,
                          struct arena *arena)
{
    const char *place = words[s->kind].place;
    struct text name = {0};

    if (!output)
        return NULL;
    for (const char *at; (at = strstr(output, place)) != NULL;
         output = at + strlen(place)) {
        text_add(&name, output, (size_t)(at - output));
        text_printf(&name, "%lld", (long long)s->number);
    }
    text_puts(&name, output);
    return arena_text(arena, &name);
}

enum status series_set(const struct run_series *s, struct settings *set,
                       struct arena *arena, struct err *e)
{
    const long long number = s->number;

    if (s->document.at)
        set->document = s->document;
    if (s->kind == SERIES_SEEDS)
        return opt_append(set, arena_printf(arena, "seed=%lld", number), arena,
                          e);
    const enum status status = opt_append(
        set, arena_printf(arena, "data.split.folds=%lld", (long long)s->count),
        arena, e);
    return status == OK
               ? opt_append(set,
                            arena_printf(arena, "data.split.fold=%lld", number),
                            arena, e)
               : status;
}

void series_title(const struct run_series *s, struct text *out)
{
    if (s->kind == SERIES_SEEDS)
        text_printf(out, "Seed %lld", (long long)s->number);
    else
        text_printf(out, "Fold %lld of %lld", (long long)s->number,
                    (long long)s->count);
}

/* Of a row what is measured, and neither set nor a time. */
static bool is_measured(const struct history_row *row,
                        const struct history_cell *cell)
{
    return !cell->is_time && cell->at != &row->learning_rate;
}

enum status series_add(struct run_series *series, const struct train_state *s,
                       struct err *e)
{
    const struct history_row *best = state_best(s);
    struct history_cell cell;
    size_t at = (size_t)(series->done * series->key_count);

    assert(best);
    struct history_row row = *best;
    for (int64_t i = 0; history_cell(s->columns, &row, i, &cell); i++) {
        if (!is_measured(&row, &cell))
            continue;
        if (!mem_grow(&series->best, &series->room, at + 1,
                      sizeof *series->best))
            return err_memory(e, "noting a run");
        series->best[at++] = *cell.at;
        if (series->done == 0) {
            text_add(&series->keys, cell.key, strlen(cell.key) + 1);
            series->key_count++;
        }
    }
    series->done++;
    return series->keys.failed ? err_memory(e, "noting a run") : OK;
}

static void put_row(const struct run_series *s, struct table *t, int64_t i,
                    const char *name)
{
    const double n = (double)s->done;
    double mean = 0, square = 0;

    for (int64_t run = 0; run < s->done; run++)
        mean += s->best[run * s->key_count + i] / n;
    for (int64_t run = 0; run < s->done; run++) {
        const double far = s->best[run * s->key_count + i] - mean;
        square += far * far;
    }
    const double std = sqrt(square / (n - 1));
    table_put(t, "%s", name);
    table_real(t, mean);
    table_real(t, std);
    if (s->kind == SERIES_FOLDS)
        table_real(t, std / sqrt(n));
}

/* Has some run that number? */
static bool any_has(const struct run_series *s, int64_t i)
{
    for (int64_t run = 0; run < s->done; run++)
        if (!isnan(s->best[run * s->key_count + i]))
            return true;
    return false;
}

/* Of every number of the best epochs mean and standard deviation (n - 1), of
 * folds the standard error of the mean too. */
static void print_statistics(const struct run_series *s,
                             const struct call *call)
{
    char of_mean[40];
    const char *const titles[] = {"best epoch", "mean", "std", of_mean};
    struct table t = {
        .columns = s->kind == SERIES_FOLDS ? 4 : 3,
        .titles = titles,
        .decimals = 5,
    };
    struct text heading = {0};
    const char *key = text_string(&s->keys);

    snprintf(of_mean, sizeof of_mean, "std/sqrt(%lld)", (long long)s->done);
    for (int64_t i = 0; i < s->key_count; i++, key += strlen(key) + 1)
        if (any_has(s, i))
            put_row(s, &t, i, key);
    text_printf(&heading, "\n# %lld %s\n\n", (long long)s->done,
                words[s->kind].of);
    out_text(call->out, &heading);
    print_table(call, &t);
}

enum status series_run(struct run_series *s, const struct call *call,
                       enum status (*run)(void *context, struct err *e),
                       void *context, struct err *e)
{
    struct text title = {0};
    enum status status = OK;

    for (int64_t i = 0; status == OK && i < s->count; i++) {
        s->number = s->first + i;
        status = run(context, e);
    }
    if (status == OK && s->done == s->count)
        print_statistics(s, call);
    if (status == OK)
        return OK;
    series_title(s, &title);
    note(call, "%s has not come to its end: there are no means",
         text_string(&title));
    text_free(&title);
    return status;
}

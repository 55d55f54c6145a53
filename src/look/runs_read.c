/*
 * runs_read.c - takes columns out of histories.
 */
#include <math.h>
#include <string.h>

#include "app/model.h"
#include "look/runs.h"
#include "train/history.h"

enum { MAX_KEYS = METRIC_MAX_COLUMNS + 32 };

/* The column `key` of the history; NULL: no number stands in it. */
static const double *take(const struct train_state *s, const char *key,
                          struct arena *arena)
{
    double *values =
        arena_take(arena, (size_t)s->history_count, sizeof *values);
    struct history_cell cell;
    bool any = false;

    for (int64_t i = 0; values && i < s->history_count; i++) {
        struct history_row row = s->history[i];
        for (int64_t k = 0; history_cell(s->columns, &row, k, &cell); k++)
            if (strcmp(cell.key, key) == 0)
                values[i] = *cell.at;
        any = any || !isnan(values[i]);
    }
    return any ? values : NULL;
}

static void take_epochs(struct run_curves *r, const char *name,
                        const struct train_state *s, struct arena *arena)
{
    double *epochs =
        arena_take(arena, (size_t)s->history_count, sizeof *epochs);

    *r = (struct run_curves){
        .name = name, .count = s->history_count, .epochs = epochs, .best = -1};
    for (int64_t i = 0; epochs && i < s->history_count; i++) {
        epochs[i] = (double)s->history[i].epoch;
        if (s->best_epoch > 0 && s->history[i].epoch == s->best_epoch)
            r->best = i;
    }
}

void run_losses_of(struct run_curves *r, const char *name,
                   const struct train_state *s, struct arena *arena)
{
    take_epochs(r, name, s, arena);
    r->columns[0] = take(s, "train_loss", arena);
    r->columns[1] = take(s, "valid_loss", arena);
}

/* The model, trained; always to be given back. */
static enum status read_trained(struct model *m, const char *path,
                                const struct kernels *kern, struct err *e)
{
    const enum status s = model_read(m, path, kern, e);

    return s == OK && m->state.history_count == 0
               ? err_add(e, ERR_DATA, path,
                         "has no history: the network was never trained")
               : s;
}

enum status run_losses_read(struct run_curves *r, const char *path,
                            const struct kernels *kern, struct arena *arena,
                            struct err *e)
{
    struct model m;
    enum status s = read_trained(&m, path, kern, e);

    if (s == OK) {
        run_losses_of(r, path, &m.state, arena);
        s = arena_check(arena, e, "reading a history");
    }
    model_free(&m);
    return s;
}

/* Keys of the columns that have numbers, ended by NULL. */
static void find_keys(const struct train_state *s,
                      const char *keys[MAX_KEYS + 1], struct arena *arena)
{
    struct history_row row = s->history[0];
    struct history_cell cell;
    int64_t count = 0;

    for (int64_t k = 0;
         count < MAX_KEYS && history_cell(s->columns, &row, k, &cell); k++)
        if (take(s, cell.key, arena))
            keys[count++] = arena_strdup(arena, cell.key);
    keys[count] = NULL;
}

/* Of the keys, and of the metrics' without "valid_". */
static const char *nearest_to(const char *word, const char *const *keys)
{
    static const char valid[] = "valid_";
    struct nearest n = {.word = word};

    for (int64_t i = 0; word && keys[i]; i++) {
        nearest_offer(&n, keys[i], keys[i]);
        if (strncmp(keys[i], valid, sizeof valid - 1) == 0)
            nearest_offer(&n, keys[i] + sizeof valid - 1, keys[i]);
    }
    return n.found;
}

static enum status no_column(const char *path, const char *word,
                             const char *const *keys, struct err *e)
{
    struct text list = {0};
    const char *nearest = nearest_to(word, keys);

    for (int64_t i = 0; keys[i]; i++)
        text_printf(&list, "%s%s", i ? ", " : "", keys[i]);
    const enum status s =
        word ? err_add(e, ERR_USAGE, path,
                       "--metric: the history has no numbers of '%s'%s; it "
                       "has %s",
                       word, did_you_mean(nearest).text, text_string(&list))
             : err_add(e, ERR_USAGE, path,
                       "--metric: is needed; the history has %s",
                       text_string(&list));
    text_free(&list);
    return s;
}

/* What the word means among the keys; NULL: nothing. */
static const char *key_meant(const struct train_state *s, const char *word,
                             const char *const *keys)
{
    const int64_t at = word ? metric_columns_find(s->columns, word) : -1;
    const struct metric_key metric =
        at >= 0 ? metric_column_key(&s->columns->at[at])
                : (struct metric_key){""};

    for (int64_t i = 0; word && keys[i]; i++)
        if (strcmp(keys[i], word) == 0 || strcmp(keys[i], metric.text) == 0)
            return keys[i];
    return NULL;
}

enum status run_metric_read(struct run_curves *r, const char *path,
                            const char *word, const char **key,
                            const struct kernels *kern, struct arena *arena,
                            struct err *e)
{
    const char *keys[MAX_KEYS + 1];
    struct model m;
    enum status s = read_trained(&m, path, kern, e);

    if (s == OK) {
        find_keys(&m.state, keys, arena);
        s = arena_check(arena, e, "reading a history");
    }
    if (s == OK) {
        *key = key_meant(&m.state, word, keys);
        s = *key ? OK : no_column(path, word, keys, e);
    }
    if (s == OK) {
        take_epochs(r, path, &m.state, arena);
        r->columns[0] = take(&m.state, *key, arena);
        s = arena_check(arena, e, "reading a history");
    }
    model_free(&m);
    return s;
}

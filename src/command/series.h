/*
 * series.h - several runs of one document, fit --folds and fit --repeat: what
 * tells them apart, and what they come to.
 *
 * A run of a series is the run that its settings alone would be: the same bytes
 * as of `fit -s seed=43`.  Trains nothing itself.
 */
#pragma once

#include "base/text.h"
#include "cli/cmd.h"
#include "document/experiment.h"
#include "train/state.h"

enum series_kind { SERIES_FOLDS, SERIES_SEEDS };

struct run_series {
    enum series_kind kind;
    int64_t first, count; /* the runs are first .. first + count - 1 */
    int64_t number;       /* the one that is on */
    struct text keys;     /* of what is measured, each with its '\0' */
    int64_t key_count;
    double *best; /* [done, key_count] at the best epochs of the runs that have
                      ended */
    size_t room;
    int64_t done;
    struct bytes document; /* the same for every run */
};

/*
 * series_open - read the call's CONFIG with `set` and look whether it can be
 * run `count` times.  Always to be given back with series_close.  ERR_CONFIG:
 * it is none, or cuts its validation samples by other means than folds.
 * ERR_USAGE: seeds beyond the largest one.
 */
MUST_USE enum status series_open(struct run_series *s, const struct call *call,
                                 const struct settings *set, struct err *e);
void series_close(struct run_series *s);

/* series_run - `run` for every number, under a heading each, and a table of
 * them all at the end; it stops where one fails. */
MUST_USE enum status series_run(struct run_series *s, const struct call *call,
                                enum status (*run)(void *context,
                                                   struct err *e),
                                void *context, struct err *e);

/* series_key - "fold" or "seed": in --metrics, and as {fold} in a name. */
const char *series_key(const struct run_series *s);

/* series_named - has the output a place for the run's number? */
bool series_named(const struct run_series *s, const char *output);

/* series_output - the name of the run's output, NULL for NULL; on `arena`, to
 * be checked. */
const char *series_output(const struct run_series *s, const char *output,
                          struct arena *arena);

/* series_set - add what makes the document that of the run. */
MUST_USE enum status series_set(const struct run_series *s,
                                struct settings *set, struct arena *arena,
                                struct err *e);

/* series_title - append "Fold 1 of 5", "Seed 42". */
void series_title(const struct run_series *s, struct text *out);

/* series_add - the numbers of the best epoch of the run that `s` ends. */
MUST_USE enum status series_add(struct run_series *series,
                                const struct train_state *s, struct err *e);

/*
 * evaluate_print.h - what an evaluation found, as text, JSON and CSV.
 *
 * Metrics come in the order of their registry; nothing is computed here.
 */
#pragma once

#include "cli/cmd.h"
#include "command/evaluate_compare.h"
#include "command/passed.h"
#include "look/measuring.h"
#include "metric/calibration.h"
#include "metric/worst.h"

/* What is known once all samples have been seen. */
struct evaluation {
    const struct target *target;
    bool probable; /* outputs are probabilities */
    int64_t samples;
    struct measuring measured; /* every metric that fits the target */
    int64_t *confusion; /* [classes true][predicted]; NULL: not counted */
    struct worst worst; /* by loss; room 0: not asked for */
    struct calibration *calibration; /* NULL: not asked for */
    struct comparison *comparison;   /* NULL: likewise */
    struct passed passed;
    const char *const *cells; /* the passed ones of every record */
};

void evaluation_print(const struct call *call, const struct evaluation *v);
MUST_USE enum status evaluation_print_json(const struct call *call,
                                           const struct evaluation *v,
                                           struct err *e);

/* evaluation_targets, evaluation_targets_json - r2, rmse and mae of every
 * number that is learnt, as table and JSON list `targets`. */
void evaluation_targets(const struct call *call, const struct evaluation *v);
void evaluation_targets_json(struct json_writer *w, const struct evaluation *v);

/* predictions_head, predictions_rows - the CSV of --predictions, appended: its
 * header; a row a sample, passed columns first, then the number of its
 * record. */
void predictions_head(struct text *out, const struct evaluation *v);
void predictions_rows(struct text *out, const struct evaluation *v,
                      const struct metric_rows *of);

/*
 * separation.h - every class against the rest, or every label: ROC and
 * precision-recall curves, as numbers and figure.
 *
 * Outputs are probabilities, as predict prints them.
 */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "figure/figure.h"
#include "metric/curve.h"

enum separation_kind { SEPARATION_ROC, SEPARATION_PR };

struct separation {
    enum separation_kind kind;
    int64_t count; /* of the classes that have a curve */
    struct separated {
        int64_t class;
        const char *name;
        struct curve curve;
        double area; /* of ROC, as metric auc has it; average precision */
    } * at;          /* [count] */
    int64_t samples;
    const char *without; /* "cat, dog": those that have none, for want of
                            samples of a kind; "": all have one */
};

/* separation_compute - from all rows of a set.  A class needs samples of its
 * own and, for ROC, others.  On `arena`, to be checked. */
void separation_compute(struct separation *s, enum separation_kind kind,
                        const struct metric_rows *all, const struct target *t,
                        struct arena *arena);

/* separation_csv - append class, threshold, then fpr, tpr or recall, precision
 * (empty at the first threshold, where nothing is said). */
void separation_csv(struct text *out, const struct separation *s);

/* separation_figure - on `arena`, to be checked. */
void separation_figure(struct figure *f, const struct separation *s,
                       struct arena *arena);

/*
 * mistakes.h - the samples that a model is most sure about and wrong, as
 * numbers and figure.
 */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "data/dataset.h"
#include "figure/figure.h"
#include "metric/worst.h"

struct mistakes {
    const struct target *target; /* classes */
    const struct dataset *set;   /* of the samples */
    struct worst worst;          /* by the probability of the predicted class */
    int64_t wrong, samples;      /* so far */
};

/* mistakes_begin - at most `room` are kept; on `arena`, to be checked. */
void mistakes_begin(struct mistakes *m, const struct target *target,
                    const struct dataset *set, int64_t room,
                    struct arena *arena);

void mistakes_add(struct mistakes *m, const struct metric_rows *of);

/* mistakes_end - all samples have come: what was kept is sorted. */
void mistakes_end(struct mistakes *m);

/* mistakes_csv - append row, true, predicted, probability. */
void mistakes_csv(struct text *out, const struct mistakes *m);

/* mistakes_figure - a tile each, of samples that are images: see frame_of.  On
 * `arena`, to be checked.  Fails as the set's store does. */
MUST_USE enum status mistakes_figure(struct figure *f, const struct mistakes *m,
                                     struct arena *arena, struct err *e);

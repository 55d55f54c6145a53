/*
 * scores.h - what is known of every sample of a part, by all processes
 * together.
 */
#pragma once

#include "train/exchange.h"
#include "train/infer.h"

/* Where it goes, overwritten. */
struct score_room {
    struct score *scores; /* [part.count] */
    real *outputs;        /* [part.count, width]; NULL: nobody asks */
    float *inputs; /* [part.count, width] as targets; NULL: they are none */
    int64_t width; /* numbers of an answer */
};

/* scores_of - infer_scores of the part, each process its share of the samples,
 * all having all of it on return; or all fail alike. */
MUST_USE enum status scores_of(const struct exchange *x, struct infer *f,
                               const struct subset *part,
                               const struct scoring *with,
                               const struct score_room *to, struct err *e);

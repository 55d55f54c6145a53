/*
 * predict_format.h - how predictions are written: one record a sample.
 */
#ifndef COMMAND_PREDICT_FORMAT_H
#define COMMAND_PREDICT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "data/target.h"
#include "tensor/real.h"

enum predict_layout {
    PREDICT_PLAIN, /* class name; with top: "name probability" and tabs; of
                      regression the numbers, between them tabs */
    PREDICT_CSV,   /* header; class, or class1,probability1,.., or one column
                      per class or target */
    PREDICT_TSV,
    PREDICT_JSONL, /* {"class":, "probabilities": {..} or "top": [[..], ..]};
                      {"target": number, or list of several} */
};

struct predict_format {
    enum predict_layout layout;
    bool probabilities; /* of all classes */
    int64_t top;        /* 0, or so many of the most likely classes */
    const struct target *target;
    int32_t *order; /* [target->width] room to sort in, when `top` */
};

/* predict_header - the line above all records; none in plain and jsonl. */
void predict_header(struct text *out, const struct predict_format *f);

/* predict_record - outputs y [target->width]; NULL: a record that
 * could not be read, empty or null, so that lines stay aligned.  ERR_MEMORY. */
MUST_USE enum status predict_record(struct text *out,
                                    const struct predict_format *f,
                                    const real *y, struct err *e);

#endif

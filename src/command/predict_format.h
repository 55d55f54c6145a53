/*
 * predict_format.h - how predictions are written: one record a sample.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "command/passed.h"
#include "data/target.h"
#include "tensor/real.h"

enum predict_layout {
    PREDICT_PLAIN, /* class name, or those of labels with tabs; with top: "name
                      probability" and tabs; of regression the numbers, between
                      them tabs */
    PREDICT_CSV,   /* header; class, or class1,probability1,.., or one column
                      per class, label, target or number */
    PREDICT_TSV,
    PREDICT_JSONL, /* {"class":, "probabilities": {..} or "logits": {..} or
                      "top": [[..], ..]}; {"labels": [..], "probabilities":
                      {..}}; {"target": number, or list of several} */
    PREDICT_NPY,   /* the numbers as 32-bit floats, behind a header that is not
                      written here; those of a record without any are NaN */
};

enum predict_what {
    PREDICT_ANSWER, /* the class, or the numbers of regression */
    PREDICT_TOP,    /* the most likely classes */
    PREDICT_PROBABILITIES,
    PREDICT_LOGITS, /* these two of every class */
    PREDICT_LAYER,  /* the output of a layer */
};

struct predict_format {
    enum predict_layout layout;
    enum predict_what what;
    const struct target *target;
    const char *layer;    /* its name */
    int64_t width;        /* numbers of a record */
    int64_t top;          /* how many, of PREDICT_TOP */
    double threshold;     /* of labels: those above it are printed */
    bool probable;        /* outputs are probabilities */
    const char *unsure;   /* stands for a class less probable than that; NULL:
                           all are printed */
    struct passed passed; /* columns in front */
    int32_t *order;       /* [target->width] room to sort in, for the top */
};

/* One record. */
struct prediction {
    const real *y;      /* [target->width] outputs, or [width] of a layer; NULL:
                            there are none, and what stands there is empty or
                            null, so that lines stay aligned */
    const real *logits; /* [width], of PREDICT_LOGITS */
    const char *cells;  /* those of passed columns */
};

/* The members of a record of jsonl, ended by NULL: no passed column can be
 * called so. */
extern const char *const predict_members[];

/* predict_header - the line above all records; none in plain and jsonl. */
void predict_header(struct text *out, const struct predict_format *f);

/* predict_record - a record.  ERR_MEMORY. */
MUST_USE enum status predict_record(struct text *out,
                                    const struct predict_format *f,
                                    const struct prediction *p, struct err *e);

/*
 * predict_work.h - from samples to records, a run of predict under way.
 *
 * Memory does not grow with the input.  Where samples come from is the business
 * of app/intake.h, how records are written that of predict_format.c.
 */
#pragma once

#include "app/intake.h"
#include "app/model.h"
#include "cli/cmd.h"
#include "command/predict_format.h"
#include "train/infer.h"

/* What is asked for. */
struct predict_job {
    const struct call *call; /* whose operands from the second on are inputs;
                                none: standard input */
    const struct model *model;
    struct predict_format format;   /* but for what the passed columns are
                                       called */
    int64_t node;                   /* whose output is wanted; the last one's is
                                       the network's */
    struct text_list columns;       /* that are passed */
    const struct source_ops *input; /* kind of the inputs; NULL: they tell */
    const char *array;              /* of an archive; NULL: it tells */
    bool images;                    /* each of them is an image */
    const char *output;             /* a file; NULL: standard output */
    bool labelled;                  /* rows have answers */
    bool keep_bad; /* a bad record becomes an empty one, and no error */
};

/* Samples read at a time when there are enough of them. */
enum { PREDICT_ROOM = 256 };

/* One run. */
struct predict {
    const struct predict_job *job;
    struct predict_format format;
    struct arena arena;
    struct graph cut;          /* of a layer */
    const struct graph *graph; /* that is computed */
    const real *weights;
    struct out *out;
    struct pool *pool;
    struct infer *infer;
    float *raw;   /* [PREDICT_ROOM, in..] */
    real *x, *y;  /* [PREDICT_ROOM, in..], [PREDICT_ROOM, out..] */
    real *logits; /* [PREDICT_ROOM, out..]; NULL: they are not wanted */
    struct bad_record *bad; /* [PREDICT_ROOM] */
    int64_t ids[PREDICT_ROOM];
    const char *name;           /* of the input */
    const char *const *paths;   /* of images; NULL: it is a file of records */
    int64_t first;              /* its sample that comes next */
    int64_t written;            /* records of all inputs */
    bool begun;                 /* there is a header */
    bool told;                  /* that samples are of another scale */
    int64_t unread, unanswered; /* records that were kept */
    struct err fault;           /* of one of these */
};

/* predict_words - the inputs of the command line, ended by NULL. */
const char *const *predict_words(const struct call *call);

/* predict_records - a record out for every record in. */
MUST_USE enum status predict_records(struct predict *p, struct intake *from,
                                     struct err *e);

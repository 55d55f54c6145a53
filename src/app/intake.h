/*
 * intake.h - samples to be predicted, as they come: the records of a table or
 * an array, or files that are each an image.
 *
 * Memory does not grow with the input.  Knows no network but the shape of its
 * input, and not what becomes of the samples.
 */
#pragma once

#include "app/image_feed.h"
#include "app/model.h"
#include "source/stream.h"

/* What is read, and for whom. */
struct intake_request {
    const char *place; /* of messages about options: "cnnctl predict" */
    const struct model *model;
    const struct source_ops *kind; /* of the input; NULL: it tells */
    const char *array;             /* of an archive; NULL: it tells */
    bool images;                   /* it is an image */
    struct text_list passed;       /* columns whose cells are asked for */
    bool labelled;                 /* records have answers: passed over */
    bool keep_bad;                 /* a bad record is marked, not an error */
    bool named;                    /* the path of an image is a cell of it */
    struct pool *pool;
};

/* An input being read; must not be moved. */
struct intake {
    const char *name;            /* for messages; of images the first's */
    const char *const *paths;    /* of images; NULL: records of one file */
    const char *note;            /* what was assumed of it; NULL */
    struct text_list columns;    /* what its cells are called */
    const struct text *cells;    /* of the records read last, a NUL behind
                                       each */
    const char *odd;             /* its samples are of another scale than those
                                    of training: the sentence, as soon as one
                                    says something; NULL */
    struct input in;             /* private from here on */
    struct sample_stream stream; /* of records */
    struct image_feed feed;      /* of images */
    struct text paths_read;      /* the cells of images */
    const char *only;            /* the path of the only one */
    const struct model *model;
    bool named, looked;
    struct arena arena;
};

/*
 * intake_open - the input that `words` [0], a file or "-", is, or all images
 * from there on; `words` ends with NULL.  *used of them were taken.  Always to
 * be given back.  ERR_USAGE: columns are asked of images, or an array of what
 * is no archive; else as source_open.
 */
MUST_USE enum status intake_open(struct intake *in,
                                 const struct intake_request *q,
                                 const char *const *words, int64_t *used,
                                 struct err *e);
void intake_close(struct intake *in);

/* intake_next - as sample_stream_next has it. */
MUST_USE enum status intake_next(struct intake *in, int64_t room, float *x,
                                 struct bad_record *bad, int64_t *got,
                                 struct err *e);

/*
 * dataset.h - samples as read: raw pixels and labels or targets.
 *
 * 8-bit pixels stay bytes and are normalized per batch.  Where the samples
 * came from (IDX, CSV, the built-in digits) is not known after reading.  Their
 * pixels lie in memory or are read when they are needed: pixels.h is the door
 * to them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/target.h"
#include "tensor/real.h"
#include "tensor/shape.h"

enum pixel_type { PIXEL_U8, PIXEL_F32 };

/* What a column of a table is, if not the number `slot` >= 0 of the sample;
 * target k is COLUMN_TARGET - k. */
enum { COLUMN_LABEL = -1, COLUMN_SKIPPED = -2, COLUMN_TARGET = -3 };

/* The columns of the table that samples were read from. */
struct columns {
    int64_t width;             /* 0: from no table */
    const char *const *names;  /* [width]; NULL: the table names none */
    const int64_t *slot;       /* [width] what each is */
    const char *const *passed; /* what those that are passed on are called, as
                                  many as were asked for */
    const struct columns *beside; /* of the table that holds the answers; NULL:
                                     this one does */
};

/* Pixels that are read when they are needed. */
struct pixel_store {
    /* Those of `count` samples from `first` on, [count, shape..] in the set's
     * own type; by any thread, any number of times. */
    enum status (*read)(const void *state, int64_t first, int64_t count,
                        void *pixels, struct err *e);
    void (*close)(void *state);
    void *state; /* owned; NULL: there is none */
};

/* What it took to decode pixels. */
struct decoding {
    int64_t images; /* 0: none were decoded */
    double seconds;
};

struct dataset {
    int64_t count;         /* samples */
    struct shape shape;    /* of one: [C, H, W] of IDX and digits, [F] of CSV */
    bool holes;            /* some numbers are NaN: cells that are missing */
    enum pixel_type pixel; /* U8 also for CSV whose cells are all 0..255 */
    bool apart;            /* pixels are not held, but read */
    void *pixels;          /* [count, shape...], mem_take'n; NULL when apart */
    struct pixel_store store; /* when apart */
    struct decoding decoding; /* of all of them once, when they were read */
    struct trace *traces;     /* [count] instead of pixels, see trace.h; NULL */
    const char **paths;       /* [count] beside traces: how a list names the
                                 images; NULL: no list does */
    struct target target;     /* the classes are the distinct labels, sorted as
                              numbers when all are integers (canonical decimal),
                              else by bytes */
    int32_t *labels;          /* [count] index into classes; NULL: unlabelled */
    float *targets; /* [count, target.width] numbers, of labels 0 and 1;
                              NULL: classes */
    float *scaled;  /* the same standardized; NULL: they are not */
    struct columns columns;
    const char **passed; /* [count] the cells that are passed on, a NUL behind
                            each; NULL: none were asked for */
    const char *note;    /* what was assumed while reading; NULL: nothing */
    struct arena arena;  /* owns the names */
};

void dataset_free(struct dataset *d);

/* dataset_cell - one of the passed cells of a sample, from 0. */
static inline const char *dataset_cell(const struct dataset *d, int64_t id,
                                       int64_t which)
{
    const char *cell = d->passed[id];

    while (which-- > 0)
        cell += strlen(cell) + 1;
    return cell;
}

static inline bool dataset_has_labels(const struct dataset *d)
{
    return d->target.kind == TARGET_LABELS;
}

/* dataset_label_name - what label `i` is called in its table, else as
 * target_name has it. */
const char *dataset_label_name(const struct dataset *d, int64_t i,
                               char room[TARGET_NAME_BYTES]);

/* dataset_drop_answers - what is learnt of it is now its own inputs. */
void dataset_drop_answers(struct dataset *d);

/* dataset_learnt - what is learnt of the numbers: they, or they standardized.
 */
static inline const float *dataset_learnt(const struct dataset *d)
{
    return d->scaled ? d->scaled : d->targets;
}

/* What stands for missing cells. */
struct filling {
    int64_t count; /* 0: no cell may be missing; 1, or one per number of a
                      sample */
    const double *at;
};

/* dataset_fill - in place, rounded to float. */
void dataset_fill(struct dataset *d, const struct filling *f);

/* x' = (x - mean) / std on raw values. */
struct normalization {
    int64_t count; /* 1, one per channel, or one per number of a sample */
    const double *mean, *std;
};

/* dataset_scale - scaled = (targets - mean) / std in double, rounded to float;
 * one pair for each number, count 0: none is scaled.  ERR_MEMORY. */
MUST_USE enum status
dataset_scale(struct dataset *d, const struct normalization *n, struct err *e);

/* Some samples of a set, in an order. */
struct subset {
    const struct dataset *set;
    const int64_t *ids; /* [count] sample numbers in the set */
    int64_t count;
};

/*
 * batch_fill - assemble a batch.
 *
 * x       [n, shape..]  overwritten with normalized pixels of the n samples
 *                       `of`, computed in float as (x - mean) * (1 / std)
 *                       rounded once each
 * labels  [n]           overwritten; not touched when NULL
 *
 * Fails only when pixels are apart, as their store does.
 */
MUST_USE enum status batch_fill(const struct subset *of,
                                const struct normalization *norm, real *x,
                                int32_t *labels, struct err *e);

/* batch_of - the same from raw pixels [n, size] of `pixel` type, which may be
 * the last bytes of x. */
void batch_of(const struct normalization *norm, enum pixel_type pixel,
              const void *raw, int64_t size, int64_t n, real *x);

/* batch_normalize - raw values x [n, size] in place, computed in float as
 * batch_fill does; what a normalization has one pair of each is in equal runs.
 */
void batch_normalize(const struct normalization *norm, int64_t size, int64_t n,
                     real *x);

/* batch_raw - the reverse for one sample's worth of numbers: x [shape..] become
 * raw values, in place. */
void batch_raw(const struct normalization *norm, struct shape shape, real *x);

/* batch_raw_targets - the reverse of dataset_scale for outputs y [n, width], in
 * place; NULL or count 0: they stay. */
void batch_raw_targets(const struct normalization *scale, int64_t n, real *y);

struct sha256;
/* pixels_digest - add `count` numbers to a fingerprint, however they are held:
 * integers 0..255 alone as bytes, else all as floats. */
void pixels_digest(enum pixel_type pixel, const void *pixels, int64_t count,
                   struct sha256 *into);

/* dataset_digest - add shape, samples and labels (as class names) to a
 * fingerprint that does not depend on path, compression or format, nor on where
 * pixels are held.  `shape` is the network's input shape, a CSV row being the
 * same sample as an image.  reach [count]: overwritten with that of each sample
 * (reach.h), which is had in passing; NULL: it is not asked for.  Fails only
 * when pixels are apart. */
MUST_USE enum status dataset_digest(const struct dataset *d, struct shape shape,
                                    struct sha256 *into, float *reach,
                                    struct err *e);

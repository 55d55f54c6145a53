/*
 * arrays.h - samples as an array of numbers, their answers as another.
 *
 * The part that the array formats share: which axes are what, records one after
 * the other, types, counts.  A format opens what the arrays stand in.
 *
 * Unsigned bytes stay bytes; everything else becomes float, rounded once, and
 * must be finite as such, or NaN where values may be missing.  Elements are
 * counted exactly: a byte too few or too many is an error.
 */
#pragma once

#include "codec/npy.h"
#include "source/source.h"

/* The keys that array formats share. */
struct arrays_config {
    const char *layout;             /* "first" or "last", the channels' axis */
    struct text_list label_columns; /* names of the columns of zeros and ones
                                       that the answers are; count 0: not */
    bool real; /* the answers are numbers to be predicted */
};

/* An array, open behind its header. */
struct array {
    struct input in;
    struct npy_header is;
    int64_t header; /* bytes of the header in the file */
    size_t bytes;   /* of one record */
};

struct arrays {
    struct array samples, answers;
    struct arrays_config config;
    bool has_answers, blind, may_miss;
    int64_t next;   /* the record to be read, from 0 */
    int64_t size;   /* numbers of a sample */
    int place;      /* the descriptor that samples are fetched from; -1: none */
    void *ordered;  /* [shape..] in the order of channels */
    float *reals;   /* [size] of a sample that is not bytes */
    float *targets; /* [target.width] */
    char label[ELEMENT_DECIMAL_BYTES];
};

/* arrays_new - becomes the state of `r`; NULL when memory is short.  `given`:
 * the source has answers. */
struct arrays *arrays_new(struct source_reader *r,
                          const struct source_request *q,
                          const struct arrays_config *c, bool given);

/* arrays_header - read the header of NumPy that `a->in` begins with.  ERR_DATA,
 * ERR_IO, ERR_MEMORY. */
MUST_USE enum status arrays_header(struct array *a, struct err *e);

/* arrays_samples, arrays_answers - look at the header of an array whose `in` is
 * open and whose `is` is filled; fill the reader's shape and target.
 * ERR_DATA, ERR_CONFIG. */
MUST_USE enum status arrays_samples(struct source_reader *r, struct err *e);
MUST_USE enum status arrays_answers(struct source_reader *r, struct err *e);

/* arrays_choose_place - samples that were looked at stay in a file that is
 * plain, when they are large, or not to be held anywhere: p->place; others are
 * streamed.  ERR_DATA: its length is wrong. */
MUST_USE enum status arrays_choose_place(struct source_reader *r,
                                         const struct source_request *q,
                                         struct err *e);

/* arrays_short, arrays_long - record that elements are missing, `have` bytes
 * being there, or that bytes follow them.  Return ERR_DATA. */
enum status arrays_short(const struct array *a, int64_t have, struct err *e);
enum status arrays_long(const struct array *a, struct err *e);

/* arrays_bad_number - record what is wrong with a number of a sample.  Returns
 * ERR_DATA. */
enum status arrays_bad_number(const struct array *a, int64_t record,
                              const char *what, struct err *e);

/* arrays_check_numbers - are `count` numbers of samples, from number `first` of
 * all on, what they may be?  Bytes as they are in the file, others as floats.
 * ERR_DATA. */
MUST_USE enum status arrays_check_numbers(const struct arrays *p, int64_t first,
                                          const void *numbers, int64_t count,
                                          struct err *e);

/* arrays_check - do the counts agree, and are there any? */
MUST_USE enum status arrays_check(const struct source_reader *r, struct err *e);

/* What the formats say of their keys. */
extern const char *const arrays_layouts[]; /* ended by NULL */
#define ARRAYS_FIELDS(S)                                                       \
    FIELD(S, label_columns, .optional = true, .least = 1, .most = 100000,      \
          .sample = "[sky, sea]", .aka = "multi_label multilabel",             \
          .doc = "For several labels at once: what the columns of labels, "    \
                 "[N, K], are called, which hold 1 where a sample has the "    \
                 "label and 0 where not."),                                    \
        FIELD(S, layout, .def = "first", .choices = arrays_layouts,            \
              .aka = "data_format image_data_format dim_ordering "             \
                     "channels_last channels_first",                           \
              .doc = "Where the channels stand in samples of four axes: "      \
                     "first, [N, C, H, W], or last, [N, H, W, C].")

/* arrays_fault - what is wrong with keys that each alone are allowed: appends
 * why and returns the key; NULL: nothing.  `labels`, `targets`: are they given?
 */
const char *arrays_fault(const struct text_list *label_columns, bool labels,
                         bool targets, struct text *why);

/* arrays_fetch, arrays_fetch_run - see struct source_ops; of a file with a
 * place. */
MUST_USE enum status arrays_fetch(const struct source_reader *r, int64_t index,
                                  void *pixels, struct err *e);
MUST_USE enum status arrays_fetch_run(const struct source_reader *r,
                                      int64_t index, int64_t count,
                                      void *pixels, struct err *e);

/* arrays_next, arrays_whole, arrays_close - see struct source_ops. */
MUST_USE enum status arrays_next(struct source_reader *r, struct record *out,
                                 bool *more, struct err *e);
bool arrays_whole(const struct source_reader *r);
void arrays_close(struct source_reader *r);

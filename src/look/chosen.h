/*
 * chosen.h - the samples that a picture is of, and what the network makes of
 * them.
 *
 * Answers are those of predict, bit for bit.  Knows no options.
 */
#pragma once

#include "app/intake.h"
#include "app/model.h"
#include "look/frame.h"

struct chosen { /* initialise with {0} */
    struct arena arena;
    const struct model *model;
    int64_t count;
    int64_t *index;     /* [count] number of each among the records, from 0 */
    float *raw;         /* [count, in..] as read, missing cells filled */
    real *x;            /* [count, in..] normalized */
    int64_t width;      /* of an answer */
    real *y;            /* [count, width] outputs, as predict prints them */
    int64_t *label;     /* [count] class or label that is named; -1: none */
    bool asked;         /* that is what is asked about, not what they are */
    int64_t *predicted; /* [count] the most probable one; -1: numbers */
};

enum { CHOSEN_USUAL = 5 };

/* Which records. */
struct chosen_ones {
    const int64_t *at; /* [count] their numbers, in any order */
    int64_t count;
    bool clipped; /* those that are not there are left out */
};

/* What is to be said of the files, on the arena; NULL: nothing. */
struct chosen_said {
    const char *note; /* what was assumed */
    const char *odd;  /* samples of another scale than those of training */
};

/*
 * chosen_read - of the samples of the files `words`, ended by NULL, one behind
 * the other; nothing behind the last record is read.  Always to be given back.
 * ERR_USAGE: a record is not there.  ERR_DATA: none is, or the output of one is
 * not finite; else as intake_open and intake_next.
 */
MUST_USE enum status chosen_read(struct chosen *c,
                                 const struct intake_request *q,
                                 const char *const *words,
                                 const struct chosen_ones *ones,
                                 struct chosen_said *said, struct err *e);

/* chosen_take - the same of samples with answers; index is their place in
 * `from`.  `name` is what messages call them. */
MUST_USE enum status chosen_take(struct chosen *c, const struct model *m,
                                 const struct subset *from, const char *name,
                                 struct pool *pool, struct err *e);

/* Records that have been read. */
struct chosen_records {
    const float *raw; /* [count, in..] */
    int64_t first;    /* number of the first of them */
    int64_t count;
};

/* chosen_given - the same of these. */
MUST_USE enum status chosen_given(struct chosen *c, const struct model *m,
                                  const struct chosen_records *records,
                                  const char *name, struct pool *pool,
                                  struct err *e);
void chosen_free(struct chosen *c);

/* chosen_name - the samples are of the classes or labels `names`, one for each.
 * ERR_CONFIG with a hint: no class is called so; ERR_USAGE: another number of
 * them.  `place` and `key` are of messages: "--labels". */
MUST_USE enum status chosen_name(struct chosen *c,
                                 const struct text_list *names,
                                 const char *place, const char *key,
                                 struct err *e);

/* chosen_class - the output that a picture explains: that of the label, else
 * the predicted one. */
static inline int64_t chosen_class(const struct chosen *c, int64_t i)
{
    return c->label[i] >= 0 ? c->label[i] : c->predicted[i];
}

/* chosen_caption - "sample 3\nlabel 7\npredicted 9 (0.983)", on `arena`; with
 * `between` in place of the line breaks; a class that is asked about is "of 7".
 */
const char *chosen_caption(const struct chosen *c, int64_t i,
                           const char *between, struct arena *arena);

/* chosen_most_probable - "sample 3\n7 0.983\n9 0.015", at most `most` classes;
 * only of a model with probabilities.  On `arena`. */
const char *chosen_most_probable(const struct chosen *c, int64_t i,
                                 int64_t most, struct arena *arena);

/* chosen_fault - why no probability of an image can be explained; NULL: it can.
 * A sentence without the model's name. */
const char *chosen_fault(const struct model *m);

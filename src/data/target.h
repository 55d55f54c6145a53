/*
 * target.h - what is learnt of a sample: the kind of its answer.
 *
 * A fact of the data.  A loss and a metric say which kinds they take, and a
 * network has as many outputs as the target is wide; app/agree.h checks that
 * they agree.  What holds the answers themselves is not known here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

enum target_kind {
    TARGET_CLASS,  /* one of several classes */
    TARGET_REAL,   /* one or several numbers */
    TARGET_LABELS, /* yes or no to each of several labels, as 1 or 0 */
    TARGET_INPUTS, /* the numbers of the sample itself, normalized */
};

struct target {
    enum target_kind kind;
    int64_t width; /* classes, labels, or numbers of a sample; 0: not known */
    const char *const *names; /* [width] the classes or labels in output order,
                                 or the columns of the numbers; NULL: not known
                               */
};

/* target_bit - a kind in a set of kinds. */
static inline unsigned target_bit(enum target_kind kind)
{
    return 1U << kind;
}

/* target_noun - what such answers are called, for messages: "classes". */
const char *target_noun(enum target_kind kind);

/* target_word - the kind in a model file: "class". */
const char *target_word(enum target_kind kind);

/* target_is_real - is it numbers of any size, of whatever origin? */
static inline bool target_is_real(enum target_kind kind)
{
    return kind == TARGET_REAL || kind == TARGET_INPUTS;
}

/* target_classes, target_numbers - the width when an answer is a class, or is
 * held as numbers beside the sample, else 0. */
static inline int64_t target_classes(const struct target *t)
{
    return t->kind == TARGET_CLASS ? t->width : 0;
}

static inline int64_t target_numbers(const struct target *t)
{
    return t->kind == TARGET_REAL || t->kind == TARGET_LABELS ? t->width : 0;
}

/* target_find - the class of a name: the same bytes if there is one, else the
 * same integer; -1: none.  Looks from `near` (>= 0) on first: two sorted lists
 * are matched fast. */
int32_t target_find(const struct target *classes, const char *name,
                    int64_t near);

enum { TARGET_NAME_BYTES = 32 };

/* target_name - of output i: its class, or its column in training where that
 * has a name; else "target0" or "label0" and so on, written to `room`. */
const char *target_name(const struct target *t, int64_t i,
                        char room[TARGET_NAME_BYTES]);

/* target_list - append "TITLE: cat, dog and 3 more" and a line break: the
 * classes whose count is above 0, or those whose is not; nothing when there are
 * none. */
void target_list(struct text *out, const char *title, const struct target *t,
                 const int64_t *counts, bool above);

/* target_fault - what is wrong with the names, NULL: nothing.  Those of classes
 * are neither empty nor given twice; no name has control characters other than
 * the tabs and line breaks that a quoted cell may hold.  A want of memory marks
 * `scratch`. */
const char *target_fault(const struct target *t, struct arena *scratch);

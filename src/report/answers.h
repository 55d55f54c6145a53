/*
 * answers.h - what a model answers to labelled samples, for its report.
 *
 * Private to report/.
 */
#pragma once

#include "cli/data_options.h"
#include "look/measuring.h"
#include "look/mistakes.h"
#include "metric/calibration.h"

struct answers {
    const struct model *model;
    struct labelled labelled; /* in samples.part */
    const char *name;         /* of the samples, for messages */
    const char *what;         /* "test samples of mnist.yaml" */
    struct measuring metrics;
    int64_t *confusion; /* [classes, classes]; NULL: not counted */
    bool judged;        /* outputs are probabilities of classes: then */
    struct calibration calibration;
    struct mistakes mistakes;
};

static inline const struct subset *answers_part(const struct answers *a)
{
    return &a->labelled.samples.part;
}

enum {
    ANSWERS_COUNTED = 1000, /* most classes in a confusion matrix */
    ANSWERS_MISTAKES = 16,
};

/* answers_open - the samples that the command line names.  Always to be given
 * back. */
MUST_USE enum status answers_open(struct answers *a, const struct call *call,
                                  const struct data_options *named,
                                  const struct model *m, struct err *e);

/*
 * answers_open_own - the model's own samples: its test samples, else those that
 * validated it, as its document names them, seen from the current folder.  They
 * must be those that it was trained with, by their fingerprint.  *why says, on
 * the command's arena, why there are none: that is OK too.  Always to be given
 * back.  ERR_USAGE: a file of them is to be written.
 */
MUST_USE enum status answers_open_own(struct answers *a,
                                      const struct call *call,
                                      const struct model *m, const char **why,
                                      struct err *e);

/* answers_collect - all answers.  ERR_DATA, ERR_MEMORY. */
MUST_USE enum status answers_collect(struct answers *a, const struct call *call,
                                     struct err *e);
void answers_close(struct answers *a);

/*
 * training.h - one run of `fit`, from the first check to the last save.
 *
 * Owns the output file: its lock, when it is written, what it is resumed from.
 * Prints nothing; an observer does.
 */
#pragma once

#include "app/alike.h"
#include "app/model.h"
#include "app/samples.h"
#include "base/file.h"
#include "base/pool.h"
#include "document/experiment.h"

struct training_options {
    const struct exchange *exchange; /* the processes that train together, of
                                        which one has an output */
    const char *output;              /* the model file; NULL: nothing is kept */
    bool resume, force;              /* what may happen to an existing one */
    const char *init_from; /* a file to take weights from; NULL: none */
    bool partial;          /* of init_from's, those that match */
    double max_seconds;    /* 0: no limit */
    int64_t threads;
};

struct training {
    const struct experiment *x;
    struct training_options options;
    struct file_lock lock;
    struct alike_file held; /* what stands at the output, for all */
    struct samples samples;
    struct pool *pool;
    struct exchange exchange; /* with the pool */
    struct model from;        /* what it goes on with or starts from */
    struct train_state state;
    bool resumed;      /* the state comes from the output file */
    struct text notes; /* what the user should know before it starts: complete
                          sentences, a line each */
    struct text lost;  /* of init_from's: names of what was not loaded */
    double started;    /* clock_seconds */
};

/*
 * training_open - everything that can fail before the first batch: the output
 * may be written and is locked, the data is there and fits, memory suffices,
 * the state is ready.  `x` must outlive the training.  Always to be given back
 * with training_close.  ERR_CANTCREATE, ERR_NOINPUT, ERR_DATA, ERR_CONFIG,
 * ERR_MEMORY; all processes get the same, as of training_run and
 * training_rehearse.
 */
MUST_USE enum status training_open(struct training *t,
                                   const struct experiment *x,
                                   const struct training_options *options,
                                   struct err *e);

/* training_check_output - what training_open says of the output file, before
 * its turn comes.  ERR_CANTCREATE. */
MUST_USE enum status training_check_output(const struct training_options *o,
                                           struct err *e);

/* training_run - train to the end, or until a signal or the time limit; saves
 * after every epoch, before `observer` is told, and before it returns early.
 * ERR_STOPPED, ERR_INTERRUPT and its like after an orderly stop, ERR_DIVERGED,
 * ERR_IO. */
MUST_USE enum status training_run(struct training *t,
                                  const struct fit_observer *observer,
                                  struct err *e);

/* training_rehearse - one batch through training, validation, saving and
 * loading; writes nothing. */
MUST_USE enum status training_rehearse(struct training *t, struct err *e);

void training_close(struct training *t);

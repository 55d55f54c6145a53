/*
 * alike.h - what all processes that train together must have alike: the
 * document, the data, the file that they go on from, the state.
 *
 * Without effect in a process on its own.
 */
#pragma once

#include "app/samples.h"
#include "document/experiment.h"
#include "train/exchange.h"
#include "train/state.h"

/* A file of process 0 as every process can read it. */
struct alike_file { /* initialise with {.fd = -1} */
    int fd;
    const char *path; /* NULL: there is none */
    struct file_view view;
};

/* alike_file - `there` says in process 0 whether a file stands at its f->path;
 * it becomes everybody's word, and f->path a path of what it holds.  `own` as
 * of accord_status. */
MUST_USE enum status alike_file(const struct exchange *x, enum status own,
                                struct alike_file *f, bool *there,
                                struct err *e);
void alike_file_close(struct alike_file *f);

/* alike_documents - all have the same document, and if it trains a slice of a
 * batch for everybody.  ERR_CONFIG. */
MUST_USE enum status alike_documents(const struct exchange *x,
                                     const struct experiment *document,
                                     struct err *e);

/* What a run begins with. */
struct alike_run {
    const struct experiment *x;
    const struct samples *samples;
    const struct train_state *state;
};

/* alike_runs - all have read the same data and begin with the same state and
 * kernels.  `own` as of accord_status.  ERR_DATA, ERR_MEMORY. */
MUST_USE enum status alike_runs(const struct exchange *x, enum status own,
                                const struct alike_run *run, struct err *e);

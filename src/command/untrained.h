/*
 * untrained.h - model files of networks that no run has trained.
 */
#ifndef COMMAND_UNTRAINED_H
#define COMMAND_UNTRAINED_H

#include "app/model.h"
#include "app/samples.h"
#include "cli/cmd.h"

/* Where an untrained model's file goes, and what it is of. */
struct untrained {
    const struct experiment *x;
    const char *output;
    bool force;               /* replace an existing file */
    const struct model *like; /* whose classes and normalization to take when x
                                 has no data; NULL: classes are 0..K-1 */
    struct file_lock lock;
    struct samples samples;
    struct train_state state;
};

/* untrained_open - lock the output, take classes and constants from the data of
 * x, if it has any, and draw the weights that `fit` starts from.  The first
 * four members are the caller's.  Always to be given back. */
MUST_USE enum status untrained_open(struct untrained *u, struct err *e);

/* untrained_write - the model file, with the weights of u->state. */
MUST_USE enum status untrained_write(const struct untrained *u,
                                     const struct call *call, struct err *e);
void untrained_close(struct untrained *u);

#endif

/*
 * transfer.h - weights of a file into a network, by name and shape; those of
 * the output layer by class.
 *
 * For fit --init-from and checkpoint load; the file may come from another
 * program.
 */
#ifndef APP_TRANSFER_H
#define APP_TRANSFER_H

#include "base/text.h"
#include "data/target.h"
#include "graph/graph.h"
#include "store/safetensors.h"

/* A layer or parameter of the file goes by another name in the network. */
struct rename {
    const char *from, *to;
};

struct transfer {
    const struct stored *from;
    const char *from_name, *to_name; /* of file and network, for the report */
    const struct graph *graph;
    const struct rename *renames;
    int64_t rename_count;
    const struct target *from_target, *to_target; /* what the outputs of file
                                                     and network are; width 0:
                                                     not known */
    bool partial; /* unmatched parameters and classes are no error */
};

/*
 * transfer_weights - weights [weight_size] take every tensor of the file whose
 * name and shape are the network's; the rest keep their values.
 *
 * Appends one line per parameter to `report`: loaded, shapes differ, only in
 * one of the two, of a type that is not read.  Training state, reference
 * outputs and integers (PyTorch's num_batches_tracked) are no parameters.
 * Where both sides know their classes, the rows of the last layer go where
 * their class is; classes of one side only are listed.  What is unmatched is
 * ERR_DATA unless `partial`; a rename that names nothing of the file is
 * ERR_USAGE.
 */
MUST_USE enum status transfer_weights(const struct transfer *t, real *weights,
                                      struct text *report, struct err *e);

#endif

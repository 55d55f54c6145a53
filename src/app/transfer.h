/*
 * transfer.h - weights of a file into a network, by name and shape; those of
 * the output layer by class, of a first layer on a table's row by column.
 *
 * For fit --init-from and checkpoint load; the file may come from another
 * program.
 */
#pragma once

#include "app/model.h"
#include "base/text.h"

/* A layer or parameter of the file goes by another name in the network. */
struct rename {
    const char *from, *to;
};

struct transfer {
    const struct model *from;       /* of another program: its tensors alone */
    const char *from_name;          /* for the report */
    const struct experiment *to;    /* whose network takes the weights */
    const struct data_facts *facts; /* of that network's samples */
    const struct rename *renames;
    int64_t rename_count;
    struct text *lost; /* gains the names of what is not loaded, or not all of
                          it, with commas between; NULL: nobody asks */
    bool partial;      /* unmatched parameters, classes and
                                      columns are no error */
};

/* transfer_order - the names that the samples of `to` must be read by to take
 * weights of `from`: those of its inputs, in its order.  None when both
 * networks begin with a dense layer on [features], whose columns are moved
 * instead, and when `from` has no names.  Points into `from`. */
struct column_names transfer_order(const struct model *from,
                                   const struct experiment *to);

/*
 * transfer_weights - weights [weight_size] take every tensor of the file whose
 * name and shape are the network's; the rest keep their values.
 *
 * Appends one line per parameter to `report`: loaded, shapes differ, only in
 * one of the two, of a type that is not read.  Training state, reference
 * outputs and integers (PyTorch's num_batches_tracked) are no parameters.
 * Where both sides know their classes, the rows of the last layer go where
 * their class is; classes of one side only are listed.  So do the columns of
 * the first layer's weight, where transfer_order leaves the table as it is.
 * What is unmatched is ERR_DATA unless `partial`, and then too where nothing at
 * all matches; a rename that names nothing
 * of the file is ERR_USAGE.
 */
MUST_USE enum status transfer_weights(const struct transfer *t, real *weights,
                                      struct text *report, struct err *e);

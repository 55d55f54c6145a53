/*
 * facts.h - what a network is told of its samples: classes and constants.
 *
 * Internal to samples.c.  Reads nothing.
 */
#ifndef APP_FACTS_H
#define APP_FACTS_H

#include "app/samples.h"

/* The document that a source stands in as a node, or NULL: messages then name
 * its file and key alone. */
struct place {
    const struct tree *tree;
    const struct source *source;
};

/* facts_fit_shape - the samples must have the extents of the network's input,
 * a flat row is taken for an image of as many cells.  ERR_CONFIG. */
MUST_USE enum status facts_fit_shape(struct place from, const struct graph *g,
                                     struct dataset *d, struct err *e);

/* facts_of_answers - what is learnt of s->train, which is matched with
 * data.classes where those are given.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status
facts_of_answers(struct samples *s, const struct experiment *x, struct err *e);

/* facts_of_training - classes and constants from s->train, whose first `count`
 * samples are used.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status facts_of_training(struct samples *s,
                                       const struct experiment *x,
                                       int64_t count, struct err *e);

/* facts_without_data - see samples_assume. */
MUST_USE enum status facts_without_data(struct samples *s,
                                        const struct experiment *x,
                                        const struct model *like,
                                        struct err *e);

#endif

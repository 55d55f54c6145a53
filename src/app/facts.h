/*
 * facts.h - what a network is told of its samples: classes and constants.
 *
 * A run finds them in its data, a model file keeps them.  Reads no data.
 */
#pragma once

#include "data/dataset.h"
#include "data/reach.h"
#include "document/experiment.h"

struct data_facts {
    struct target target;       /* what is learnt */
    struct normalization norm;  /* of the samples as read */
    struct normalization scale; /* of targets, a pair each; count 0: none */
    struct filling missing;     /* of their missing cells */
    struct column_names names;  /* of the table that they were read from */
    struct image_rule images;   /* how images become such samples */
    bool of_images;             /* they were images */
    struct reach reach;         /* of the samples as read */
    bool is_bytes;              /* training samples are of 8 bits */
    double range; /* then 255, else their largest absolute value; for
                     augmentation */
};

/* facts_can_divide - samples are float32, and so is 1 / std. */
bool facts_can_divide(double mean, double std);

/* facts_fit_shape - the samples must have the extents of the network's input,
 * a flat row is taken for an image of as many cells.  `tree` is the document in
 * which `from` stands; NULL: messages name file and key alone.  ERR_CONFIG. */
MUST_USE enum status facts_fit_shape(const struct tree *tree,
                                     const struct source *from,
                                     const struct graph *g, struct dataset *d,
                                     struct err *e);

/* facts_of_answers - what is learnt of the training samples `d`, which are
 * matched with data.classes where those are given, and the names of their
 * columns, a list on `arena`.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status facts_of_answers(struct data_facts *f,
                                      const struct experiment *x,
                                      struct dataset *d, struct arena *arena,
                                      struct err *e);

/* facts_of_training - the constants besides, from those of these samples that
 * are used.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status facts_of_training(struct data_facts *f,
                                       const struct experiment *x,
                                       const struct subset *used,
                                       struct arena *arena, struct err *e);

/* facts_fit_config - what the training loop needs of the document, for samples
 * of which facts_of_training has been told. */
struct fit_config facts_fit_config(const struct data_facts *f,
                                   const struct experiment *x);

/* facts_without_data - those of a network without data: of `like` as far as
 * the document does not say its own and they fit its input, else (NULL)
 * data.classes or 0..K-1 and constants that need no data: ERR_CONFIG for
 * others. */
MUST_USE enum status facts_without_data(struct data_facts *f,
                                        const struct experiment *x,
                                        const struct data_facts *like,
                                        struct arena *arena, struct err *e);

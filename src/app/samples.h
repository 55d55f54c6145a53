/*
 * samples.h - the data of an experiment, loaded, matched and cut into parts.
 */
#ifndef APP_SAMPLES_H
#define APP_SAMPLES_H

#include "app/experiment.h"
#include "codec/digest.h"
#include "data/dataset.h"

struct samples {
    struct arena arena;
    struct dataset train, valid, test; /* count 0: absent */
    struct subset train_part, valid_part, test_part;
    struct target target; /* of the training samples */
    struct normalization norm;
    char fingerprint[SHA256_HEX_BYTES];
};

/* samples_preflight - are all files of the data section there and consistent?
 * Records every fault. */
MUST_USE enum status samples_preflight(const struct experiment *x,
                                       struct err *e);

/*
 * samples_load - everything `fit` trains on: the training source, classes,
 * constants, the split or the validation source, the test source's part left
 * empty.  Shapes and classes are checked against the network: ERR_CONFIG.
 */
MUST_USE enum status samples_load(struct samples *s, const struct experiment *x,
                                  struct err *e);

/*
 * samples_load_labelled - one source for evaluation with a model's classes:
 * s->test and s->test_part.  `x` is the model's experiment, whose input shape
 * the samples must have; `source` may come from another document.  A label that
 * the classes do not hold is ERR_DATA.
 */
MUST_USE enum status samples_load_labelled(struct samples *s,
                                           const struct experiment *x,
                                           const struct source *source,
                                           const struct target *classes,
                                           struct err *e);
/* What can be told of the training data before training, and of no use but to
 * inform: 0 where it is unknown. */
struct samples_survey {
    int64_t class_count;
    size_t bytes; /* that fit will hold: samples, labels, order, scores */
};

/* samples_survey - looks at the sources without reading more than it must.
 * Data that is absent or faulty is no error here, only ERR_MEMORY is. */
MUST_USE enum status samples_survey(const struct experiment *x,
                                    struct samples_survey *out, struct err *e);
void samples_free(struct samples *s);

#endif

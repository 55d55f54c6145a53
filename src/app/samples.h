/*
 * samples.h - the samples of a document or of files: read, checked against a
 * network, their classes matched, cut into parts.
 *
 * The only way from a source to a data set; no format is known here.
 */
#pragma once

#include "app/facts.h"
#include "app/model.h"
#include "codec/digest.h"
#include "data/prepare.h"
#include "document/experiment.h"

struct samples {
    struct arena arena;
    struct dataset train, valid, lone; /* count 0: absent */
    struct subset train_part, valid_part;
    struct subset test_part;     /* that data.split holds out of `train` */
    struct subset part;          /* that samples_open was asked for */
    struct data_facts facts;     /* of the training samples, or the model's */
    struct image_rule images;    /* how images are read */
    struct source_request asked; /* what is wanted of sources besides names */
    int64_t threads;             /* that may fetch pixels */
    int64_t split_cell;          /* which of the passed cells of `train`
                                    data.split goes by, if it goes by any */
    const struct text_map *renaming; /* of their labels; NULL, or without keys:
                                        none */
    const struct tree *tree;         /* the document of sources; NULL: none */
    const double *class_weights; /* [classes] of training; NULL: all alike */
    struct text notes;           /* what was assumed of the data: lines */
    bool reordered; /* the training source has its columns in another order
                       than those that were known */
    char fingerprint[SHA256_HEX_BYTES];
    const char *valid_rows; /* digest of the numbers of valid_part */
    const char *cut; /* JSON, how training samples were cut; NULL: none were */
    struct text warnings; /* what is odd about them: a sentence a line */
};

/*
 * samples_load - what `x` trains on: the classes, the constants, the split or
 * the validation source.  `known`: names that a table's columns are read by, in
 * this order; NULL or none of inputs: the table's own order.  A column that is
 * missing or further, samples of another shape and other classes than the
 * network's are ERR_CONFIG.  Pixels are fetched by `threads`.  Always to be
 * given back.
 */
MUST_USE enum status samples_load(struct samples *s, const struct experiment *x,
                                  const struct column_names *known,
                                  int64_t threads, struct err *e);

/* samples_assume - classes and constants of an untrained network: those of the
 * data of `x` if it has any, read as samples_load reads it by `known`, else
 * those of `like`, else (`like` NULL) classes 0..K-1 and constants that need no
 * data: ERR_CONFIG for others.  Always to be given back. */
MUST_USE enum status samples_assume(struct samples *s,
                                    const struct experiment *x,
                                    const struct data_facts *like,
                                    const struct column_names *known,
                                    int64_t threads, struct err *e);

/* Which samples a command wants. */
struct samples_request {
    const struct experiment *x;  /* the document that names them; NULL: the
                                   source does alone */
    const struct source *source; /* NULL: of x */
    const char *split;           /* "train", "valid": as fit cuts them; "test":
                                    the source, or what data.split holds out;
                                    NULL: the test samples for a model, else the
                                    training source as it is */
    const struct model *model; /* whose input and classes they must have; NULL:
                                  as they are */
    const struct text_list *passed; /* columns whose cells are kept as text;
                                       NULL: none */
    int64_t threads;                /* that may fetch pixels */
};

/*
 * samples_open - `part` becomes the samples asked for.  ERR_CONFIG: a label
 * that the model's classes do not hold, samples of another shape.  ERR_DATA: as
 * the stream of predict has it, rows that are not as wide as the model asks, of
 * a table that no document speaks of.  Always to be given back.
 */
MUST_USE enum status
samples_open(struct samples *s, const struct samples_request *q, struct err *e);

/* samples_trace - all of `source` in `part`, read as `x` says (NULL: as it is),
 * or (of no kind) all parts of what `x` names, train_part, valid_part and
 * test_part: of every sample answer and trace, of none its pixels.  As
 * samples_load; always to be given back. */
MUST_USE enum status samples_trace(struct samples *s,
                                   const struct experiment *x,
                                   const struct source *source, struct err *e);

/* samples_balance - weights [classes] by which all classes count alike
 * together: n / (K n_k). */
void samples_balance(const int64_t *counts, int64_t classes, double *weights);

/* samples_compare_run - append, a sentence a line, in what the samples that the
 * document `x` cuts are not those that the model was trained with. */
void samples_compare_run(const struct samples *s, const struct experiment *x,
                         const struct model *m, struct text *out);

/* samples_split_of - how data.split cuts the samples that were read: a test
 * part off, or what is left. */
struct split_config samples_split_of(const struct samples *s,
                                     const struct experiment *x, bool test);

/* samples_keep_cells - s->asked keeps the cells that data.split of `x` goes by,
 * behind those that are kept anyway.  ERR_MEMORY. */
MUST_USE enum status samples_keep_cells(struct samples *s,
                                        const struct experiment *x,
                                        struct err *e);

/* samples_check_chosen - keys may choose columns of the training table, which
 * must be among the `known`; s->reordered says whether they stand in another
 * order.  What can be read only once is not looked at again.  ERR_CONFIG. */
MUST_USE enum status samples_check_chosen(struct samples *s,
                                          const struct experiment *x,
                                          const struct column_names *known,
                                          struct err *e);

/* samples_check_held - something is held out where a column says what.
 * ERR_CONFIG. */
MUST_USE enum status samples_check_held(const struct samples *s,
                                        const struct experiment *x,
                                        struct err *e);

/* samples_check_folds - every fold of train_part must have samples to validate
 * with: some class has as many as there are folds, of which each takes one; of
 * groups and hashes some fall into each.
 * ERR_CONFIG. */
MUST_USE enum status samples_check_folds(struct samples *s,
                                         const struct experiment *x,
                                         struct err *e);

/* samples_check_held_out - if eval_size comes to no sample, no key may need
 * one: ERR_CONFIG; else s->warnings say so, of test_size too.  ERR_MEMORY. */
MUST_USE enum status samples_check_held_out(struct samples *s,
                                            const struct experiment *x,
                                            struct err *e);

/* samples_check_classes - every class has samples to train on, and weights if
 * `x` asks for them; s->warnings say what is odd.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status samples_check_classes(struct samples *s,
                                           const struct experiment *x,
                                           struct err *e);

/* samples_fingerprint - of all that the document `x` trains and validates with,
 * and facts.reach; takes the time that images need which are not held.  Samples
 * that validate and reach elsewhere are warned of.  ERR_MEMORY; as the store of
 * the pixels fails. */
MUST_USE enum status samples_fingerprint(struct samples *s,
                                         const struct experiment *x,
                                         struct err *e);

/* samples_compare_reach - s->warnings say nothing but so when those of `part`,
 * which come from `source`, reach elsewhere than those that the model was
 * trained on.  Fails likewise. */
MUST_USE enum status samples_compare_reach(struct samples *s,
                                           const struct source *source,
                                           const struct model *m,
                                           struct err *e);

/* samples_note_cut - `cut` becomes how they are, parameters, counts and a
 * digest, for the file of their model.  ERR_MEMORY. */
MUST_USE enum status
samples_note_cut(struct samples *s, const struct experiment *x, struct err *e);

/* What can be told of the training data before training, and of no use but to
 * inform: 0 where it is unknown. */
struct samples_survey {
    int64_t class_count, train_count;
    size_t bytes; /* that fit will hold: samples, labels, order, scores */
    bool known;   /* there is data, and it can be read more than once */
    bool apart;   /* pixels are read when they are needed */
};

/* samples_staged - bytes of the batches that are read while others are
 * computed, 0 when pixels are in memory. */
size_t samples_staged(const struct samples *s, const struct experiment *x);

/* samples_bytes - all that fit holds of the samples: pixels, unless they are
 * apart, labels, order, scores, and those batches. */
size_t samples_bytes(const struct samples *s, const struct experiment *x);

/* samples_survey - looks at the sources without reading more than it must.
 * Data that is absent or faulty is no error here, only ERR_MEMORY is. */
MUST_USE enum status samples_survey(const struct experiment *x,
                                    struct samples_survey *out, struct err *e);

/* samples_count - the same of a document that names some, where faults of the
 * data are errors: ERR_CONFIG, ERR_NOINPUT, ERR_DATA. */
MUST_USE enum status samples_count(const struct experiment *x,
                                   struct samples_survey *out, struct err *e);
void samples_free(struct samples *s);

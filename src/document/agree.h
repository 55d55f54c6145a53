/*
 * agree.h - do data, layers and training speak of the same thing?
 *
 * Everything that more than one section of a document decides, or a document
 * and its data: kinds of answers first of all.  What one section says wrong in
 * itself is found by its bind function.
 */
#pragma once

#include <stdbool.h>

#include "document/experiment.h"

/*
 * agree_document - settle what is learnt (x->target, and the defaults that
 * follow from it), then record every contradiction between the sections.
 * `trains`: a loss that the last layer does not fit is one of them, else only
 * a finding of the audit.
 */
MUST_USE enum status agree_document(struct experiment *x, bool trains,
                                    struct err *e);

/* agree_activation - the last layer has the nonlinearity that the loss takes
 * over. */
MUST_USE enum status agree_activation(const struct experiment *x,
                                      const struct node *train, struct err *e);

/* print_rounding - the algorithms that have a form in bfloat16, "winograd2,
 * winograd3 and winograd4" with the joint "and". */
void print_rounding(struct text *out, const char *joint);

/* agree_engine - an algorithm that is named computes in engine.precision.
 * ERR_CONFIG. */
MUST_USE enum status agree_engine(const struct experiment *x, struct err *e);

/* agree_loss - the loss reads such answers, and class_weights there are; of one
 * that `trains` also such outputs. */
MUST_USE enum status agree_loss(const struct experiment *x, bool trains,
                                const struct node *train, struct err *e);

/* agree_weights - every class has a weight of train.class_weights, every weight
 * a class of `whose`, "the data", and none has two.  ERR_CONFIG. */
MUST_USE enum status agree_weights(const struct experiment *x,
                                   const struct target *classes,
                                   const char *whose, struct err *e);

/* agree_columns - the columns of numbers or labels that a source is to be asked
 * for, and which of both; count 0: none. */
struct text_list agree_columns(const struct source *s, enum target_kind *kind);

/* agree_place - where the values of a source stand that `t` holds. */
struct source_place agree_place(const struct tree *t,
                                const struct source *source);

/* agree_split_column - `by` or `hash` of data.split, which go by a column, do
 * without what has no effect beside them. */
MUST_USE enum status agree_split_column(const struct experiment *x,
                                        const struct node *split,
                                        struct err *e);

/* agree_settle_label - where inputs are learnt no column is a label unless the
 * document says so. */
void agree_settle_label(const struct experiment *x, const struct source *s);

/* agree_settle_targets - in regression the first column of a table of targets
 * is the target unless the document says so. */
void agree_settle_targets(const struct experiment *x, const struct source *s);

/* agree_source - it has what is learnt, and nothing else of that kind. */
MUST_USE enum status agree_source(const struct experiment *x,
                                  const struct source *source, struct err *e);

/* agree_refuse - a key that stands beside what takes its effect away: "has no
 * effect WHY"; OK where it is not given. */
MUST_USE enum status agree_refuse(const struct experiment *x,
                                  const struct node *map, const char *key,
                                  const char *why, struct err *e);

/* agree_is_binary - does one output stand for two classes?  Without a loss that
 * says so, where it is a probability. */
bool agree_is_binary(const struct experiment *x);

/* agree_metrics - settle x->columns, once it is known what is learnt; a metric
 * of `train` that nothing like it has is an error. */
MUST_USE enum status agree_metrics(struct experiment *x,
                                   const struct node *train, struct err *e);

/* agree_has_output - has the document a last layer?  Not after an error above
 * it. */
static inline bool agree_has_output(const struct experiment *x)
{
    return x->layers.count > 0 && x->graph.count == x->layers.count;
}

/* agree_augment - the entries of data.augment can do what they say, to samples
 * such as the network takes. */
MUST_USE enum status agree_augment(const struct experiment *x, struct err *e);

/* agree_images - what data says of images can be done, to images, for the input
 * layer; settles what it leaves unsaid. */
MUST_USE enum status agree_images(struct experiment *x, const struct node *data,
                                  struct err *e);

/* agree_validating - the keys of train that need validation samples, where they
 * stand; returns how many. */
enum { MOST_VALIDATING = 5 };
int64_t agree_validating(const struct experiment *x,
                         const struct node *out[MOST_VALIDATING]);

/* agree_schedule - a part of it: schedule, monitor and early stopping of the
 * section `train`. */
MUST_USE enum status agree_schedule(const struct experiment *x,
                                    const struct node *train, struct err *e);

/* agree_shape - samples `found` have the extents of the input of `g`; a flat
 * row is taken for an image of as many cells.  `tree` is the document in which
 * `from` stands; NULL: messages name file and key alone.  ERR_CONFIG. */
MUST_USE enum status agree_shape(const struct tree *tree,
                                 const struct source *from,
                                 const struct graph *g, struct shape found,
                                 struct err *e);

/* agree_answers - the network of x takes answers such as `found`, those of the
 * samples `from`; classes are matched by name later.  ERR_CONFIG. */
MUST_USE enum status agree_answers(const struct experiment *x,
                                   const struct target *found,
                                   const struct origin *from, struct err *e);

/* agree_outputs - as many outputs as `t` is wide; `whose` "the data" has it.
 * ERR_CONFIG at the last layer. */
MUST_USE enum status agree_outputs(const struct experiment *x,
                                   const struct target *t, const char *whose,
                                   struct err *e);

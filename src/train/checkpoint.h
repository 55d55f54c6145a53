/*
 * checkpoint.h - what of a training state a model file holds, and back.
 *
 * Everything that the next batch depends on: weights, slots of the update rule,
 * counters, history, the sums of the running epoch.  Random numbers are
 * functions of seed, epoch and sample and need no state.  So a run that is
 * saved, killed and restored computes the bits it would have computed.
 *
 * Tensors: NAME (the weights to predict with), train.last.NAME where the last
 * weights differ from those, train.average.NAME (the sums of an average),
 * train.RULE.SLOT.NAME.  Texts: see counters.h.
 */
#pragma once

#include "base/arena.h"
#include "store/safetensors.h"
#include "train/counters.h"
#include "train/state.h"

/* The content of a file, on an arena; tensors point into the state. */
struct checkpoint {
    struct stored_text texts[COUNTERS];
    struct arena *arena;           /* that it lives on */
    struct stored_tensor *tensors; /* room for one more than tensor_count */
    int64_t tensor_count;
};

/* Where a state comes from. */
struct checkpoint_file {
    const struct stored *content;
    const char *name;          /* of the file, for messages */
    const char *const *others; /* tensors that may be there beside the state's;
                                  ended by NULL */
};

/* checkpoint_take - the content for `state`, to be used once `arena` has been
 * checked.  `update` NULL: no slots. */
void checkpoint_take(struct checkpoint *c, struct arena *arena,
                     const struct graph *g, const struct update_ops *update,
                     const struct train_state *state);

/* checkpoint_is_weight - is `name` a tensor to predict with? */
bool checkpoint_is_weight(const struct graph *g, const char *name);

/* checkpoint_fits - is every tensor of the network in the file, with its shape?
 * Asked before memory is taken for a network that a file describes.  ERR_DATA.
 */
MUST_USE enum status checkpoint_fits(const struct checkpoint_file *from,
                                     const struct graph *g, struct err *e);

/*
 * checkpoint_restore - fill a state made by state_new for the same graph and
 * rule.
 *
 * Every tensor of the network must be there with its shape, every tensor of the
 * file must be known, the `others` apart, and all numbers finite.  Slots and
 * averages are there for all trained parameters or for none; where the weights
 * to predict with are the average of now, they must be it.  ERR_DATA,
 * ERR_MEMORY.
 */
MUST_USE enum status checkpoint_restore(const struct checkpoint_file *from,
                                        const struct graph *g,
                                        const struct update_ops *update,
                                        struct train_state *state,
                                        struct err *e);

/* checkpoint_resumable - does the file hold what training goes on from: at
 * least one update, slots if the rule has any, and with a `decay` other than 0
 * an average? */
bool checkpoint_resumable(const struct stored *from,
                          const struct update_ops *update, double decay);

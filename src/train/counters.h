/*
 * counters.h - the numbers of a training state beside its tensors, as texts.
 *
 * epoch, best_epoch and since when it is judged as now, update_count, history,
 * position in the running epoch, what plateau and early stopping wait for; none
 * of them is trusted when it comes back.  Knows no network and no data.
 */
#pragma once

#include "base/arena.h"
#include "store/safetensors.h"
#include "train/state.h"

enum { COUNTERS = 9 };

/* The key of the position, without which nobody goes on; a file that has been
 * stripped has none. */
extern const char counters_position[];

/* counters_is_position - does only training that goes on need the text `key`:
 * the position, what plateau and early stopping wait for? */
bool counters_is_position(const char *key);

/* counters_take - texts [COUNTERS] for the metadata, sorted by key, on an arena
 * that is to be checked; those that a run has no use for have no value. */
void counters_take(struct arena *arena, const struct train_state *s,
                   struct stored_text *texts);

/* counters_restore - fill a state that has no history yet from the metadata of
 * the file `name`.  ERR_DATA when they are malformed or cannot be what training
 * has left, ERR_MEMORY. */
MUST_USE enum status counters_restore(const struct stored *from,
                                      const char *name, struct train_state *s,
                                      struct err *e);

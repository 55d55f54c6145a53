/*
 * fault.h - where training stopped being numbers.
 */
#pragma once

#include "train/state.h"
#include "train/step.h"

enum { FAULT_BYTES = 512 };

/*
 * fault_describe - what was not finite first in a batch that step_run refused.
 *
 * Before the update the batch is computed again, slice by slice, and every
 * layer's output looked at; after it the gradients that it left are.  Writes
 * "the output of dense3 (forward, sample 4711)", "the gradient of dense3.weight
 * (backward, samples 12 993 7)", "dense3.weight (update)" or "the loss"; sample
 * numbers are those of the data set, and are left out where the batch's
 * gradients were finite one slice at a time.
 */
void fault_describe(struct step *s, const struct train_state *state,
                    const struct step_batch *batch, struct step_result result,
                    char text[FAULT_BYTES]);

/*
 * experiment.c - the end of an experiment, and what training needs of it.
 */
#include "app/experiment.h"

#include <string.h>

void experiment_free(struct experiment *x)
{
    mem_free(x->document.at);
    arena_free(&x->arena);
    *x = (struct experiment){0};
}

struct fit_config experiment_fit_config(const struct experiment *x)
{
    return (struct fit_config){
        .step =
            {
                .batch_size = x->train.batch_size,
                .slices = x->engine.slices,
                .penalty = {x->train.l1, x->train.l2},
                .loss = x->train.loss,
                .update = x->update,
            },
        .max_epochs = x->train.max_epochs,
        .shuffle = x->train.shuffle,
        .batch_mean = strcmp(x->train.averaging, "batch_mean") == 0,
        .restore_best = x->train.restore_best,
        .seed = (uint64_t)x->top.seed,
    };
}

/*
 * dataset.c - the life of a set.
 */
#include "data/dataset.h"

#include <math.h>

void dataset_free(struct dataset *d)
{
    if (d->store.state)
        d->store.close(d->store.state);
    mem_free(d->pixels);
    mem_free(d->traces);
    mem_free(d->labels);
    mem_free(d->targets);
    mem_free(d->scaled);
    mem_free(d->passed);
    mem_free(d->paths);
    arena_free(&d->arena);
    *d = (struct dataset){0};
}

void dataset_drop_answers(struct dataset *d)
{
    mem_free(d->labels);
    mem_free(d->targets);
    mem_free(d->scaled);
    d->labels = NULL;
    d->targets = NULL;
    d->scaled = NULL;
    d->target = (struct target){TARGET_INPUTS, shape_count(d->shape), NULL};
}

enum status dataset_scale(struct dataset *d, const struct normalization *n,
                          struct err *e)
{
    const int64_t width = d->target.width;

    if (n->count == 0 || !d->targets)
        return OK;
    mem_free(d->scaled);
    d->scaled = mem_take((size_t)(d->count * width), sizeof *d->scaled);
    if (!d->scaled)
        return err_memory(e, "standardizing the targets");
    for (int64_t i = 0; i < d->count * width; i++)
        d->scaled[i] = (float)(((double)d->targets[i] - n->mean[i % width]) /
                               n->std[i % width]);
    return OK;
}

void dataset_fill(struct dataset *d, const struct filling *f)
{
    const int64_t size = shape_count(d->shape);
    float *numbers = d->holes ? d->pixels : NULL;

    for (int64_t i = 0; numbers && i < d->count; i++)
        for (int64_t k = 0; k < size; k++)
            if (isnan(numbers[i * size + k]))
                numbers[i * size + k] = (float)f->at[f->count > 1 ? k : 0];
    d->holes = false;
}

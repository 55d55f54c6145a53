/*
 * infer_answer.c - what outputs say; see infer.h.
 */
#include "activation/activation.h"
#include "train/infer.h"

bool infer_has_probabilities(const struct graph *g)
{
    return activation_gives_probabilities(g->output_nonlinearity);
}

double infer_cut(const struct graph *g)
{
    return infer_has_probabilities(g) ? 0.5 : 0;
}

int32_t infer_argmax(const real *y, int64_t width)
{
    int32_t best = 0;

    for (int64_t i = 1; i < width; i++)
        if (y[i] > y[best])
            best = (int32_t)i;
    return best;
}

/*
 * loss.h - what training minimises, per sample.
 *
 * Flat arrays; no graph.  A loss that names an activation takes the last
 * layer's z, before that activation, and is computed fused with it: softmax
 * and cross-entropy as one log-sum-exp, never the logarithm of a stored
 * probability.
 */
#pragma once

#include <stdint.h>

#include "conf/registry.h"
#include "data/target.h"
#include "tensor/real.h"

/* A second class of a sample, and its share of the target; the label has the
 * rest. */
struct loss_mix {
    int32_t label;
    double share; /* 0: the label has all */
};

/* What the last layer computed for some samples, and what was right. */
struct loss_rows {
    int64_t rows, width;
    const real *z;         /* [rows, width]; y for a loss without activation */
    const int32_t *labels; /* [rows], each below width; NULL: targets */
    const float *targets;  /* [.., width] of a whole set; NULL: labels */
    const int64_t *ids;    /* [rows] whose targets are a row's; NULL: targets
                              [rows, width] are those of the rows */
    const struct loss_mix *mixes; /* [rows] of a loss that takes them; NULL:
                                     labels alone */
};

/* loss_targets - those of row `n` [width]. */
static inline const float *loss_targets(const struct loss_rows *of, int64_t n)
{
    return of->targets + (of->ids ? of->ids[n] : n) * of->width;
}

struct loss_ops {
    struct kind kind;
    unsigned takes;         /* target_bit of every kind; as many outputs as
                               the target is wide */
    bool binary;            /* of classes it takes two, and one output */
    const char *activation; /* that the last layer must have and the loss
                               takes over; NULL: the loss reads y, any */
    bool takes_mixes;       /* two classes may share a target */
    bool trains_otherwise;  /* its parameters are of training alone; config
                               NULL: the loss without them */

    /* row_loss[i] = loss of row i, overwritten. */
    void (*value)(const void *config, const struct loss_rows *of,
                  double *row_loss);

    /* dz [rows, width] = scale * d loss / dz, of a loss without activation
     * d loss / dy, overwritten; may alias z. */
    void (*gradient)(const void *config, const struct loss_rows *of,
                     double scale, real *dz);
};

REGISTRY_DECLARE(loss)

/* Their names, the values of `train.loss`; ended by NULL. */
extern const char *const loss_words[];

/* loss_plain - what validation and evaluation measure: without what changes the
 * targets of training. */
struct variant loss_plain(struct variant v);

/* loss_default - the first of the list that takes such targets, plain. */
struct variant loss_default(enum target_kind kind);

/* loss_put_fitting - append the names of the losses that take such targets,
 * with this last activation (NULL: any): "focal, huber". */
void loss_put_fitting(struct text *out, enum target_kind kind,
                      const char *activation);

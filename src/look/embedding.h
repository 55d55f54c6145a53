/*
 * embedding.h - samples in the plane of a layer's two principal components.
 */
#pragma once

#include "figure/figure.h"
#include "look/layer_outputs.h"
#include "look/pca.h"

struct embedding {
    const struct subset *part; /* samples of classes */
    const struct target *target;
    const char *layer;
    double *at; /* [count, PCA_COMPONENTS] in the order of the part */
    double share[PCA_COMPONENTS];
};

/* embedding_compute - on an arena, which lives as long as it.  ERR_MEMORY,
 * ERR_DATA. */
MUST_USE enum status embedding_compute(struct embedding *m,
                                       const struct layer_request *r,
                                       struct arena *a, struct err *e);

/* embedding_csv - append sample, class, pc1, pc2. */
void embedding_csv(struct text *out, const struct embedding *m);

/* embedding_figure - points coloured by class; on `arena`, to be checked. */
void embedding_figure(struct figure *f, const struct embedding *m,
                      struct arena *arena);

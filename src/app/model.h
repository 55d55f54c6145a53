/*
 * model.h - a trained network and everything `predict` needs, in one file.
 */
#ifndef APP_MODEL_H
#define APP_MODEL_H

#include "app/experiment.h"
#include "app/samples.h"
#include "store/safetensors.h"
#include "train/state.h"

struct model {
    struct stored stored; /* the file; empty for a network just trained */
    struct experiment experiment;
    struct train_state state;
    int32_t class_count;
    const char *const *classes; /* in output order */
    struct normalization norm;
    const char *fingerprint; /* of the data it was trained on */
    const char *cpu_kernels; /* that computed it */
};

/* model_read - read and check everything: the file, its document, the tensors
 * against the architecture.  ERR_DATA, ERR_NOINPUT, ERR_MEMORY. */
MUST_USE enum status model_read(struct model *m, const char *path,
                                struct err *e);
void model_free(struct model *m);

/* What of a run goes into a file besides weights and document. */
struct model_facts {
    const char *const *classes;
    int32_t class_count;
    const struct normalization *norm;
    const char *fingerprint;
};

/* model_write - replace `path` atomically.  Equal runs give equal bytes. */
MUST_USE enum status model_write(const char *path, const struct experiment *x,
                                 const struct train_state *s,
                                 const struct model_facts *facts,
                                 struct err *e);

/* model_transfer - the weights that `from` predicts with become those of `s`,
 * by name and shape.  Every parameter of the network that is not matched, and
 * every tensor of the file that is not used, is an error unless `partial`. */
MUST_USE enum status model_transfer(const struct stored *from,
                                    const struct graph *g, bool partial,
                                    const char *name, struct train_state *s,
                                    struct err *e);

#endif

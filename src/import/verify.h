/*
 * verify.h - does a model compute what the graph does that it was made of?
 *
 * Of import/, and of who shows that what it has written is the network.
 */
#pragma once

#include "app/model.h"
#include "onnx/onnx.h"

/* How a network differs from the graph: in the order of the axes of its samples
 * and in what becomes of its last outputs. */
struct imported {
    bool moves;
    struct shape moved;               /* of the file's samples */
    int64_t move[1 + SHAPE_MAX_AXES]; /* axis a here is that one there, the
                                         batch being 0 */
    bool is_log, is_pair;
    int64_t batch; /* samples that the file takes; 0: any number */
};

/* import_network - import_onnx, and how. */
MUST_USE enum status
import_network(struct model *m, const struct onnx_model *from, const char *name,
               const struct kernels *kern, struct imported *how, struct err *e);

/* verify_import - see import_checked. */
MUST_USE enum status verify_import(const struct model *m,
                                   const struct onnx_model *from,
                                   const struct imported *how, const char *name,
                                   struct pool *pool, bool *checked,
                                   struct err *e);

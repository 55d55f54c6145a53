/*
 * import.h - networks that other programs have written, as models of this one.
 *
 * An ONNX graph becomes a document in readable YAML and the weights of its
 * layers.  Nothing is approximated: what has no layer here is an error that
 * names node, operator and attribute.
 */
#pragma once

#include "app/model.h"
#include "onnx/onnx.h"

/*
 * import_onnx - the model that a graph is: experiment (its document the text
 * that is written), state.params, target, norm, scale; `stored` is empty, there
 * is no state of training.  As model_read's it can be inferred with, written
 * (model_write) and exported.  `name` (of the file) stands in messages.
 * ERR_DATA: an operator, an attribute, a shape that has no counterpart here, or
 * a graph that is none; ERR_MEMORY.  Always to be given back with model_free.
 */
MUST_USE enum status import_onnx(struct model *m, const struct onnx_model *from,
                                 const char *name, const struct kernels *kern,
                                 struct err *e);

/* import_file - the same of a file.  ERR_NOINPUT, too. */
MUST_USE enum status import_file(struct model *m, const char *path,
                                 const struct kernels *kern, struct err *e);

/* What is known of a model beside the graph that it was made of. */
enum import_check {
    IMPORT_UNCHECKED,  /* evaluating the graph would take too long */
    IMPORT_SAME,       /* it computes the same */
    IMPORT_LOGARITHMS, /* the graph computes the logarithms of its outputs */
};

/*
 * import_checked - import_file, and then every node of the graph evaluated on a
 * few samples: the model must compute the same.  |a - b| > 1e-5 max(1, |b|) is
 * ERR_DATA.
 */
MUST_USE enum status import_checked(struct model *m, const char *path,
                                    const struct kernels *kern,
                                    struct pool *pool, enum import_check *how,
                                    struct err *e);

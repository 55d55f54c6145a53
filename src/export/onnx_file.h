/*
 * onnx_file.h - a network as a graph of ONNX.  Private to export/.
 */
#pragma once

#include "export/export.h"
#include "operators/operators.h"

/* onnx_graph - all nodes and constants, and what the file says beside them;
 * lives as long as `o` and `n`.  ERR_INTERNAL: nobody writes a layer;
 * ERR_MEMORY. */
MUST_USE enum status onnx_graph(const struct network *n,
                                const struct export_wish *w,
                                struct operators *o, struct onnx_model *m,
                                struct err *e);

/* onnx_check - is the network that is read back from the file's bytes the one
 * that was written, by the verification samples, and does it compute what the
 * nodes do, each evaluated as its operator says?  *by_nodes is false where
 * that would take too long.  ERR_DATA, ERR_MEMORY. */
MUST_USE enum status onnx_check(const struct network *n,
                                const struct export_wish *w,
                                const struct text *file, bool *by_nodes,
                                struct err *e);

/*
 * onnx_text.h - graphs of ONNX from a few lines of text.
 *
 *     in x N,2,6,6            the input; N is not fixed
 *     out y                   the output
 *     w NAME 3,2,3,3          a constant of numbers that are not all alike
 *     all NAME 0.5 2,1        a constant whose numbers are
 *     ints NAME 0,-1          a list of integers
 *     Conv x,w -> y pads:I=1,1,1,1 auto_pad:s=VALID   a node; - is left out
 *
 * Kinds of attributes are those of node_check, but for tensors.
 */
#pragma once

#include "onnx/onnx.h"

/* onnx_text - on `arena`. */
struct onnx_model onnx_text(struct arena *arena, int64_t opset,
                            const char *text);

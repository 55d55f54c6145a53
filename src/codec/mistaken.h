/*
 * mistaken.h - a file of another kind than the one that is wanted.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"

/* mistaken_config - OK unless `path` is a regular file that looks like a model
 * file or data: then ERR_CONFIG, saying what it is and what helps. */
MUST_USE enum status mistaken_config(const char *path, struct err *e);

/* mistaken_model - the same where a model file is wanted; ERR_DATA. */
MUST_USE enum status mistaken_model(const char *path, struct err *e);

/* mistaken_onnx - the same where an ONNX graph is wanted; ERR_DATA.
 * onnx_looks_like - is it one, by its first bytes? */
MUST_USE enum status mistaken_onnx(const char *path, struct err *e);
bool onnx_looks_like(const char *path);

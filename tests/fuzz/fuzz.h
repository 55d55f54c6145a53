/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is a function on bytes, one file each.  Its oracle goes beyond "no
 * crash": every refusal has a status and a message, everything accepted can be
 * written and read again.  A broken promise aborts, which libFuzzer reports
 * with the input.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The target; called by libFuzzer. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { FUZZ_SLOTS = 3 };

/* fuzz_file - a path under which `bytes` can be read, until the next call for
 * the same slot. */
const char *fuzz_file(int slot, const void *bytes, size_t length);

/* fuzz_output - a path in a folder of this process that can be written; kept
 * in memory and removed at exit. */
const char *fuzz_output(const char *name);

/* fuzz_require - abort, naming the promise, unless it is kept. */
void fuzz_require(bool kept, const char *promise);

/* fuzz_outcome - is `s` OK?  Requires that a refusal explains itself and that
 * success reports nothing. */
bool fuzz_outcome(enum status s, const struct err *e);

/*
 * convert_npy.h - samples as arrays of NumPy, their answers as another.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "data/dataset.h"

/*
 * convert_print_npy - an array of samples and one of answers.
 *
 * samples  [N, F], [N, H, W] of one channel, else [N, C, H, W]: unsigned bytes
 *          when all numbers are integers 0..255, else 32-bit floats
 * answers  [N] classes, which must be integers, as unsigned bytes or as 64-bit
 *          integers; targets [N] or [N, K] as 32-bit floats; labels [N, K] as
 *          bytes 0 and 1; nothing of samples without answers
 *
 * A class that is no integer is ERR_DATA; `name` is what messages call the
 * samples.  Else fails only when pixels are apart, as their store does.
 */
MUST_USE enum status convert_print_npy(struct text *samples,
                                       struct text *answers,
                                       const struct subset *from,
                                       const char *name, struct err *e);

/*
 * convert.h - labelled samples as CSV and as IDX, whatever they were read from.
 *
 * Texts are made here; who writes them where is the command's business.
 */
#ifndef DATA_CONVERT_H
#define DATA_CONVERT_H

#include "base/err.h"
#include "base/text.h"
#include "data/dataset.h"
#include "tensor/shape.h"

/* csv_put - a CSV cell, quoted where its content asks for it. */
void csv_put(struct text *out, const char *cell);

/*
 * convert_print_csv - one row a sample, the label first and quoted where it
 * must be, no header; integers as such, other numbers with 9 significant
 * digits, which read back to the same float.
 */
void convert_print_csv(struct text *out, const struct subset *from);

/*
 * convert_print_idx - a file of images and one of labels: unsigned bytes when
 * all numbers are integers 0..255, else 32-bit floats; labels, which must be
 * integers, as unsigned bytes or 32-bit integers.
 *
 * `shape` of an image: [C, H, W] gives [N, H, W] for one channel, else
 * [N, C, H, W].  Without axes: a square when the row's length is one, else
 * [1, F].  A shape of another size is ERR_CONFIG, a label that is no integer
 * ERR_DATA; `name` is what messages call the samples.
 */
MUST_USE enum status convert_print_idx(struct text *images, struct text *labels,
                                       const struct subset *from,
                                       struct shape shape, const char *name,
                                       struct err *e);

#endif

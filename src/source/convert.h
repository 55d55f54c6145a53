/*
 * convert.h - labelled samples as CSV, as IDX and as PNG, whatever they were
 * read from.
 *
 * Texts are made here; who writes them where is the command's business.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "data/dataset.h"
#include "tensor/shape.h"

/* csv_put - a CSV cell, quoted where its content asks for it. */
void csv_put(struct text *out, const char *cell);

/* csv_put_float - the fewest digits that read back to the same float. */
void csv_put_float(struct text *out, float value);

/*
 * convert_print_csv - one row a sample.  Samples of a table keep its header and
 * the order of its columns, less those that were passed over; others have no
 * header, and the label or the targets first.  Numbers have the fewest digits
 * that read back to the same float, but that a first row which reads 0, 1, 2 ..
 * ends in ".0", so that nobody takes it for a header; text is quoted where it
 * must be.  Fails only when pixels are apart, as their store does.
 */
MUST_USE enum status
convert_print_csv(struct text *out, const struct subset *from, struct err *e);

/*
 * convert_print_idx - a file of images and one of labels: unsigned bytes when
 * all numbers are integers 0..255, else 32-bit floats; labels, which must be
 * integers, as unsigned bytes or 32-bit integers.
 *
 * [C, H, W] gives [N, H, W] for one channel, else [N, C, H, W]; a flat row is a
 * square image when its length is one, else [1, F].  Samples without labels are
 * ERR_CONFIG, a label that is no integer ERR_DATA; `name` is what messages call
 * the samples.
 */
MUST_USE enum status convert_print_idx(struct text *images, struct text *labels,
                                       const struct subset *from,
                                       const char *name, struct err *e);

/*
 * convert_print_png - sample `id` as a PNG file: [1, H, W] in grey, [3, H, W]
 * in colour; a flat row as convert_print_idx has it.  Other channels are
 * ERR_CONFIG, a number that is no integer 0..255 is ERR_DATA.
 */
MUST_USE enum status convert_print_png(struct text *out,
                                       const struct dataset *d, int64_t id,
                                       const char *name, struct err *e);

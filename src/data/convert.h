/*
 * convert.h - labelled samples to CSV, and from IDX to CSV and back.
 *
 * Outputs appear whole or not at all, and are gzip when their name ends with
 * ".gz".
 */
#ifndef DATA_CONVERT_H
#define DATA_CONVERT_H

#include "base/err.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "data/idx.h"
#include "tensor/shape.h"

/*
 * convert_print_csv - one row a sample, the label first and quoted where it
 * must be, no header; integers as such, other numbers with 9 significant
 * digits, which read back to the same float.
 */
void convert_print_csv(struct text *out, const struct subset *from);

/* convert_part_to_csv - the same into a file.  ERR_CANTCREATE, ERR_IO,
 * ERR_MEMORY. */
MUST_USE enum status convert_part_to_csv(const struct subset *from,
                                         const char *csv, struct err *e);

/* convert_idx_to_csv - the same rows from files, which are read once the output
 * can be created.  Also ERR_NOINPUT, ERR_DATA. */
MUST_USE enum status convert_idx_to_csv(const struct idx_source *from,
                                        const char *csv, struct err *e);

/*
 * convert_csv_to_idx - unsigned bytes when all numbers are integers 0..255,
 * else 32-bit floats; labels, which must be integers, as unsigned bytes or
 * 32-bit integers.
 *
 * `shape` of an image: [C, H, W] gives [N, H, W] for one channel, else
 * [N, C, H, W].  Without axes: a square when the row's length is one, else
 * [1, F].  A shape of another size is ERR_CONFIG; the rest as above.
 */
MUST_USE enum status convert_csv_to_idx(const struct csv_source *from,
                                        struct shape shape,
                                        const struct idx_source *to,
                                        struct err *e);

#endif

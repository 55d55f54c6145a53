/*
 * stream.h - unlabelled samples as they come in, for predict.
 *
 * CSV or IDX, gzip or not, file or pipe; constant memory on endless input.  The
 * CSV reader is the one that loads training data (csv.h).
 */
#ifndef DATA_STREAM_H
#define DATA_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "data/csv.h"
#include "tensor/shape.h"

enum sample_format { SAMPLE_AUTO, SAMPLE_CSV, SAMPLE_IDX };

struct sample_stream_config {
    const char *path;          /* "-": standard input */
    enum sample_format format; /* auto: by magic, then by extension */
    struct csv_format csv;     /* label column: skipped when `labelled` */
    bool labelled;
    struct shape shape; /* of the network's input */
    bool keep_bad;      /* a bad record is returned marked, not an error */
};

struct sample_stream;

MUST_USE enum status sample_stream_open(struct sample_stream **out,
                                        const struct sample_stream_config *c,
                                        struct err *e);
void sample_stream_close(struct sample_stream *s); /* NULL is allowed */

/* A record that could not be read, with its complete message. */
struct bad_record {
    bool bad;
    char why[400]; /* "x.csv:12:40: error: cell 'abc' is not a number" */
};

/*
 * sample_stream_next - the next records, at most `room`.
 *
 * x    [room, shape..]  raw values, overwritten (zeros for a bad record)
 * bad  [room]           overwritten
 * *got records were read; 0 at the end alone.  Returns early, with at least
 * one, when the input pauses.  A CSV row with exactly one cell more than the
 * network's input is an error that names --labelled.  ERR_DATA, ERR_IO.
 */
MUST_USE enum status sample_stream_next(struct sample_stream *s, int64_t room,
                                        float *x, struct bad_record *bad,
                                        int64_t *got, struct err *e);

#endif

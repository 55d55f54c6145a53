/*
 * stream.h - unlabelled samples as they come in, for predict.
 *
 * Any kind of source that is a file, gzip or not, file or pipe; constant memory
 * on endless input.  The readers are those that load training data.
 */
#ifndef DATA_STREAM_H
#define DATA_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "data/source.h"
#include "tensor/shape.h"

struct sample_stream;

struct sample_stream_config {
    const struct source_ops *kind;
    const void *config;
    struct input *opened; /* its file, taken over */
    bool labelled;        /* records have answers: they are passed over */
    struct shape shape;   /* of the network's input */
    bool keep_bad;        /* a bad record is returned marked, not an error */
};

/* ERR_CONFIG: samples of another shape; else as source_open. */
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
 * one, when the input pauses.  `e` holds no error yet.  ERR_DATA, ERR_IO,
 * ERR_MEMORY.
 */
MUST_USE enum status sample_stream_next(struct sample_stream *s, int64_t room,
                                        float *x, struct bad_record *bad,
                                        int64_t *got, struct err *e);

#endif

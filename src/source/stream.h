/*
 * stream.h - unlabelled samples as they come in, for predict.
 *
 * Any kind of source that is a file, gzip or not, file or pipe; constant memory
 * on endless input.  The readers are those that load training data.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "source/source.h"
#include "tensor/shape.h"

struct sample_stream {
    struct source_reader reader;
    struct arena arena;
    int64_t size;       /* numbers of a record */
    int64_t taken;      /* records so far */
    bool keep_bad;      /* a bad record is returned marked, not an error */
    struct text passed; /* of the records that were returned last */
};

struct sample_stream_config {
    const struct source_ops *kind;
    const void *config;
    struct input *in;                 /* its file, taken over */
    const struct column_names *names; /* NULL: none are known */
    const struct text_list *passed;   /* see struct source_request */
    bool holes;                       /* see struct source_request */
    bool labelled; /* records have answers: they are passed over */
    bool keep_bad;
    struct shape shape; /* of the network's input */
};

/* sample_stream_open - always to be given back.  ERR_CONFIG: samples of another
 * shape; ERR_USAGE: answers of what has no columns; else as source_open. */
MUST_USE enum status sample_stream_open(struct sample_stream *s,
                                        const struct sample_stream_config *c,
                                        struct err *e);
void sample_stream_close(struct sample_stream *s);

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
 * s->passed             becomes the cells asked for, record by record, a NUL
 *                       behind each
 * *got records were read, also before an error; OK and 0 at the end alone.
 * Returns early, with at least one, when the input pauses.  `e` holds no error
 * yet.  ERR_DATA, ERR_IO, ERR_MEMORY.
 */
MUST_USE enum status sample_stream_next(struct sample_stream *s, int64_t room,
                                        float *x, struct bad_record *bad,
                                        int64_t *got, struct err *e);

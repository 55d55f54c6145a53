/*
 * export_bytes.h - what `export --int8` needs beside a model: samples, and the
 * network in integers that they make of it.
 */
#pragma once

#include "cli/data_options.h"
#include "export/export.h"

struct export_bytes { /* initialise with {0} */
    struct labelled samples;
    struct byte_network network;
    real *answers; /* what it makes of the verification samples */
    struct arena arena;
};

/* export_bytes_open - calibrate with samples of the training part of `config`,
 * and print on standard output what that costs in its validation part.  Always
 * to be given back. */
MUST_USE enum status export_bytes_open(struct export_bytes *b,
                                       const struct call *call,
                                       const char *config,
                                       const struct network *net,
                                       struct pool *pool, struct err *e);
void export_bytes_close(struct export_bytes *b);

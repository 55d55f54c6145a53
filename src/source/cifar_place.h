/*
 * cifar_place.h - batches of CIFAR whose pixels stay in their files until they
 * are needed.
 */
#pragma once

#include "base/err.h"
#include "conf/field.h"

enum { CIFAR_PLACES = 64 /* files that are kept open at most */ };

/* Plain files of records, each of which ends with its pixels. */
struct cifar_files {
    const struct path_list *paths;
    const int64_t *counts;  /* records of each */
    int64_t record, pixels; /* bytes */
};

/* The same, open. */
struct cifar_place {
    struct cifar_files files;
    int fds[CIFAR_PLACES];
    int64_t open; /* how many of them are */
};

/* cifar_place_open - all of p->files, at most CIFAR_PLACES.  ERR_NOINPUT,
 * ERR_IO, ERR_MEMORY; to be closed also then. */
MUST_USE enum status cifar_place_open(struct cifar_place *p, struct err *e);
void cifar_place_close(struct cifar_place *p); /* allowed on {0} */

/* cifar_place_read - the pixels [count, p->files.pixels] of records from number
 * `index` of all on, by any thread.  ERR_IO. */
MUST_USE enum status cifar_place_read(const struct cifar_place *p,
                                      int64_t index, int64_t count,
                                      void *pixels, struct err *e);

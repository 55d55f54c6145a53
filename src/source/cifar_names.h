/*
 * cifar_names.h - what the classes of CIFAR are called.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* By their numbers. */
struct cifar_names {
    const char *file;      /* where they stand, a line each; NULL: nowhere */
    const char *const *at; /* [count]; NULL: none are known */
    int64_t count;
};

/* cifar_names_read - from n->file, if it exists; blank lines at its end count
 * for nothing.  ERR_DATA, ERR_IO, ERR_MEMORY. */
MUST_USE enum status cifar_names_read(struct cifar_names *n,
                                      struct arena *arena, struct err *e);

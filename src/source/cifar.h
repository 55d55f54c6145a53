/*
 * cifar.h - the binary batches of CIFAR-10 and CIFAR-100.
 *
 * A record of CIFAR-10 is a label and 3x32x32 bytes, all of red first; one of
 * CIFAR-100 has two labels, the coarse before the fine.  Which of both files
 * are is told by their sizes, which only one of the two record sizes divides.
 */
#pragma once

#include "conf/field.h"
#include "source/source.h"

/* Pixels of a side.  A build for fuzzing has small pictures, of which an input
 * holds many. */
#ifdef TINY_BUFFERS
enum { CIFAR_EDGE = 2 };
#else
enum { CIFAR_EDGE = 32 };
#endif

/* The files in the order of their samples, and which label is learnt; NULL: not
 * given, the fine one of CIFAR-100. */
struct cifar_source {
    struct path_list cifar;
    const char *label;
};

extern const struct source_ops cifar_source_ops;

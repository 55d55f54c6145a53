/*
 * arrays.h - arrays of NumPy and archives of them, for tests.
 */
#pragma once

#include "base/text.h"

/* put_array - append an array with this dictionary in its header, and its
 * elements. */
void put_array(struct text *out, const char *dictionary, const void *elements,
               size_t length);

/* write_array - the same as a file in the current folder. */
void write_array(const char *name, const char *dictionary, const void *elements,
                 size_t length);

/* A member of an archive. */
struct packed {
    const char *name;
    struct text content;
    bool deflated;
    int method; /* that is claimed instead, if above 0 */
    int flags;
};

/* put_archive - append a zip archive of `count` members; `wide`: its numbers
 * have 64 bits. */
void put_archive(struct text *out, const struct packed *members, int count,
                 bool wide);

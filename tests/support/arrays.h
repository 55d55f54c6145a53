/*
 * arrays.h - arrays of NumPy and archives of them, for tests.
 */
#pragma once

#include "base/text.h"
#include "source/source.h"

/* put_array - append an array with this dictionary in its header, and its
 * elements. */
void put_array(struct text *out, const char *dictionary, const void *elements,
               size_t length);

/* write_array - the same as a file in the current folder. */
void write_array(const char *name, const char *dictionary, const void *elements,
                 size_t length);

/* load_source - all samples of a source, into an error of its own. */
MUST_USE enum status load_source(const struct source_ops *kind,
                                 const void *config, struct dataset *d,
                                 struct err *e);

/* expect_refused - the same fails so, with this message and nothing held. */
void expect_refused(const struct source_ops *kind, const void *config,
                    enum status status, const char *message);

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

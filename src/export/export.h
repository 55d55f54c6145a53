/*
 * export.h - trained networks in other forms.
 *
 * One file per form and one line in registry.c; the ending of the output's name
 * chooses.  A form turns a network (network.h) into text and shows that it
 * computes the same; what is written where is the caller's business.
 *
 * The folder is over 5,000 lines because C has a text for every layer there is,
 * in floats and in integers, beside the one network that all forms are made of.
 */
#pragma once

#include "export/bytes.h"
#include "export/network.h"

/* What is to be made. */
struct export_wish {
    const char *path;   /* of the output; names functions where `prefix` does
                           not */
    const char *prefix; /* NULL: by the path */
    const struct byte_network *bytes; /* integers; NULL: floats */
    const real *answers;   /* [REFERENCE_SAMPLES, outputs] of the integers */
    bool no_normalization; /* samples come normalized */
    bool logits;           /* the last nonlinearity is left out */
    struct pool *pool;     /* to verify with */
};

/* What was made of it; initialise with {0}. */
struct exported {
    struct text file;
    struct text header;  /* to stand beside it, of forms that have one */
    const char *words;   /* how large it is, for people */
    const char *checked; /* what was done with it to show that it computes
                              the same: "read back"; NULL: nothing could be, see
                              `advice` */
    const char *advice;  /* how to show it */
    struct arena arena;
};
void exported_free(struct exported *x);

struct export_format {
    const char *ending;                     /* ".c" */
    const char *doc;                        /* a sentence with a full stop */
    bool has_header, has_prefix, has_bytes; /* which wishes it knows */
    bool has_normalization, has_logits, has_folding;

    /* ERR_DATA: it does not compute the same; ERR_CONFIG: it cannot hold the
     * network; ERR_MEMORY. */
    enum status (*make)(const struct network *n, const struct export_wish *w,
                        struct exported *out, struct err *e);
};

/* export_format_of - by the ending of a path; NULL: there is none. */
const struct export_format *export_format_of(const char *path);
extern const struct export_format *const export_formats[]; /* ended by NULL */

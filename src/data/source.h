/*
 * source.h - the kinds of places that samples with their answers come from.
 *
 * One file per kind, one line in registry.c.  In YAML a source is a mapping
 * that holds the kind's key: `images:` (IDX), `csv:`, `digits:`.
 */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "conf/field.h"
#include "data/dataset.h"

/* Where samples come from, for messages. */
struct origin {
    const char *file, *key; /* "data.test" of a configuration; NULL: none */
};

struct source_ops {
    struct kind kind; /* name: the key that tells this kind from the others */
    bool nested;      /* the fields are those of the mapping under that key
                         (digits), not of the source itself */
    bool reads_files;

    /* NULL, or what is wrong with values that the table allows: appends why and
     * returns the key at fault, NULL when there is none. */
    const char *(*fault)(const void *config, struct text *why);

    /* NULL, or make absent what other values leave without effect. */
    void (*settle)(void *config);

    /* NULL, or the columns of numbers to be predicted; count 0: none, the
     * samples have labels. */
    const struct text_list *(*targets)(const void *config);

    /* Preflight: are the files there, readable and of the right kind, do image
     * and label counts agree (IDX headers)?  No pixels are read. */
    enum status (*check)(const void *config, struct err *e);

    /* All samples; targets, or labels as classes of the source itself.
     * ERR_NOINPUT, ERR_DATA, ERR_MEMORY. */
    enum status (*load)(const void *config, struct dataset *out, struct err *e);

    /* The same without the pixels (NULL): count, shape, pixel type, labels and
     * classes.  Standard input is left alone: count 0. */
    enum status (*survey)(const void *config, struct dataset *out,
                          struct err *e);
};

extern const struct source_ops *const source_registry[]; /* ended by NULL */

/*
 * dataset_match - give `d` the classes of `classes`, matched by name: integers
 * are compared in canonical decimal.  A label that is not among them is
 * ERR_DATA: it and the sample, counted from 0, are named.
 */
MUST_USE enum status dataset_match(struct dataset *d,
                                   const struct target *classes,
                                   const struct origin *from, struct err *e);

/* dataset_find_classes - collect, sort and number the distinct labels: names
 * [count] become d->target and d->labels.  Integers when all of them are
 * (canonical decimal: "007" is "7"), else bytes. */
MUST_USE enum status dataset_find_classes(struct dataset *d,
                                          const char *const *names,
                                          struct err *e);

struct sha256;
/* dataset_digest - add shape, samples and labels (as class names) to a
 * fingerprint that does not depend on path, compression or format.  `shape` is
 * the network's input shape, a CSV row being the same sample as an image. */
void dataset_digest(const struct dataset *d, struct shape shape,
                    struct sha256 *into);

#endif

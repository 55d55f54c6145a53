/*
 * labels.h - distinct label texts and their numbers, while a source is read.
 *
 * Numbers are given in order of first appearance; labels_finish sorts and
 * renumbers them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/dict.h"
#include "base/err.h"
#include "data/dataset.h"

struct labels { /* initialise with {0} */
    struct arena arena;
    const char **name;   /* [count] distinct texts, on the arena */
    struct dict numbers; /* of the texts */
    int32_t *of;         /* [samples] number of each sample's label */
    size_t name_room, of_room;
    int32_t count;
    int64_t samples;
    struct labels_last {
        const char *at;
        size_t length;
        int32_t number;
    } last; /* labels tend to come in runs */
};

/* labels_add - the next sample's label; bytes without NUL. */
MUST_USE enum status labels_add(struct labels *l, const char *bytes,
                                size_t length, struct err *e);

/* labels_finish - give `d` its classes and labels; `l` is empty afterwards,
 * also on failure.  ERR_MEMORY. */
MUST_USE enum status labels_finish(struct labels *l, struct dataset *d,
                                   struct err *e);
void labels_free(struct labels *l);

/* label_is_integer - optional sign and digits. */
bool label_is_integer(const char *text);

/* label_compare_integers - as numbers of any length: below, at or above 0. */
int label_compare_integers(const char *a, const char *b);

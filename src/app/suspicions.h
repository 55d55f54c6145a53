/*
 * suspicions.h - what silently ruins a run: found in the traces of its samples.
 */
#pragma once

#include "app/samples.h"

struct suspicion {
    const char *kind;       /* "duplicate", "duplicate_across", "rare_class",
                               "constant", "range", "label_path" */
    const char *part;       /* "train", "valid", "test"; "all" of a source */
    const int64_t *samples; /* [count] their numbers in the part's source, from
                               0; count 0: it is of all of them */
    int64_t count;
    const char *message;
};

struct suspicions {
    struct suspicion *at;
    int64_t count;
};

/*
 * suspicions_of - of the parts that samples_trace has read, on `arena`:
 *
 * duplicate         samples that stand in the part before, number by number
 * duplicate_across  samples that stand in a part before it, train first
 * rare_class        a class, or a label, of fewer than two samples of all that
 *                   training, validation and a test that is cut off them have
 * constant          images all of whose pixels are equal
 * range             a part's largest |x| is over 10 times train's, or the
 *                   reverse
 * label_path        images of a list whose path names another class than their
 *                   label, and not this one (named.h)
 *
 * ERR_MEMORY.
 */
MUST_USE enum status suspicions_of(const struct samples *s, struct arena *arena,
                                   struct suspicions *out, struct err *e);

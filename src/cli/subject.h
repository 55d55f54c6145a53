/*
 * subject.h - what a command is about: a CONFIG or a MODEL.
 */
#pragma once

#include <stdbool.h>

#include "app/model.h"
#include "cli/cmd.h"

/* A CONFIG or a MODEL, told apart by content. */
struct subject {
    bool is_model;
    struct experiment own;         /* of a CONFIG */
    struct model model;            /* of a MODEL */
    struct experiment *experiment; /* the one or the other */
};

/* subject_read - read `path`; --set belongs to a CONFIG alone.  `needs` as
 * experiment_read has it.  Always to be given back with subject_free, even
 * after a failure: a graph down to the last good layer may be there. */
MUST_USE enum status subject_read(struct subject *s, const struct call *call,
                                  const char *path, unsigned needs,
                                  struct err *e);
void subject_free(struct subject *s);

/* subject_model - the model; NULL: it is a CONFIG. */
static inline const struct model *subject_model(const struct subject *s)
{
    return s->is_model ? &s->model : NULL;
}

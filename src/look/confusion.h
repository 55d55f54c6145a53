/*
 * confusion.h - which classes are taken for which, as numbers and figure.
 */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "data/target.h"
#include "figure/figure.h"

/* Of samples of classes. */
struct confusion_look {
    const struct target *target;
    const int64_t *counts; /* [classes true, classes predicted] */
};

/* confusion_csv - append true, predicted, count of all pairs. */
void confusion_csv(struct text *out, const struct confusion_look *c);

/* confusion_figure - on `arena`, to be checked. */
void confusion_figure(struct figure *f, const struct confusion_look *c,
                      struct arena *arena);

/*
 * match.h - what a file and a network both have a name for.
 *
 * Classes and columns: names only, and numbers that move along with them.  What
 * tensors they belong to is not known here.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "data/target.h"
#include "graph/graph.h"

/* Names of this side and of the file. */
struct match {
    const int64_t *of;   /* [here] where the file has it, from 1; 0: nowhere */
    int64_t there, here; /* how many */
    int64_t taken;       /* of those here that are there */
    bool moves, differ;  /* the places; the sets of names */
};

/* Where lists of names live, and where they are written. */
struct matching {
    struct arena *arena;
    struct text *report;
};

/* match_names - which of the names `to` is which of `from`.  Lists them unless
 * both sides have the same; `what` they are is the lists' title.  ERR_MEMORY.
 */
MUST_USE enum status match_names(const struct matching *on, const char *what,
                                 const struct target *from,
                                 const struct target *to, struct match *m,
                                 struct err *e);

/* match_of - along one axis of a tensor, whose extent in the file becomes that
 * of `p`: the match, if it is by name and moves something; else NULL. */
const struct match *match_of(const struct match *m, bool is_named,
                             const struct param *p, struct shape *stored,
                             int64_t axis);

/* match_report - append "TITLE, 3 of 10"; nothing for NULL. */
void match_report(const struct match *m, const char *title, struct text *out);

/* match_take - the numbers of `p` from those of the file; what the file does
 * not know keeps its values.  NULL: all is in its place. */
void match_take(const struct match *rows, const struct match *columns,
                const struct param *p, const float *stored, real *to);

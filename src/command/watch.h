/*
 * watch.h - the loss curve of a run under its epoch table, in the terminal.
 *
 * Drawn after every epoch, erased before the next line of the table; the last
 * one stays.  Nothing is ever hidden or switched, so that a run may end at any
 * moment.  Knows nothing that training depends on.
 */
#pragma once

#include "cli/cmd.h"
#include "train/state.h"

struct watch { /* initialise with {.on = ...} */
    bool on;
    int64_t lines;                   /* of what stands there; 0: nothing does */
    int64_t columns, rows;           /* of the terminal, then */
    int64_t seen_columns, seen_rows; /* when it was last looked at */
    double since;                    /* seconds; that it is of this size */
};

/* watch_possible - is standard output a terminal whose cursor moves?  If not, a
 * warning says so. */
bool watch_possible(const struct call *call);

/* watch_erase - append what takes the curve away.  In a terminal that has
 * become too small for it, where it is not known how it stands, it stays. */
void watch_erase(struct watch *w, struct text *out);

/* watch_resized - has the terminal another size than what stands there was
 * drawn for, and had it for a moment?  Then all is to be drawn anew. */
bool watch_resized(struct watch *w);

/* watch_draw - append the curve of the history, if there is room for it. */
void watch_draw(struct watch *w, const struct call *call,
                const struct train_state *s, struct text *out);

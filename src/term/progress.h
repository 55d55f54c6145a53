/*
 * progress.h - one line on standard error that says how far work has come.
 *
 * Drawn over itself at most ten times a second and erased before anything else
 * is printed.  Off, every call does nothing.  Allocates nothing, so it may run
 * in the training loop.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_LINE_BYTES = 160 };

struct progress { /* initialise with {.enabled = ...} */
    bool enabled;
    bool drawn;
    double begun;       /* seconds; when `done` last started over */
    int64_t begun_done; /* what `done` was then */
    double last;        /* seconds; of the last drawing */
    int64_t done;       /* at the last call */
};

/* What is being counted. */
struct progress_state {
    const char *label; /* "epoch 3/10" */
    const char *unit;  /* "images" */
    int64_t done, total;
    double rate; /* units per second; 0: not known yet */
};

/* progress_line - "epoch 3/10 [#####     ]  50 %  1234 images/s  ETA 0:12",
 * cut to `columns`; a rate that is not
 * known yet is left blank. */
void progress_line(char line[PROGRESS_LINE_BYTES], int64_t columns,
                   const struct progress_state *s);

/* progress_due - may the line be drawn at `now`? */
bool progress_due(const struct progress *p, double now);

/* progress_show - `done` of `total`; going back starts the clock anew. */
void progress_show(struct progress *p, const char *label, const char *unit,
                   int64_t done, int64_t total);

/* progress_erase - before anything else is printed. */
void progress_erase(struct progress *p);

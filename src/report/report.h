/*
 * report.h - what a page is made of, and its parts.
 *
 * Private to report/.  Every part appends to `out`; numbers come from where the
 * other commands have them.
 */
#pragma once

#include "app/model.h"
#include "cli/cmd.h"
#include "document/findings.h"
#include "graph/audit.h"
#include "report/answers.h"
#include "report/html.h"

struct report {
    const struct call *call;
    const struct model *model;
    const char *name; /* of the model's file, without its folder */
    struct pool *pool;
    struct arena *arena; /* to be checked in the end */
    struct text *out;
    struct findings findings;
    const struct audit_row *rows;  /* [layers]; NULL: no convolution sees an
                                      image */
    const struct answers *answers; /* NULL: there are no samples, */
    const char *why;               /* for this reason */
};

/* report_summary - the first screen: what was trained on what, how good it is,
 * how training went, what it takes for what, what the audit says. */
void report_summary(const struct report *r);

/* report_verdict - append how training went, in a sentence. */
void report_verdict(struct text *out, const struct train_state *s);

/* report_layers - the table of layers and the findings. */
void report_layers(const struct report *r);

/* report_training - curves of the loss and the history. */
MUST_USE enum status report_training(const struct report *r, struct err *e);

/* report_weights - the filters of the first convolution. */
MUST_USE enum status report_weights(const struct report *r, struct err *e);

/* report_answers - classes or numbers one by one, confusions, calibration,
 * mistakes. */
MUST_USE enum status report_answers(const struct report *r, struct err *e);

/* report_examples - what the network makes of a few images. */
MUST_USE enum status report_examples(const struct report *r, struct err *e);

/* report_configuration - the document. */
void report_configuration(const struct report *r);

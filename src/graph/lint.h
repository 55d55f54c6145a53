/*
 * lint.h - rules that a network should keep, each with an id.
 *
 * A001 coverage of the image over 100 %; A002 capacity below 1/6; A003 a stride
 * leaves the last rows or columns unread; A004 output units differ from the
 * classes; A005 a bias before a layer that cancels it; A006 one dense layer
 * holds over 90 % of the parameters; A007 the last layer lacks the activation
 * that the loss needs; A008 an even filter with pad same.
 */
#ifndef GRAPH_LINT_H
#define GRAPH_LINT_H

#include "graph/audit.h"
#include "graph/graph.h"
#include "loss/loss.h"

enum { LINT_MESSAGE_BYTES = 160 };

struct finding {
    const char *rule; /* "A002" */
    const char *layer;
    char message[LINT_MESSAGE_BYTES];
};

/* The ids of all rules, ended by NULL. */
extern const char *const lint_rules[];

/* What the rules are applied to. */
struct lint_subject {
    const struct graph *graph;
    const struct audit_row *rows; /* [graph.count]; NULL: no image to audit */
    struct variant loss;          /* kind NULL: unknown */
    int64_t class_count;          /* 0: unknown */
};

/* lint_graph - all findings in order of layers, then rules; silenced ones are
 * left out.  *out lives on `arena`.  ERR_MEMORY. */
MUST_USE enum status lint_graph(const struct lint_subject *subject,
                                struct arena *arena, struct finding **out,
                                int64_t *count, struct err *e);

#endif

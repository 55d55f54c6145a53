/*
 * lint.h - rules that a network should keep, each with an id, "A001".
 *
 * What they are about and what helps stands in their rows.
 */
#pragma once

#include "base/text.h"
#include "graph/lint_rule.h"

struct finding {
    const char *rule; /* "A002" */
    const char *layer;
    char message[LINT_MESSAGE_BYTES];
};

/* The ids of all rules, ended by NULL. */
extern const char *const lint_rules[];

/* lint_explain - append what the rule says and what to do; false: there is no
 * such rule. */
bool lint_explain(struct text *out, const char *rule);

/* lint_graph - all findings in order of layers, then rules; silenced ones are
 * left out.  *out lives on `arena`.  ERR_MEMORY. */
MUST_USE enum status lint_graph(const struct lint_subject *subject,
                                struct arena *arena, struct finding **out,
                                int64_t *count, struct err *e);

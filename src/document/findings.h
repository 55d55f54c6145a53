/*
 * findings.h - what the audit has against the network of a document.
 */
#pragma once

#include "document/experiment.h"
#include "graph/lint.h"

struct findings {
    const struct finding *at; /* [count] */
    int64_t count;
};

/* audit_mode_of - the rules that the document asks for. */
enum audit_mode audit_mode_of(const struct experiment *x);

/* findings_of - of x's network, receptive fields by the rules of `mode`.
 * `class_count` 0: unknown.  They live on `arena`.  ERR_MEMORY. */
MUST_USE enum status findings_of(const struct experiment *x,
                                 enum audit_mode mode, int64_t class_count,
                                 struct arena *arena, struct findings *out,
                                 struct err *e);

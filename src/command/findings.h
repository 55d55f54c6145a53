/*
 * findings.h - what the audit has against a network, for info and fit.
 */
#ifndef COMMAND_FINDINGS_H
#define COMMAND_FINDINGS_H

#include "cli/cmd.h"
#include "codec/json.h"
#include "graph/lint.h"

struct findings {
    const struct graph *graph;
    const struct finding *at; /* [count], on the command's arena */
    int64_t count;
};

/* findings_of - of x's network, receptive fields by the rules of `mode`.
 * `class_count` 0: unknown.  ERR_MEMORY. */
MUST_USE enum status findings_of(const struct call *call,
                                 const struct experiment *x,
                                 enum audit_mode mode, int64_t class_count,
                                 struct findings *out, struct err *e);

/* findings_print - "A002 conv2d9: capacity 15.79 % is below 16.67 %", a line
 * each. */
void findings_print(const struct findings *f, struct text *out);

/* findings_warn - the same as warnings. */
void findings_warn(const struct findings *f, const struct call *call);

/* findings_refuse - the same as errors; ERR_NO when there is any. */
MUST_USE enum status findings_refuse(const struct findings *f,
                                     const char *place, struct err *e);

/* findings_put - as a list of {rule, layer, message} under "findings". */
void findings_put(const struct findings *f, struct json_writer *w);

#endif

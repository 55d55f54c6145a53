/*
 * findings.h - what the audit says of a document, for tests.
 */
#ifndef SUPPORT_FINDINGS_H
#define SUPPORT_FINDINGS_H

#include "base/text.h"
#include "graph/lint.h"

/* print_findings - a line each: "A001 conv2d1: ..". */
void print_findings(const struct lint_subject *subject, struct arena *arena,
                    struct text *out);

/* expect_findings - `yaml` is a document; `want` all findings, a line each. */
void expect_findings(const char *yaml, int64_t class_count, const char *want);

/* Pieces of such documents. */
#define IMAGE  "layers:\n- input: {shape: [1, 28, 28]}\n"
#define VECTOR "layers:\n- input: {shape: [6]}\n"
#define CONV   "- conv2d: {num_filters: 2, filter_size: 3, pad: 1}\n"

#endif

/*
 * lint_rule.h - the rules as functions, one each, asked of every layer in turn;
 * their list is that of lint.c.
 */
#pragma once

#include "graph/audit.h"
#include "graph/graph.h"
#include "loss/loss.h"

enum { LINT_MESSAGE_BYTES = 160 };

/* What the rules are applied to. */
struct lint_subject {
    const struct graph *graph;
    const struct audit_row *rows; /* [graph.count]; NULL: no image to audit */
    struct variant loss;          /* kind NULL: unknown */
    int64_t class_count;          /* 0: unknown */
    int64_t batch_size;           /* 0: unknown */
    const int64_t *batch_layer;   /* of lint_graph */
};

/* A rule says of node `at` whether it is broken, and how. */
typedef bool lint_fn(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES]);

lint_fn lint_coverage, lint_capacity, lint_remainder_dropped, lint_lopsided,
    lint_uneven_merge, lint_skipped_cells, lint_wrong_units, lint_lost_bias,
    lint_heavy_dense, lint_missing_activation, lint_one_value,
    lint_noisy_variance, lint_indistinct;

/* lint_say - write the message; true. */
bool lint_say(char message[LINT_MESSAGE_BYTES], const char *fmt, ...)
    PRINTF_LIKE(2, 3);

/* lint_extent - cells along an axis from a window's first to its last. */
double lint_extent(int64_t size, int64_t dilation);

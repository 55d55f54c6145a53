/*
 * layer_table.h - the network's layers as nolearn prints them.
 */
#pragma once

#include "cli/cmd.h"
#include "document/experiment.h"
#include "graph/audit.h"

struct layer_table_style {
    int64_t level; /* 0: names and sizes; 1: capacity and coverage; 2 and more:
                      real filter and receptive field too */
    enum audit_mode mode;
    int64_t room; /* columns of the terminal; 0: no bound */
    bool colour;  /* of names: magenta capacity too low, cyan coverage too high,
                    red both */
};

/* layer_table_print - heading, table, legend, with their blank lines.  A
 * network without a convolution has the plain table at every level.
 * ERR_MEMORY. */
MUST_USE enum status layer_table_print(struct text *out, const struct graph *g,
                                       const struct layer_table_style *style,
                                       struct err *e);

/* print_layers - x's network at the level that -v asks for. */
MUST_USE enum status print_layers(const struct call *call,
                                  const struct experiment *x,
                                  enum audit_mode mode, struct err *e);

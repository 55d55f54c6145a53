/*
 * depthwise.h - a depthwise convolution of one vector of channels; shared by
 * depthwise*.c alone.
 */
#pragma once

#include <stdint.h>

#include "conv/border.h"
#include "conv/conv.h"

/* The cells and taps of a phase, in tables where those of all follow. */
struct phase {
    int64_t cell, cells, tap, taps;
};

enum { PHASE_WORDS = (int)(sizeof(struct phase) / sizeof(int64_t)) };

struct lanes {
    const struct conv_task *task; /* of a call alone, as `call` */
    const struct conv_call *call;
    struct border border;
    int64_t taps, positions, phases;
    int64_t above, before;  /* rows and columns of zeros around dy */
    int64_t pitch, d_cells; /* of dy: from row to row, all with the zeros */
    int64_t first, count;   /* the channels of this vector */

    /* Places in the scratch memory, in reals: tables, then numbers. */
    int64_t output, phase, to, from, tap, order;
    int64_t image, y, dx, weight, turned, grad, bias;
};

/* depthwise_margin - rows or columns of zeros around dy: as far as a window
 * reaches. */
int64_t depthwise_margin(const struct axis *a);

/* depthwise_phases - those that a window has taps of; the cells of others get
 * no gradient. */
int64_t depthwise_phases(const struct axis *a);

/* depthwise_list_outputs, depthwise_list_phases - fill the tables. */
void depthwise_list_outputs(const struct lanes *l);
void depthwise_list_phases(const struct lanes *l);

int64_t *depthwise_table(const struct lanes *l, int64_t place);
struct phase *depthwise_phase_at(const struct lanes *l, int64_t i);

/* depthwise_place - where cell (i, j) of y or dy stands. */
int64_t depthwise_place(const struct lanes *l, int64_t i, int64_t j);

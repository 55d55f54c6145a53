/*
 * audit.h - learning capacity and image coverage of every layer.
 *
 * Per axis, in input pixels: `filter` is the real size of the last
 * convolution's filter, `field` the receptive field.
 *
 *   capacity = 100 * filter / field      too low below 100 / 6
 *   coverage = 100 * field / image       too high above 100
 *
 * Exact: field += (dilation * (k - 1)) * jump, jump *= stride for every
 * windowed layer (Araujo, Norris, Sim: Computing Receptive Fields of
 * Convolutional Neural Networks, 2019), or field += (ceil(k / s) - 1) * jump,
 * jump /= s where s cells of the output stand for one of the input; merges take
 * maxima; only convolutions larger than 1x1 are judged.  Nolearn: the rules of
 * nolearn's layer information, which ignore strides and the window of a pool,
 * know conv2d and maxpool2d alone and judge every layer; the tutorial's tables
 * come from them.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "graph/graph.h"

enum audit_mode { AUDIT_EXACT, AUDIT_NOLEARN };

enum { AUDIT_AXES = 2 }; /* [0] is y (rows), [1] is x (columns) */

struct audit_row {
    double filter[AUDIT_AXES], field[AUDIT_AXES];      /* input pixels */
    double capacity[AUDIT_AXES], coverage[AUDIT_AXES]; /* percent */
    bool whole; /* it sees all of the image whatever its window */
    bool judged;
    bool low_capacity, high_coverage; /* on either axis, where judged */
};

extern const double audit_lowest_capacity; /* percent */

/* audit_graph - rows[i] for every node of the graph; its input must be an
 * image [C, H, W] or [H, W].  ERR_MEMORY. */
MUST_USE enum status audit_graph(const struct graph *g, enum audit_mode mode,
                                 struct audit_row *rows, struct err *e);

/* audit_has_image - is the input an image, so that audit_graph can be asked? */
bool audit_has_image(const struct graph *g);

/* audit_applies - is there a convolution to audit and an image to cover? */
bool audit_applies(const struct graph *g);

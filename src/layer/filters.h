/*
 * filters.h - what layers that slide a bank of filters over an image have in
 * common: parameters, memory, passes.  The arithmetic is that of conv/.
 *
 * Private to layer/.
 */
#pragma once

#include "conv/conv.h"
#include "layer/layer.h"

enum { FILTERS_MOST_CELLS = 1 << 12 }; /* taps, steps, pad along an axis */

/* Rows of a table that are the same for all of them. */
#define FILTERS_COUNT .min = 1, .max = 1 << 20
#define FILTERS_UNTIE_FIELD(S)                                                 \
    FIELD(S, untie_biases, .def = "false",                                     \
          .doc = "A bias for every pixel of the output, not for every "        \
                 "channel.")
#define FILTERS_FIELDS(S)                                                      \
    FIELD(S, nonlinearity, .def = "rectify", .kinds = activation_kinds,        \
          .aka = "activation act", .doc = "Function applied to the output."),  \
        FIELD(S, W, .def = "glorot_uniform", .kinds = init_kinds,              \
              .number = "constant",                                            \
              .aka = "kernel_initializer weight_init weight weight_filler "    \
                     "init",                                                   \
              .doc = "Initial filters."),                                      \
        FIELD(S, b, .def = "0", .kinds = init_kinds, .number = "constant",     \
              .null_ok = true,                                                 \
              .aka = "bias use_bias bias_term bias_initializer bias_filler",   \
              .doc = "Initial biases; null: the layer has none.")

/* What such a layer computes. */
struct filters {
    /* Forward is this convolution or, with conv.transposed, its gradient
     * towards its input: then x is what the convolution calls dy.  Windows must
     * fit, sizes are checked here. */
    struct conv conv;
    bool untie_biases;
    struct variant nonlinearity, W, b;
};

/* filters_infer - weight [O, C/G, KH, KW] of the convolution; bias [channels of
 * y], or the shape of y when untied.  Refuses groups that do not divide and
 * what is too large. */
MUST_USE enum status filters_infer(const struct filters *f,
                                   struct layer_spec *spec);

/* The operations of a layer that has called filters_infer; its ops say
 * backward_reads_x and fuses_rectify. */
void filters_lay(const struct layer *l, const struct pass *p, enum direction d,
                 int64_t part);
void filters_forward(const struct layer *l, const struct pass *p);
void filters_backward(const struct layer *l, const struct pass *p);
const char *filters_algorithm(const struct layer *l, enum layer_pass pass);
double filters_macs(const struct layer *l, enum layer_pass pass);

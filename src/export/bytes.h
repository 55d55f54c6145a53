/*
 * bytes.h - a network in 8-bit integers.
 *
 * A number is scale * (byte - zero), the scale and the zero alike for all of a
 * layer's output, from the least and the largest that it was over calibration
 * samples; zero itself is exact, so that padding is.  Weights are symmetric,
 * with a scale for each channel of the output.  Sums of products are 32-bit;
 * what becomes of them is a product with a 31-bit factor and a shift, rounded
 * half up.
 *
 * Ref: Jacob et al.: Quantization and Training of Neural Networks for Efficient
 * Integer-Arithmetic-Only Inference, CVPR 2018, sections 2.1 to 2.3.
 */
#pragma once

#include "export/network.h"
#include "layer/merge.h"

/* What the bytes of a tensor stand for. */
struct byte_scale {
    double scale;
    int32_t zero;
};

/* A factor: v * multiplier / 2^shift. */
struct byte_factor {
    int32_t multiplier, shift;
};

/* A layer in integers. */
struct byte_node {
    struct byte_scale y, before; /* behind the table, and before it */
    int8_t *weight;              /* linear layers: as their first parameter */
    int32_t *bias;               /* [channels] */
    struct byte_factor *factor;  /* [channels]; of other layers [inputs] */
    real *scale;   /* [channels] the last layer: what an integer stands for */
    int8_t *table; /* [256] a nonlinearity, by byte + 128; NULL: none */
    bool rectify;
};

struct byte_network {
    const struct network *net;
    struct byte_node *nodes; /* [net->fold.graph.count] */
    struct arena arena;
};

/* The least and the largest number of every layer's output. */
struct byte_ranges {
    real *low, *high; /* [graph.count], on an arena */
};

/* bytes_ranges - over some samples; a function of them alone.  ERR_DATA: an
 * output is not finite; ERR_MEMORY; as their store fails. */
MUST_USE enum status bytes_ranges(const struct network *n,
                                  const struct subset *part, struct pool *pool,
                                  struct arena *arena, struct byte_ranges *out,
                                  struct err *e);

/* bytes_new - ERR_CONFIG names every layer that has no integer form.  Always to
 * be given back. */
MUST_USE enum status bytes_new(struct byte_network *b, const struct network *n,
                               const struct byte_ranges *ranges, struct err *e);
void bytes_free(struct byte_network *b);

/* bytes_answers - what the integers make of samples: y [count, net->outputs] of
 * x [count, net->inputs], normalized.  ERR_MEMORY. */
MUST_USE enum status bytes_answers(const struct byte_network *b, int64_t count,
                                   const real *x, struct pool *pool, real *y,
                                   struct err *e);

/* How many of a part's samples get the right class. */
struct byte_accuracy {
    int64_t samples, floats, integers;
};

/* bytes_compare - of a model of classes.  ERR_MEMORY; as their store fails. */
MUST_USE enum status bytes_compare(const struct byte_network *b,
                                   const struct subset *part, struct pool *pool,
                                   struct byte_accuracy *out, struct err *e);

/* What of the file's arithmetic the program shares. */
static inline int64_t byte_times(int32_t v, struct byte_factor f)
{
    const int64_t product = (int64_t)v * f.multiplier;

    return (product + ((int64_t)1 << (f.shift - 1))) >> f.shift;
}

static inline int8_t byte_clamp(int64_t v, int32_t low)
{
    return (int8_t)(v < low ? low : v > INT8_MAX ? INT8_MAX : v);
}

/* The least byte: what 0 is where the layer rectifies. */
static inline int32_t byte_low(const struct byte_node *n)
{
    return n->rectify ? n->before.zero : INT8_MIN;
}

/* bytes_is_last - does the node leave integers that become the output? */
bool bytes_is_last(const struct network *n, int64_t node);

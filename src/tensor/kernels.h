/*
 * kernels.h - the inner loops that exist once per instruction set.
 *
 * A table of functions for each level of cpu.h, all compiled from the same
 * sources (isa_*.h) with other vectors.  Everything built on them (product.c,
 * winograd.c, direct.c) is ordinary C that takes the table as an argument.
 *
 * "Lanes" is the number of reals in a vector.  A blocked plane is [pixels]
 * vectors, each the same pixel of `lanes` consecutive channels: the layout in
 * which a stencil over pixels needs no shuffles.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/cpu.h"
#include "tensor/real.h"
#include "tensor/window.h"

enum {
    KERNEL_MAX_LANES = 16,
    KERNEL_MAX_VECTORS = 3, /* of a register block, any level */
    KERNEL_FETCHES = 3,     /* operands of a product */
    KERNEL_ROUNDED = 4,     /* tiles whose elements may be in bfloat16 */
};

/*
 * `count` register blocks, one below the other: each `rows` x `vectors` sums of
 * products, row i of all being
 *
 *   c[c_at(i) + j] = (add ? c : 0) + sum over l < depth of
 *                    a[a_at(i) + step(l)] * b[l*b_row + j]
 *
 * where a_at(i) is i*a_row or a_rows[i], c_at and step likewise.  Each sum is
 * one chain of multiply-adds in the order of l, so its bits depend on its
 * operands alone, not on its place in a block or a matrix.  Then, with `bias`,
 * + bias[j], with row_bias + row_bias[i]; with `rectify`, max(0, .) that lets
 * NaN pass.
 */
struct register_blocks {
    int64_t count;
    const real *a, *b;
    int64_t a_row, a_step;
    const int64_t *a_rows;  /* [rows * count], or NULL: strides */
    const int64_t *a_steps; /* [depth], likewise */
    int64_t b_row, depth;
    real *pack; /* [depth, vectors * lanes] */
    bool packs; /* overwritten by b, whose rows follow each other there; else
                   they are read where they are */
    real *c;
    int64_t c_row;
    const int64_t *c_rows; /* [rows * count], likewise */
    int64_t tail;          /* columns of the last vector, 1 .. lanes; b and bias
                              are read in whole vectors all the same */
    const real *bias;      /* NULL: none */
    const real *row_bias;  /* [rows * count], likewise */
    bool add, rectify;

    /* What will be read soon, one after the other, of which the steps of the
     * depth ask for so many reals each; 0: for none.  Only with strides, and
     * where a table says that it fetches. */
    struct fetch {
        const real *from;
        int64_t reals;
    } fetch[KERNEL_FETCHES];
    int64_t fetch_at, pace; /* reals that are asked for already; a step's */
};

/* Leaves the operands of the block that would be next, b being packed. */
typedef void register_block_fn(struct register_blocks *r);

enum { DOT_ROWS = 4, STENCIL_VECTORS = 3 };

/* DOT_ROWS x DOT_ROWS sums over l of x[i][l] * w[j][l]; the order of the terms
 * depends on the depth alone. */
struct dot_block {
    const real *x[DOT_ROWS], *w[DOT_ROWS]; /* rows of `depth` reals */
    int64_t depth;
    real *out; /* [DOT_ROWS, DOT_ROWS] */
};

/* Sums at once that hide a multiply-add's latency and fit 16 registers. */
enum { KERNEL_CHAINS = 12 };

/* The same of pairs, whose instruction takes longer and has 32 registers. */
enum { KERNEL_PAIR_CHAINS = 24 };

enum { DOT_UNITS = DOT_ROWS * DOT_ROWS };

/* DOT_UNITS sums over l of x[l] * w[j][l], with the bits that a dot_block has
 * for them. */
struct dot_line {
    const real *x, *w[DOT_UNITS]; /* rows of `depth` reals */
    int64_t depth;
    real *out; /* [DOT_UNITS] */
};

/* Some planes and their blocked form. */
struct planes {
    int64_t count;  /* planes, 1 .. lanes; blocked lanes beyond are zero */
    int64_t pixels; /* of a plane */
    int64_t stride; /* from plane to plane */
    int64_t pitch;  /* from pixel to pixel in the blocked form, >= lanes, or
                       backwards */
};

/*
 * One tile of a Winograd convolution for `lanes` channels at once.  The
 * spatial side is a blocked plane: cell (i, j) of the tile lies at origin +
 * i*row + j*lanes, and only the cells [top, bottom) x [left, right) exist;
 * others count as zero when read and are dropped when written.  The
 * transformed side has its elements `step` reals apart.  All addresses and
 * distances are multiples of a vector.
 */
struct winograd_tile {
    const real *from;
    real *to;
    int64_t origin, row, step;
    int64_t top, bottom, left, right;
    const real *bias; /* output alone: [lanes], NULL: none */
    bool rectify;     /* output alone */
};

typedef void winograd_tile_fn(const struct winograd_tile *t);

/* A transform for tiles of all sizes: of[h][w] has m - h outputs and n - h
 * inputs along y, m - w and n - w along x.  A tile with one output less lacks
 * the elements of the point 0, which are the first of an axis: its elements
 * begin at 1 there, of the same n by n.  NULL but for [0][0] where there are
 * none. */
struct winograd_transform {
    winograd_tile_fn *of[2][2];
};

/* The transforms of F(m x m, r x r), with n = m + r - 1; matrices as in
 * winograd.h. */
struct winograd_kernels {
    struct winograd_transform input;    /* V = B' d B, cells -> elements */
    struct winograd_transform output;   /* y = A' M A, elements -> cells */
    struct winograd_transform d_output; /* dM = A dy A', cells -> elements */
    struct winograd_transform d_input;  /* d += B dV B', elements -> cells */
    winograd_tile_fn *filter;   /* U = G g G',    r*r vectors -> n*n elements */
    winograd_tile_fn *d_filter; /* dg = G' dU G,  n*n elements -> r*r vectors */
};

/* Those of them that are read by products, and so may be rounded. */
struct rounded_kernels {
    struct winograd_transform input, d_output;
    winograd_tile_fn *filter;
};

/*
 * Products of numbers rounded to bfloat16, the upper half of a float: to
 * nearest, ties to even, what is too small for a normal float to zero, NaN to
 * NaN.  A row of them takes half the room.  A pair is a word of 32 bits in the
 * place of a real, the first number in its lower half; a row is pairs of
 * neighbours.  Such a block has pairs for the elements of a and b, and its
 * step is two:
 *
 *   s = fma(a.second, b.second, c), c = fma(a.first, b.first, s)
 *
 * each rounded once, to nearest, with what is too small for a normal float
 * zero before and after: what VDPBF16PS does.  So the bits are the same at
 * every level, but for which NaN it is.
 */
struct pair_kernels {
    register_block_fn *const *blocks[KERNEL_MAX_VECTORS]; /* as those below */

    /* chains - KERNEL_PAIR_CHAINS vectors in registers, to each of which
     * `factor` * `term` is added twice by one instruction, `rounds` times.
     * Returns the sum of all.  NULL where there is no such instruction. */
    real (*chains)(int64_t rounds, real factor, real term);

    /* round - `count` reals, whole vectors, as a row.  join - rows of `columns`
     * numbers, whole vectors, `pitch` reals apart, become rows of pairs of two
     * of them, `to_pitch` apart; beyond the last one is zero. */
    void (*round)(const real *from, int64_t count, real *to);
    void (*join)(const real *from, int64_t pitch, int64_t rows, int64_t columns,
                 real *to, int64_t to_pitch);

    /* F(m x m, 3 x 3), m = 2 .. 4, and F(2 x 2, 5 x 5), whose elements are
     * stored rounded, half a vector each. */
    struct rounded_kernels winograd[KERNEL_ROUNDED];

    /* Around blocks: the processor's mode; NULL: there is none. */
    unsigned (*enter)(void);
    void (*leave)(unsigned mode);
};

/*
 * Windows over `count` blocked planes of rows of `width` cells: output (i, j)
 * looks at the cells rows[i] by columns[j], of which there is at least one; row
 * `origin` of the planes is the first of the image.  A cell's tap is its row
 * and column in the window, row * widest + column.  Lanes beyond `count` are
 * not looked at and become zero in what is overwritten.
 */
struct pool_grid {
    int64_t count; /* 1 .. lanes */
    int64_t out_h, out_w;
    const struct range *rows, *columns; /* [out_h], [out_w] */
    int64_t origin, width, widest;
    bool wide_index; /* taps take sizeof(real) bytes each and not one */
    int64_t cells;   /* what sums are divided by; 0: a window's own cells */
};

/* One filter per channel for `lanes` channels at once: cells of a blocked image
 * at position + tap, of a blocked output at `output`, weights [taps] and bias
 * vectors. */
struct depthwise {
    int64_t positions, taps;
    const int64_t *position, *output, *tap; /* cells */
    const real *weight, *bias;
    bool rectify;
};

/*
 * A direct convolution for `vectors` vectors of filters: cells of an image at
 * position + tap, outputs in blocked planes,
 *
 *   y[j*plane + p*lanes + .] = bias[j*lanes + .] + sum over t < taps of
 *                 x[position[p] + tap[t]] * weight[(t*vectors + j)*lanes + .]
 *
 * each one chain of multiply-adds in the order of t that begins with the bias,
 * or with `add` with y; then, with `rectify`, max(0, .) that lets NaN pass.
 * The weights' gradient adds to grad, laid out as weight, the sums over p of
 * x[position[p] + tap[t]] * dy[j*plane + p*lanes + .].
 */
struct stencil {
    int64_t positions, taps, vectors; /* 1 .. STENCIL_VECTORS */
    const int64_t *position, *tap;    /* [positions], [taps], in reals */
    const real *x, *weight, *bias;
    const real *dy; /* of the gradient, as y */
    real *y, *grad;
    int64_t plane;
    bool add, rectify;
};

/*
 * Numbers whose channels have constants of their own: [rows, channels, run], or
 * `rows` pixels of a blocked plane, whose lanes are read and written in whole:
 * those beyond `channels`, whatever they hold, become zero.
 * With z = (x - center) * scale + shift, y is z, or max(0, z) that lets NaN
 * pass with `rectify`; then dz is dy where z > 0 and 0 elsewhere.
 */
struct channel_job {
    int64_t rows, channels, run;
    bool blocked; /* run is 1, channels 1 .. lanes */
    bool rectify;
    const real *x, *dy; /* [rows, channels, run] read; dy: gradients alone */
    real *to;           /* [rows, channels, run] overwritten: y or dx */
    double *sums[2];    /* [channels] added to, in an order that depends on rows
                           and run alone */
    const real *center; /* [channels], all below as well */
    const real *scale, *shift;               /* NULL: not asked for */
    const real *dy_scale, *x_scale, *offset; /* likewise */
};

typedef void channel_fn(const struct channel_job *j);

struct kernels {
    enum cpu_level level;
    bool bfloat16; /* Winograd convolutions multiply pairs, */
    bool native;   /* by an instruction of the processor */
    bool fetches;  /* what register blocks may ask for */
    int64_t lanes;
    int64_t panel; /* vectors of a register block that suit best, */
    int64_t max_rows[KERNEL_MAX_VECTORS]; /* and its most rows of 1, 2, 3 */
    /* Of the costs of conv/, in multiply-adds of full vectors: what a number
     * costs that a transform moves, and a multiply-add in a product of the
     * BLAS. */
    double moved, blas_cost;
    /* [vectors - 1][rows - 1] */
    register_block_fn *const *blocks[KERNEL_MAX_VECTORS];
    struct pair_kernels pairs; /* of float alone */

    void (*dot)(const struct dot_block *d);
    void (*dot_line)(const struct dot_line *d);

    /* chains - what a processor's limit is measured by: KERNEL_CHAINS vectors,
     * in registers, each multiplied by `factor` and `term` added, `rounds`
     * times.  Returns the sum of all, so that none can be left out. */
    real (*chains)(int64_t rounds, real factor, real term);

    /* to_blocked - planes [count][pixels] -> blocked [pixels][lanes]. */
    void (*to_blocked)(const struct planes *p, const real *planes,
                       real *blocked);

    /* from_blocked - the way back; with `add`, added to the planes. */
    void (*from_blocked)(const struct planes *p, const real *blocked, bool add,
                         real *planes);

    /* sum - of a row, in partial sums that keep the error small. */
    real (*sum)(const real *row, int64_t count);

    /* sum_lanes - to the first `count` of sums [lanes] the sums over pixels of
     * a blocked plane are added, in partial sums that keep the error small. */
    void (*sum_lanes)(const real *blocked, int64_t pixels, int64_t count,
                      real *sums);

    /* mask - to [count] = dy where y > 0, else 0: the gradient of rectify. */
    void (*mask)(const real *dy, const real *y, int64_t count, real *to);

    /* pool_max - y [out_h, out_w] = the maxima of x, index [out_h, out_w,
     * count] = their taps, or NULL; the first of equals wins, NaN always.
     * pool_max_data - dy added to the cells that won. */
    void (*pool_max)(const struct pool_grid *g, const real *x, real *y,
                     void *index);
    void (*pool_max_data)(const struct pool_grid *g, const real *dy,
                          const void *index, real *dx);

    /* The same of the pairs of rows and columns that begin at x: dx is
     * overwritten in rows 0 .. 2 * out_h - 1. */
    void (*pool_max_pairs)(const struct pool_grid *g, const real *x, real *y,
                           void *index);
    void (*pool_max_pairs_data)(const struct pool_grid *g, const real *dy,
                                const void *index, real *dx);

    /* pool_mean - y = the means of x: a row of a window is added up, then the
     * sums of rows.  pool_mean_data - dy / cells added to all cells. */
    void (*pool_mean)(const struct pool_grid *g, const real *x, real *y);
    void (*pool_mean_data)(const struct pool_grid *g, const real *dy, real *dx);

    /* By channel, in double precision: sums of x - center and its square; of dz
     * and dz * (x - center). */
    channel_fn *channel_moments, *channel_gradient_moments;

    /* to = y; to = dz * dy_scale + (x - center) * x_scale + offset. */
    channel_fn *channel_affine, *channel_gradient;

    /* Of an output y or its gradient dy, and an image x; grad [taps] is added
     * to. */
    void (*depthwise_forward)(const struct depthwise *d, const real *x,
                              real *y);
    void (*depthwise_weight)(const struct depthwise *d, const real *x,
                             const real *dy, real *grad);

    /* y; grad from x and dy. */
    void (*stencil_forward)(const struct stencil *s);
    void (*stencil_weight)(const struct stencil *s);

    struct winograd_kernels winograd[5];  /* F(m x m, 3 x 3), m = 2 .. 6 */
    struct winograd_kernels winograd5[2]; /* F(m x m, 5 x 5), m = 2, 4 */
    struct winograd_kernels winograd7;    /* F(2 x 2, 7 x 7) */
};

/* kernels_of - the table of a level; NULL unless cpu_has(level). */
const struct kernels *kernels_of(enum cpu_level level);

/* kernels_best - the table of cpu_best(). */
const struct kernels *kernels_best(void);

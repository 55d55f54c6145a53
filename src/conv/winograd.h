/*
 * winograd.h - how a Winograd convolution is cut and laid out; shared by
 * winograd*.c alone.
 *
 * The tile rows of all samples, sample by sample, are cut into blocks of
 * block_rows; the tiles of a block are transformed, multiplied and transformed
 * back before the next, so that they stay in the second-level cache.
 *
 * Of a crew everyone takes blocks and reads all of U, or takes some of the
 * filters and computes all of V: where there are few tiles, that is less.
 *
 * Wide filters take turns, some of them forward, those of some channels
 * backward, so that a call needs room for a part of M or V, of U and of dU;
 * what it reads again for every part, V or E, is computed once for larger
 * blocks.
 *
 * Rounding errors grow with the constants of the matrices and, by its square
 * root, with the number of channels; measured against double precision with 20
 * to 128 channels, relative to the output's root mean square, they are below
 *
 *   F(m x m, r x r)     2,3    3,3    4,3    5,3    6,3    2,5    4,5    2,7
 *   largest             3e-6   5e-6   1e-5   3e-5   1e-4   2e-5   1e-4   2e-4
 *   root mean square    5e-7   8e-7  1.2e-6  2e-6   4e-6  1.5e-6  4e-6   8e-6
 *
 * and those of the gradients below twice as much.  The largest are at the
 * corners of a tile.  In bfloat16, where U, V and E are rounded to 8 bits,
 *
 *   F(m x m, r x r)      2,3     3,3     4,3     2,5
 *   largest             0.03    0.06    0.12    0.1
 *   root mean square    0.005   0.008   0.013   0.016
 *
 * and larger tiles, of more than 6 inputs along an edge, are not computed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "conv/conv.h"
#include "tensor/product.h"

/* Tiles along an axis: the first `full` have m outputs, the others one less.
 * Those lack the first element of the axis, that of the point 0, and share all
 * else, the transformed filters too (isa_lines_five.h, isa_lines_seven.h). */
struct tiling {
    int64_t count, full;
};

/* What tiles are cut from and transformed to: x and V (dx and dV), or y and M
 * (dy and E). */
struct side {
    int64_t height, width, pad_y, pad_x; /* of a plane */
    int64_t size;     /* of a tile: n of x, m of y; they lie m apart */
    int64_t planes;   /* channels or filters */
    int64_t lanes;    /* the same in whole vectors */
    int64_t room;     /* of these in a matrix: all, or those of a turn */
    int64_t pitch;    /* reals from tile to tile of a matrix, lanes or more */
    int64_t row;      /* the same of V or E, which bfloat16 halves */
    int64_t plane;    /* place of a blocked plane in the scratch memory */
    int64_t elements; /* place of the matrices [tiles][pitch], */
    int64_t step;     /* and reals from one to the next */
    /* The lanes that a load or a store is for; where they take turns, those
     * that the matrices begin with. */
    struct range part;
    int64_t first;
};

struct winograd {
    const struct conv_task *task; /* of a call alone, as `call` */
    const struct conv_call *call;
    const struct winograd_kernels *tiles;
    int64_t m, n, r; /* most outputs, inputs and taps along an axis */
    struct tiling rows, columns; /* tiles of a sample */
    int64_t block_rows;          /* tile rows of a block */
    int64_t parts; /* in which a crew takes the filters of a block */
    int64_t turns; /* of y's lanes forward and x's backward; 1: none */
    struct side x, y;

    /* Reals from one element's matrix to the next, of U, laid out, forward
     * [C][filters], backward [O][channels], in panels, and of dU [C][filters].
     * Places in the scratch memory: of a turn's U and of dU. */
    int64_t u_step, g_step;
    int64_t u, u_part; /* u_part: as u_step */
    int64_t g;
    int64_t patch, bias, rest; /* rest [filters]: y of an empty window */
    int64_t used, cells, full, empties; /* of winograd_empty.c, int32_t */
    int64_t pitch; /* cells of a row that the windows of a row of y read */
    int64_t pairs; /* of winograd_pairs.c: a matrix of V and E, or rows of U */
};

/* Channels whose filters are gathered at once. */
enum { PATCH_CHANNELS = 32 };

double winograd_cost(const struct conv_task *t);
void winograd_prepare(struct conv_task *t);

/* winograd_tiling - as few tiles as cover `out` outputs. */
struct tiling winograd_tiling(const struct winograd_kernels *tiles, int64_t m,
                              int64_t out);

/* winograd_start - the first output of tile i. */
int64_t winograd_start(const struct winograd *w, const struct tiling *t,
                       int64_t i);

/* winograd_macs - one an element of a tile and pair of channel and filter, in
 * every pass. */
double winograd_macs(const struct conv_task *t);

/* winograd_begin - what was prepared, for one call. */
struct winograd winograd_begin(const struct conv_task *t,
                               const struct conv_call *call);

/* Some tile rows, counted over all samples, and where the matrices have their
 * tiles: those of size [h][w], h and w being 1 where a tile has one output less
 * along y and x, lie at [first[h][w], end[h][w]), in the order [0][1], [0][0],
 * [1][0], [1][1].  So the tiles that have a given element follow each other. */
struct block {
    int64_t begin, end;
    int64_t first[2][2], after[2][2];
};

struct block winograd_block(const struct winograd *w, int64_t begin,
                            int64_t end);

/* winograd_with - the tiles of a block that have the elements of a row of the
 * element matrix whose first is in question, and of a column likewise. */
struct range winograd_with(const struct block *b, bool first_row,
                           bool first_column);

/* Tile rows [begin, end) of one sample of a block.  Tiles of size [h][w] begin
 * at first[h][w]; `tile` have gone before. */
struct strip {
    int64_t sample, begin, end, tile;
    int64_t first[2][2];
};

/* winograd_strip - the strip of a block that starts at tile row `row`. */
struct strip winograd_strip(const struct winograd *w, const struct block *block,
                            int64_t row);

/* winograd_rows - the rows of a plane that a strip covers. */
struct range winograd_rows(const struct winograd *w, const struct side *side,
                           const struct strip *s);

/* What tiles are read from: `from`, or where `over` is not NULL, both blocked,
 * what of it is over numbers above 0, and its sums are added to `sums`, unless
 * NULL. */
struct winograd_image {
    const real *from;
    bool blocked;
    const real *over;
    real *sums;
};

/* winograd_load - V = B' d B from x, or E = A dy A' from dy, of one strip and
 * the side's part of the lanes. */
void winograd_load(const struct winograd *w, const struct side *side,
                   const struct strip *s,
                   const struct winograd_transform *transform,
                   const struct winograd_image *image);

/* winograd_store_y - y = A' M A + bias of one strip, likewise. */
void winograd_store_y(const struct winograd *w, const struct strip *s,
                      bool seek);

/* winograd_store_dx - dx of one strip: B dV B' of its tiles, added up,
 * likewise.  Its first rows overlap with the last ones of the strip before,
 * which has written them already. */
void winograd_store_dx(const struct winograd *w, const struct strip *s);

/* The filters as a matrix: rows are summed over, lanes side by side; and their
 * U in panels [rows][lanes], `step` reals from one element's to the next. */
struct winograd_bank {
    const real *from;
    int64_t rows, row_stride;
    int64_t lanes, lane_stride;
    real *to;
    int64_t step;
};

/* winograd_transform_filters - U = G g G' of some vectors of lanes, adjacent
 * rows at once. */
void winograd_transform_filters(const struct winograd *w,
                                const struct winograd_bank *b,
                                struct range vectors);

/* winograd_lane - the place of a lane in a row of V or E. */
int64_t winograd_lane(const struct winograd *w, const struct side *side,
                      int64_t lane);

/*
 * In bfloat16 (kernels.h) V, E and U are rounded when they are stored.
 *
 * winograd_depth - rows of U: of pairs, half as many.
 * winograd_pair_filters - two rows of U of one vector of lanes, [n*n][2][lanes]
 * at `pairs`, as a row of pairs to `to`, `step` reals from element to element;
 * there is no second one where it is `single`.
 * winograd_multiply_tiles - as product_run_many, where tiles are the depth.
 */
int64_t winograd_depth(const struct kernels *kern, int64_t rows);
void winograd_pair_filters(const struct winograd *w, bool single, real *to,
                           int64_t step);
void winograd_multiply_tiles(const struct winograd *w,
                             const struct product *all, int64_t count,
                             struct product_steps next);

/* winograd_add_gradient - weight_grad += G' dU G, of x's part of the lanes. */
void winograd_add_gradient(const struct winograd *w);

/* winograd_seeks_empties - has some filter no bias, or one of zero, so that
 * rounding errors decide about the sign of its output where a window is empty?
 * Prepares `rest`. */
bool winograd_seeks_empties(const struct winograd *w);

/* winograd_find_empties - remember the outputs of a strip whose window of x is
 * zero in all channels; winograd_fill_empties - put `rest` there, in the plane
 * of one vector of filters from `first`. */
void winograd_find_empties(const struct winograd *w, const struct strip *s);
void winograd_fill_empties(const struct winograd *w, const struct strip *s,
                           int64_t first, real *plane);

/*
 * isa_kernels.h - all kernels of one instruction set and their table.
 *
 * Included once by each isa_*.c; see isa_vec.h.
 */
#pragma once

#include "tensor/isa_block.h"
#include "tensor/isa_blocked.h"
#include "tensor/isa_channels.h"
#include "tensor/isa_depthwise.h"
#include "tensor/isa_dot.h"
#include "tensor/isa_pairs.h"
#include "tensor/isa_peak.h"
#include "tensor/isa_pool.h"
#include "tensor/isa_stencil.h"
#include "tensor/isa_sum.h"
#include "tensor/isa_winograd.h"
#include "tensor/kernels.h"

BLOCKS(blocks, add_step);

const struct kernels ISA_TABLE = {
    .level = ISA_LEVEL,
    .fetches = ISA_FETCHES,
    .lanes = LANES,
    .panel = ISA_PANEL,
    .max_rows = {ISA_ROWS_1, ISA_ROWS_2, ISA_ROWS_3},
    .moved = ISA_MOVED,
    .blas_cost = ISA_BLAS_COST,
    .blocks = {blocks_1, blocks_2, blocks_3},
    .pairs = PAIR_KERNELS,
    .dot = dot_block,
    .dot_line = dot_line,
    .chains = chain_sums,
    .to_blocked = to_blocked,
    .from_blocked = from_blocked,
    .sum = sum_row,
    .sum_lanes = sum_lanes,
    .mask = mask_row,
    .pool_max = pool_max,
    .pool_max_data = pool_max_data,
    .pool_max_pairs = pool_max_pairs,
    .pool_max_pairs_data = pool_max_pairs_data,
    .pool_mean = pool_mean,
    .pool_mean_data = pool_mean_data,
    .channel_moments = channel_moments,
    .channel_gradient_moments = channel_gradient_moments,
    .channel_affine = channel_affine,
    .channel_gradient = channel_gradient,
    .depthwise_forward = depthwise_forward_lanes,
    .depthwise_weight = depthwise_weight_lanes,
    .stencil_forward = stencil_forward,
    .stencil_weight = stencil_weight,
    .winograd = {WINOGRAD_KERNELS(SQUARE, 2), WINOGRAD_KERNELS(SQUARE, 3),
                 WINOGRAD_KERNELS(ANY_SIZE, 4), WINOGRAD_KERNELS(SQUARE, 5),
                 WINOGRAD_KERNELS(ANY_SIZE, 6)},
    .winograd5 = {WINOGRAD_KERNELS(SQUARE, 25), WINOGRAD_KERNELS(ANY_SIZE, 45)},
    .winograd7 = WINOGRAD_KERNELS(SQUARE, 27),
};

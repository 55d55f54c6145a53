/*
 * cpu.h - which instruction set the hand-written kernels run on.
 *
 * The kernels of tensor/ are compiled once per level from one source; the
 * processor decides at run time.  Levels differ in the width of a vector and
 * in whether a multiply-add rounds once, so bytes are only equal within one
 * level: its name is part of a model file.
 */
#pragma once

#include <stdbool.h>

enum cpu_level {
    CPU_PORTABLE, /* whatever the compiler assumes of every processor */
    CPU_AVX2,     /* 8 floats, fused multiply-add */
    CPU_AVX512,   /* 16 floats, fused multiply-add */
    CPU_LEVELS,
};

/* cpu_has - can this processor, and does this build, run the level? */
bool cpu_has(enum cpu_level level);

/* cpu_best - the fastest level there is. */
enum cpu_level cpu_best(void);

/* cpu_has_bfloat16 - an instruction for products of pairs of bfloat16, beside
 * CPU_AVX512? */
bool cpu_has_bfloat16(void);

/* cpu_name - "portable", "avx2", "avx512". */
const char *cpu_name(enum cpu_level level);

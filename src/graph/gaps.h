/*
 * gaps.h - what is free of a memory without an end.
 *
 * A piece is taken at the lowest place that has room for it; one that is given
 * back becomes one with the free memory beside it.  Either takes time in
 * proportion to the logarithm of the number of gaps: they are a tree in the
 * order of their offsets, balanced by ranks that are drawn (Seidel, Aragon:
 * Randomized Search Trees; Algorithmica 16, 1996), and each knows the widest
 * one that hangs from it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct gap {
    size_t begin, end;
    size_t widest; /* of it and those that hang from it */
    uint64_t rank; /* not below theirs */
    struct gap *left, *right;
};

struct gaps {
    struct gap *root;
    struct gap *unused; /* a list, by `left` */
    uint64_t drawn;     /* ranks so far */
};

/* gaps_begin - all is free from `begin` on.  `room` is for `count` gaps, one
 * more than there will ever be pieces at once, and lives as long. */
void gaps_begin(struct gaps *g, struct gap *room, int64_t count, size_t begin);

/* gaps_take - the offset of a piece of so many bytes. */
size_t gaps_take(struct gaps *g, size_t bytes);

/* gaps_give - it is free again. */
void gaps_give(struct gaps *g, size_t offset, size_t bytes);

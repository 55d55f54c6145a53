/*
 * gaps.c - a tree of gaps.
 */
#include "graph/gaps.h"

static size_t width(const struct gap *gap)
{
    return gap ? gap->end - gap->begin : 0;
}

static size_t widest(const struct gap *gap)
{
    return gap ? gap->widest : 0;
}

/* What hangs from it has changed. */
static struct gap *look_again(struct gap *gap)
{
    gap->widest = width(gap);
    if (widest(gap->left) > gap->widest)
        gap->widest = widest(gap->left);
    if (widest(gap->right) > gap->widest)
        gap->widest = widest(gap->right);
    return gap;
}

/* As deep as the tree, which is balanced.  NOLINTBEGIN(misc-no-recursion) */

/* The gaps that begin below `at`, and the others. */
static void part(struct gap *tree, size_t at, struct gap **below,
                 struct gap **rest)
{
    if (!tree) {
        *below = *rest = NULL;
    } else if (tree->begin < at) {
        part(tree->right, at, &tree->right, rest);
        *below = look_again(tree);
    } else {
        part(tree->left, at, below, &tree->left);
        *rest = look_again(tree);
    }
}

/* All of `low` lie below all of `high`. */
static struct gap *join(struct gap *low, struct gap *high)
{
    if (!low || !high)
        return low ? low : high;
    if (low->rank > high->rank) {
        low->right = join(low->right, high);
        return look_again(low);
    }
    high->left = join(low, high->left);
    return look_again(high);
}
/* NOLINTEND(misc-no-recursion) */

/* A mix of the bits of a count (Steele, Lea, Flood: Fast Splittable
 * Pseudorandom Number Generators; OOPSLA 2014). */
static uint64_t draw_rank(struct gaps *g)
{
    uint64_t z = ++g->drawn * 0x9e3779b97f4a7c15U;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

static struct gap *new_gap(struct gaps *g, size_t begin, size_t end)
{
    struct gap *gap = g->unused;

    g->unused = gap->left;
    *gap = (struct gap){.begin = begin, .end = end, .rank = draw_rank(g)};
    return look_again(gap);
}

static void drop_gap(struct gaps *g, struct gap *gap)
{
    gap->left = g->unused;
    g->unused = gap;
}

void gaps_begin(struct gaps *g, struct gap *room, int64_t count, size_t begin)
{
    *g = (struct gaps){0};
    for (int64_t i = 0; i < count; i++)
        drop_gap(g, &room[i]);
    g->root = new_gap(g, begin, SIZE_MAX);
}

/* The lowest one that is wide enough. */
static struct gap *find(struct gap *tree, size_t bytes)
{
    for (;;) {
        if (tree->left && tree->left->widest >= bytes)
            tree = tree->left;
        else if (width(tree) < bytes && tree->right)
            tree = tree->right;
        else
            return tree;
    }
}

size_t gaps_take(struct gaps *g, size_t bytes)
{
    const size_t offset = find(g->root, bytes)->begin;
    struct gap *gap, *below, *above;

    part(g->root, offset, &below, &above);
    part(above, offset + 1, &gap, &above);
    gap->begin += bytes;
    if (width(gap) > 0)
        below = join(below, look_again(gap));
    else
        drop_gap(g, gap);
    g->root = join(below, above);
    return offset;
}

void gaps_give(struct gaps *g, size_t offset, size_t bytes)
{
    size_t begin = offset, end = offset + bytes;
    struct gap *below, *above, *beside;

    part(g->root, offset, &below, &above);
    for (beside = below; beside && beside->right;)
        beside = beside->right;
    if (beside && beside->end == begin) {
        part(below, beside->begin, &below, &beside);
        begin = beside->begin;
        drop_gap(g, beside);
    }
    part(above, end + 1, &beside, &above);
    if (beside) {
        end = beside->end;
        drop_gap(g, beside);
    }
    g->root = join(join(below, new_gap(g, begin, end)), above);
}

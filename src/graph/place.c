/*
 * place.c - a stack of what is alive at the loss, first fit for the rest.
 *
 * The largest first, or, where so many are alive together that looking at them
 * all takes long, as they come on the way from the loss.
 */
#include "graph/place.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "graph/gaps.h"

/* Lengths of life by powers of two. */
enum { LEVELS = 40 };

/* How often tensors may meet: per tensor, and all in all besides. */
enum { MEETINGS = 32, MORE_MEETINGS = 1 << 18 };

/* A placed tensor in the list of those that begin near it. */
struct link {
    const struct plan_tensor *tensor;
    struct link *next;
};

struct placing {
    struct lane *lane;
    struct plan_tensor **order; /* [count] the rest, as it is placed */
    struct plan_tensor **stack; /* [stacked] */
    int64_t count, stacked;
    size_t *floor;                    /* [moments] the top of the stack */
    size_t top;                       /* the highest of them */
    struct link *links;               /* [count] */
    struct link **begins[LEVELS];     /* of lives shorter than 2 << level: those
                                     that begin in [i << level, .. + 1) */
    const struct plan_tensor **alive; /* [count] that one meets */
    int64_t *begun, *ended;     /* [moments] how many of the rest so far */
    struct plan_tensor **going; /* [count] those that go, as they do */
    struct gap *gaps;           /* [count + 1] */
};

static int by_begin(const void *left, const void *right)
{
    const struct plan_tensor *const *a = left, *const *b = right;

    if ((*a)->begin != (*b)->begin)
        return (*a)->begin < (*b)->begin ? -1 : 1;
    if ((*a)->end != (*b)->end)
        return (*a)->end > (*b)->end ? -1 : 1;
    return *a < *b ? -1 : 1;
}

/* The order of creation decides between equals. */
static int by_size(const void *left, const void *right)
{
    const struct plan_tensor *const *a = left, *const *b = right;

    if ((*a)->bytes != (*b)->bytes)
        return (*a)->bytes > (*b)->bytes ? -1 : 1;
    return *a < *b ? -1 : 1;
}

static int by_end(const void *left, const void *right)
{
    const struct plan_tensor *const *a = left, *const *b = right;

    if ((*a)->end != (*b)->end)
        return (*a)->end < (*b)->end ? -1 : 1;
    return *a < *b ? -1 : 1;
}

static int by_offset(const void *left, const void *right)
{
    const struct plan_tensor *const *a = left, *const *b = right;

    if ((*a)->offset != (*b)->offset)
        return (*a)->offset < (*b)->offset ? -1 : 1;
    return *a < *b ? -1 : 1;
}

static void grow(struct lane *lane, const struct plan_tensor *t)
{
    const size_t top = t->offset + t->bytes;

    lane->bytes = lane->bytes > top ? lane->bytes : top;
}

/* Stacks what is alive at the loss; floor[m] is the top of it at moment m,
 * which rises until the loss and falls after it. */
static void stack_up(struct placing *g)
{
    const int64_t loss = g->lane->loss;
    size_t top = 0;

    qsort(g->stack, (size_t)g->stacked, sizeof(void *), by_begin);
    for (int64_t i = 0; i < g->stacked; i++) {
        struct plan_tensor *t = g->stack[i];
        t->offset = top;
        top += t->bytes;
        grow(g->lane, t);
        g->floor[t->begin] = g->floor[t->end] = top;
    }
    g->top = top;
    for (int64_t m = 1; m <= loss; m++)
        if (g->floor[m] < g->floor[m - 1])
            g->floor[m] = g->floor[m - 1];
    for (int64_t m = g->lane->moments - 2; m >= 0 && m >= loss; m--)
        if (g->floor[m] < g->floor[m + 1])
            g->floor[m] = g->floor[m + 1];
}

static int level_of(const struct plan_tensor *t)
{
    int level = 0;

    while ((t->end - t->begin) >> (level + 1) > 0)
        level++;
    return level;
}

static void remember(struct placing *g, const struct plan_tensor *t)
{
    const int level = level_of(t);
    struct link *link = g->links++, **list;

    list = &g->begins[level][t->begin >> level];
    *link = (struct link){t, *list};
    *list = link;
}

/* The placed tensors that are alive with `t`; returns how many. */
static int64_t find_alive(const struct placing *g, const struct plan_tensor *t)
{
    int64_t count = 0;

    for (int level = 0; level < LEVELS && g->begins[level]; level++) {
        const int64_t longest = (int64_t)2 << level;
        const int64_t first = num_max(0, t->begin - longest) >> level;
        for (int64_t i = first; i <= t->end >> level; i++)
            for (const struct link *l = g->begins[level][i]; l; l = l->next)
                if (l->tensor->begin <= t->end && t->begin <= l->tensor->end)
                    g->alive[count++] = l->tensor;
    }
    return count;
}

/* The lowest offset above the stack at which `t` meets nothing alive. */
static void fit(struct placing *g, struct plan_tensor *t)
{
    const int64_t count = find_alive(g, t);

    qsort(g->alive, (size_t)count, sizeof(void *), by_offset);
    t->offset = g->floor[t->end < g->lane->loss ? t->end : t->begin];
    for (int64_t i = 0; i < count; i++) {
        const struct plan_tensor *other = g->alive[i];
        if (other->offset >= t->offset + t->bytes)
            break;
        if (other->offset + other->bytes > t->offset)
            t->offset = other->offset + other->bytes;
    }
    grow(g->lane, t);
    remember(g, t);
}

/* Do too many meet to look at each pair of them?  The moments of their lives
 * are looked at too. */
static bool is_crowded(const struct placing *g)
{
    int64_t meetings = 0;

    for (int64_t i = 0; i < g->count; i++) {
        g->begun[g->order[i]->begin]++;
        g->ended[g->order[i]->end]++;
    }
    for (int64_t m = 1; m < g->lane->moments; m++) {
        g->begun[m] += g->begun[m - 1];
        g->ended[m] += g->ended[m - 1];
    }
    for (int64_t i = 0; i < g->count; i++) {
        const struct plan_tensor *t = g->order[i];
        meetings += t->end - t->begin + g->begun[t->end] -
                    (t->begin > 0 ? g->ended[t->begin - 1] : 0);
    }
    return meetings > MEETINGS * g->count + MORE_MEETINGS;
}

/* Places `count` tensors in the lowest gaps as they come, above the stack,
 * whose tensors go. */
static void place_coming(struct placing *g, struct plan_tensor **coming,
                         int64_t count)
{
    struct plan_tensor **gone = g->going;
    struct gaps gaps;

    for (int64_t i = 0; i < g->stacked; i++)
        g->going[i] = g->stack[i];
    for (int64_t i = 0; i < count; i++)
        g->going[g->stacked + i] = coming[i];
    qsort(g->going, (size_t)(g->stacked + count), sizeof(void *), by_end);
    qsort(coming, (size_t)count, sizeof(void *), by_begin);
    gaps_begin(&gaps, g->gaps, g->stacked + count + 1, g->top);
    for (int64_t i = 0; i < count; i++) {
        for (; (*gone)->end < coming[i]->begin; gone++)
            gaps_give(&gaps, (*gone)->offset, (*gone)->bytes);
        coming[i]->offset = gaps_take(&gaps, coming[i]->bytes);
        grow(g->lane, coming[i]);
    }
}

static void turn_time(struct lane *lane)
{
    for (int64_t i = 0; i < lane->count; i++) {
        struct plan_tensor *t = &lane->tensors[i];
        const int64_t begin = t->begin;
        t->begin = -t->end;
        t->end = -begin;
    }
}

/* From the loss on, and from the loss back. */
static void place_crowd(struct placing *g)
{
    int64_t before = 0;

    qsort(g->order, (size_t)g->count, sizeof(void *), by_end);
    while (before < g->count && g->order[before]->end < g->lane->loss)
        before++;
    place_coming(g, g->order + before, g->count - before);
    turn_time(g->lane);
    place_coming(g, g->order, before);
    turn_time(g->lane);
}

/* `count` objects out of the block that `at` points into; without a block only
 * their size is added up. */
static void *carve(char *block, size_t *at, size_t count, size_t size)
{
    void *piece = block ? block + *at : NULL;

    *at += count * size;
    return piece;
}

/* Lays the tables out in a block; returns its size. */
static size_t lay_out(struct placing *g, char *block)
{
    const size_t count = (size_t)g->lane->count;
    const int64_t moments = g->lane->moments;
    size_t at = 0;

    g->order = carve(block, &at, count, sizeof(void *));
    g->stack = carve(block, &at, count, sizeof(void *));
    g->alive = carve(block, &at, count, sizeof(void *));
    g->going = carve(block, &at, count, sizeof(void *));
    g->links = carve(block, &at, count, sizeof *g->links);
    g->gaps = carve(block, &at, count + 1, sizeof *g->gaps);
    g->begun = carve(block, &at, (size_t)moments, sizeof *g->begun);
    g->ended = carve(block, &at, (size_t)moments, sizeof *g->ended);
    g->floor = carve(block, &at, (size_t)moments, sizeof *g->floor);
    for (int i = 0; i < LEVELS && (i == 0 || moments >> i > 0); i++)
        g->begins[i] =
            carve(block, &at, (size_t)(moments >> i) + 1, sizeof(void *));
    return at;
}

static void place_all(struct placing *g)
{
    struct lane *lane = g->lane;

    for (int64_t i = 0; i < lane->count; i++) {
        struct plan_tensor *t = &lane->tensors[i];
        if (t->of_batch)
            continue;
        if (t->begin <= lane->loss && lane->loss <= t->end)
            g->stack[g->stacked++] = t;
        else
            g->order[g->count++] = t;
    }
    stack_up(g);
    if (is_crowded(g)) {
        place_crowd(g);
        return;
    }
    qsort(g->order, (size_t)g->count, sizeof(void *), by_size);
    for (int64_t i = 0; i < g->count; i++)
        fit(g, g->order[i]);
}

enum status place_tensors(struct lane *lane, struct err *e)
{
    struct placing g = {.lane = lane};
    char *block = mem_take(1, lay_out(&g, NULL)); /* zeroed */

    if (!block)
        return err_memory(e, "planning memory");
    lay_out(&g, block);
    lane->bytes = 0;
    place_all(&g);
    mem_free(block);
    return OK;
}

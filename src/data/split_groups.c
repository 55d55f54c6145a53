/*
 * split_groups.c - parts of a set by what stands in a passed cell of a sample.
 */
#include "data/split_groups.h"

#include <stdio.h>
#include <string.h>

#include "base/dict.h"
#include "base/num.h"
#include "base/rng.h"
#include "codec/digest.h"

static const char *cell_of(const struct subset *p, const struct split_config *c,
                           int64_t i)
{
    return dataset_cell(p->set, p->ids[i], c->cell);
}

/* Uniform in [0, 1]: rounding may reach 1. */
static double hashed(uint64_t seed, const char *cell)
{
    unsigned char digest[SHA256_BYTES];
    char prefix[24];
    struct sha256 sha;
    uint64_t first = 0;

    snprintf(prefix, sizeof prefix, "%llu:", (unsigned long long)seed);
    sha256_begin(&sha);
    sha256_add(&sha, prefix, strlen(prefix));
    sha256_add(&sha, cell, strlen(cell));
    sha256_end_bytes(&sha, digest);
    for (int i = 0; i < 8; i++)
        first = first << 8 | digest[i];
    return (double)first / 0x1p64;
}

static void split_hashes(const struct subset *from,
                         const struct split_config *c, int64_t *part)
{
    const double t = c->test ? 0 : c->test_size;

    for (int64_t i = 0; i < from->count; i++) {
        const double u = hashed(c->seed, cell_of(from, c, i));
        const double v = (u - t) / (1 - t);
        part[i] = c->folds > 0 ? 1 + num_min((int64_t)(v * (double)c->folds),
                                             c->folds - 1)
                               : v < c->eval_size;
    }
}

/* Groups in the order of their first sample. */
struct groups {
    int64_t count, samples;
    int64_t *size; /* [count] samples of each */
    int64_t *part; /* [count] as split_cells has it */
};

/* of[i]: the group of sample i. */
static bool number_groups(const struct subset *from,
                          const struct split_config *c, struct groups *g,
                          int64_t *of)
{
    struct dict numbers = {0};
    size_t room = 0;
    bool good = true;

    *g = (struct groups){.samples = from->count};
    for (int64_t i = 0; i < from->count && good; i++) {
        const char *cell = cell_of(from, c, i);
        struct dict_entry *entry = dict_add(&numbers, cell, strlen(cell));
        good = entry &&
               mem_grow(&g->size, &room, (size_t)g->count + 1, sizeof *g->size);
        if (!good)
            break;
        if (entry->value < 0) {
            entry->value = g->count;
            g->size[g->count++] = 0;
        }
        of[i] = entry->value;
        g->size[of[i]]++;
    }
    dict_free(&numbers);
    return good;
}

/* Whole groups until they hold the share; one stays. */
static void hold_out(struct groups *g, const int64_t *order, double e)
{
    const int64_t need = split_share(g->samples, e);
    int64_t held = 0;

    for (int64_t i = 0; i < g->count; i++) {
        const bool taken = held < need && i + 1 < g->count;
        g->part[order[i]] = taken;
        held += taken ? g->size[order[i]] : 0;
    }
}

static void deal(struct groups *g, const int64_t *order, int64_t folds)
{
    int64_t fold = 1, dealt = 0;

    for (int64_t i = 0; i < g->count; i++) {
        const int64_t left = g->count - i - 1;
        g->part[order[i]] = fold;
        dealt += g->size[order[i]];
        if (fold < folds && (dealt >= num_ceil_div(fold * g->samples, folds) ||
                             left <= folds - fold))
            fold++;
    }
}

static enum status split_groups(const struct subset *from,
                                const struct split_config *c, int64_t *part,
                                struct err *e)
{
    struct groups g;
    enum status s = OK;

    if (!number_groups(from, c, &g, part))
        s = err_memory(e, "splitting the samples");
    int64_t *order = mem_take((size_t)g.count, sizeof *order);
    g.part = mem_take((size_t)g.count, sizeof *g.part);
    if (s == OK && (!order || !g.part))
        s = err_memory(e, "splitting the samples");
    for (int64_t i = 0; s == OK && i < g.count; i++)
        order[i] = i;
    if (s == OK && c->shuffle)
        rng_permutation(rng_key(c->seed, c->test ? "test" : "split"), g.count,
                        order);
    if (s == OK && c->folds > 0)
        deal(&g, order, c->folds);
    else if (s == OK)
        hold_out(&g, order, c->eval_size);
    for (int64_t i = 0; s == OK && i < from->count; i++)
        part[i] = g.part[part[i]];
    mem_free(order);
    mem_free(g.size);
    mem_free(g.part);
    return s;
}

enum status split_cells(const struct subset *from, const struct split_config *c,
                        int64_t *part, struct err *e)
{
    if (c->way == SPLIT_GROUPS)
        return split_groups(from, c, part, e);
    split_hashes(from, c, part);
    return OK;
}

enum status split_empty_fold(const struct subset *from,
                             const struct split_config *c, int64_t *fold,
                             struct err *e)
{
    int64_t *part = mem_take((size_t)from->count, sizeof *part);
    int64_t *counts = mem_take((size_t)c->folds + 1, sizeof *counts);
    enum status s = part && counts ? split_cells(from, c, part, e)
                                   : err_memory(e, "splitting the samples");

    *fold = 0;
    for (int64_t i = 0; s == OK && i < from->count; i++)
        counts[part[i]]++;
    for (int64_t k = c->folds; s == OK && k > 0; k--)
        if (counts[k] == 0)
            *fold = k;
    mem_free(part);
    mem_free(counts);
    return s;
}

/*
 * curve.c - outputs sorted, and counted from the top.
 */
#include "metric/curve.h"

#include <math.h>
#include <stdlib.h>

/* A sample's output for the class. */
struct ranked {
    real y;
    bool is_own;
};

/* Falling. */
static int by_output(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    return (x->y < y->y) - (x->y > y->y);
}

static int64_t count_distinct(const struct ranked *of, int64_t rows)
{
    int64_t count = 0;

    for (int64_t i = 0; i < rows; i++)
        count += i == 0 || of[i].y < of[i - 1].y;
    return count;
}

/* A threshold's samples join those before them. */
static void fill(struct curve *c, const struct ranked *of, int64_t rows)
{
    struct curve_point *p = c->points;

    *p = (struct curve_point){.threshold = (double)INFINITY};
    for (int64_t i = 0; i < rows; i++) {
        if (i == 0 || of[i].y < of[i - 1].y) {
            p[1] = p[0];
            p++;
        }
        p->threshold = (double)of[i].y;
        p->right += of[i].is_own;
        p->wrong += !of[i].is_own;
    }
    c->own = p->right;
    c->others = p->wrong;
}

struct curve curve_of(const struct metric_rows *all, int64_t k, struct arena *a)
{
    struct arena room = {0};
    struct ranked *of = arena_take(&room, (size_t)all->rows, sizeof *of);
    struct curve c = {0};

    for (int64_t i = 0; of && i < all->rows; i++)
        of[i] = (struct ranked){all->y[i * all->width + k],
                                metric_is_of(all, i, k)};
    if (of)
        qsort(of, (size_t)all->rows, sizeof *of, by_output);
    c.count = of ? count_distinct(of, all->rows) + 1 : 0;
    c.points = arena_take(a, (size_t)c.count, sizeof *c.points);
    if (of && c.points)
        fill(&c, of, all->rows);
    else
        a->failed = true;
    arena_free(&room);
    return c;
}

static double ratio(int64_t of, int64_t all)
{
    return all > 0 ? (double)of / (double)all : (double)NAN;
}

double curve_recall(const struct curve *c, int64_t at)
{
    return ratio(c->points[at].right, c->own);
}

double curve_precision(const struct curve *c, int64_t at)
{
    const struct curve_point *p = &c->points[at];

    return ratio(p->right, p->right + p->wrong);
}

double curve_false_rate(const struct curve *c, int64_t at)
{
    return ratio(c->points[at].wrong, c->others);
}

double curve_average_precision(const struct curve *c)
{
    double sum = 0;

    for (int64_t i = 1; i < c->count; i++)
        sum += (double)(c->points[i].right - c->points[i - 1].right) *
               curve_precision(c, i);
    return c->own > 0 ? sum / (double)c->own : (double)NAN;
}

/*
 * merge_pass.c - element-wise functions of several inputs, and their gradients.
 *
 * Everything runs along the runs of a walk: an operand there is contiguous, or
 * one value that is repeated, or (next to an axis that was cropped to one cell)
 * some cells apart.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "layer/facts.h"

enum { CHUNK = 1024, PARTS = 8 }; /* elements that stay in the cache; sums */

/* An operand of a run. */
struct side {
    const real *at;
    int64_t step;
    real coeff; /* of a sum */
};

/* NaN of either side travels. */
INLINE real apply(enum merge_function f, real a, real b)
{
    switch (f) {
    case MERGE_MUL:
        return a * b;
    case MERGE_MAXIMUM:
        return b > a || b != b ? b : a;
    case MERGE_MINIMUM:
        return b < a || b != b ? b : a;
    case MERGE_SUM:
        break;
    }
    return a + b;
}

/* y[i] = f(a[i], b[i]), where y may be a or b. */
INLINE void combine_by(enum merge_function f, int64_t count, struct side a,
                       struct side b, real *y)
{
    if (a.step == 1 && b.step == 1) {
        NO_CARRY
        for (int64_t i = 0; i < count; i++)
            y[i] = apply(f, a.coeff * a.at[i], b.coeff * b.at[i]);
    } else if (a.step == 1 && b.step == 0) {
        const real second = b.coeff * b.at[0];
        NO_CARRY
        for (int64_t i = 0; i < count; i++)
            y[i] = apply(f, a.coeff * a.at[i], second);
    } else {
        NO_CARRY
        for (int64_t i = 0; i < count; i++)
            y[i] = apply(f, a.coeff * a.at[i * a.step],
                         b.coeff * b.at[i * b.step]);
    }
}

HOT_CLONES
static void combine(enum merge_function f, int64_t count, struct side a,
                    struct side b, real *y)
{
    switch (f) {
    case MERGE_MUL:
        combine_by(MERGE_MUL, count, a, b, y);
        break;
    case MERGE_MAXIMUM:
        combine_by(MERGE_MAXIMUM, count, a, b, y);
        break;
    case MERGE_MINIMUM:
        combine_by(MERGE_MINIMUM, count, a, b, y);
        break;
    case MERGE_SUM:
        combine_by(MERGE_SUM, count, a, b, y);
    }
}

static real coeff_of(const struct merge_task *t, int64_t k)
{
    return (real)t->coeffs[num_min(k, t->coeff_count - 1)];
}

/* Operand 0 is the output's side, 1 + k input k. */
struct walk merge_walk(const struct layer *l, const struct merge_task *t,
                       int64_t batch)
{
    struct walk w = walk_over(batch, l->spec.out);

    walk_add(&w, l->spec.out);
    for (int64_t k = 0; k < l->inputs; k++)
        merge_add(&t->inputs, &w, k);
    walk_join(&w);
    return w;
}

/* Blocked tensors are alike: one run over all lanes. */
static struct walk walk_of(const struct layer *l, const struct merge_task *t,
                           int64_t batch)
{
    const struct layout y = layer_writes(l);
    const struct shape sample = SHAPE(layout_reals(&y));

    if (!l->spec.y_blocked)
        return merge_walk(l, t, batch);
    struct walk w = walk_over(batch, sample);
    for (int64_t k = 0; k <= l->inputs; k++)
        walk_add(&w, sample);
    walk_join(&w);
    return w;
}

/* A run of the output, or a part of it. */
struct part {
    const struct layer *l;
    const struct merge_task *t;
    const struct walk *w;
    const struct pass *p;
    const struct walk_run *run;
    int64_t first, count; /* elements of the run */
};

static struct side input_side(const struct part *s, int64_t k)
{
    const int64_t step = walk_step(s->w, k + 1);

    return (struct side){s->p->x[k] + s->run->at[k + 1] + s->first * step, step,
                         coeff_of(s->t, k)};
}

static void fold(const struct part *s)
{
    real *y = s->p->y + s->run->at[0] + s->first;

    combine(s->t->function, s->count, input_side(s, 0), input_side(s, 1), y);
    for (int64_t k = 2; k < s->l->inputs; k++)
        combine(s->t->function, s->count, (struct side){y, 1, 1},
                input_side(s, k), y);
}

void merge_forward(const struct layer *l, const struct merge_task *t,
                   const struct pass *p)
{
    const struct walk w = walk_of(l, t, p->batch);
    struct walk_run r = walk_begin(&w);
    const int64_t chunk = l->inputs > 2 ? CHUNK : r.count;

    for (; r.live; walk_next(&w, &r))
        for (int64_t i = 0; i < r.count; i += chunk)
            fold(&(struct part){l, t, &w, p, &r, i,
                                num_min(chunk, r.count - i)});
}

/* d[i] = coeff * dy[i], where d may be dy. */
HOT_CLONES
static void scale(int64_t count, real coeff, const real *dy, real *d)
{
    NO_CARRY
    for (int64_t i = 0; i < count; i++)
        d[i] = coeff * dy[i];
}

/* d[i] = 0 where `other` has the value and not `own`; equal values are those of
 * the earlier input. */
INLINE void drop(bool least, bool is_earlier, int64_t count, struct side own,
                 struct side other, real *d)
{
    for (int64_t i = 0; i < count; i++) {
        const real a = own.at[i * own.step], b = other.at[i * other.step];
        const bool beats = least ? b < a : b > a;
        d[i] = beats || (is_earlier && b == a) ? 0 : d[i];
    }
}

HOT_CLONES
static void drop_losers(enum merge_function f, bool is_earlier, int64_t count,
                        struct side own, struct side other, real *d)
{
    if (own.step == 1 && other.step == 1)
        drop(f == MERGE_MINIMUM, is_earlier, count, (struct side){own.at, 1, 1},
             (struct side){other.at, 1, 1}, d);
    else
        drop(f == MERGE_MINIMUM, is_earlier, count, own, other, d);
}

/* d [count] becomes the gradient towards input k as the output sees it. */
static void spread(const struct part *s, int64_t k, real *d)
{
    const enum merge_function f = s->t->function;
    const struct side own = input_side(s, k);

    scale(s->count, own.coeff, s->p->dy + s->run->at[0] + s->first, d);
    for (int64_t j = 0; f != MERGE_SUM && j < s->l->inputs; j++) {
        if (j == k)
            continue;
        if (f == MERGE_MUL)
            combine(f, s->count, (struct side){d, 1, 1}, input_side(s, j), d);
        else
            drop_losers(f, j < k, s->count, own, input_side(s, j), d);
    }
}

HOT_CLONES
static double sum_of(int64_t count, const real *d)
{
    double part[PARTS] = {0};
    int64_t i = 0;

    for (; i + PARTS <= count; i += PARTS)
        for (int64_t j = 0; j < PARTS; j++)
            part[j] += (double)d[i + j];
    for (int64_t j = 0; i < count; i++, j++)
        part[j] += (double)d[i];
    return ((part[0] + part[1]) + (part[2] + part[3])) +
           ((part[4] + part[5]) + (part[6] + part[7]));
}

/* One run towards an input that was cropped or repeated: dx was 0. */
static void add_run(struct part *s, int64_t k, real *dx)
{
    const int64_t step = walk_step(s->w, k + 1);
    real d[CHUNK];
    double sum = 0;

    dx += s->run->at[k + 1];
    for (s->first = 0; s->first < s->run->count; s->first += CHUNK) {
        s->count = num_min(CHUNK, s->run->count - s->first);
        spread(s, k, d);
        if (step == 0)
            sum += sum_of(s->count, d);
        for (int64_t i = 0; step != 0 && i < s->count; i++)
            dx[(s->first + i) * step] += d[i];
    }
    if (step == 0)
        dx[0] += (real)sum;
}

static void backward_input(const struct layer *l, const struct merge_task *t,
                           const struct pass *p, int64_t k)
{
    const bool is_whole = shape_equal(l->in[k], l->spec.out);
    const struct walk w = walk_of(l, t, p->batch);
    struct walk_run r = walk_begin(&w);
    struct part s = {.l = l, .t = t, .w = &w, .p = p, .run = &r};

    if (!is_whole)
        memset(p->dx[k], 0,
               (size_t)(p->batch * shape_count(l->in[k])) * sizeof(real));
    for (; r.live; walk_next(&w, &r)) {
        if (!is_whole) {
            add_run(&s, k, p->dx[k]);
            continue;
        }
        for (s.first = 0; s.first < r.count; s.first += CHUNK) {
            s.count = num_min(CHUNK, r.count - s.first);
            spread(&s, k, p->dx[k] + r.at[0] + s.first);
        }
    }
}

/* The one that may lie on dy comes last. */
void merge_backward(const struct layer *l, const struct merge_task *t,
                    const struct pass *p)
{
    for (int64_t k = 0; k < l->inputs; k++)
        if (p->dx[k] && p->dx[k] != p->dy)
            backward_input(l, t, p, k);
    for (int64_t k = 0; k < l->inputs; k++)
        if (p->dx[k] && p->dx[k] == p->dy)
            backward_input(l, t, p, k);
}

/*
 * strided.c - several tensors walked side by side.
 */
#include "tensor/strided.h"

#include <assert.h>
#include <string.h>

struct walk walk_over(int64_t batch, struct shape sample)
{
    struct walk w = {.axes = sample.axes + 1, .dim = {batch}};

    for (int64_t a = 0; a < sample.axes; a++)
        w.dim[a + 1] = sample.dim[a];
    return w;
}

struct strided *walk_add(struct walk *w, struct shape sample)
{
    int64_t step = 1;

    assert(w->operands < STRIDED_OPERANDS);
    struct strided *s = &w->operand[w->operands++];
    *s = (struct strided){0};
    for (int64_t a = sample.axes; a > 0; a--) {
        s->step[a] = step;
        step *= sample.dim[a - 1];
    }
    s->step[0] = step;
    return s;
}

/* Is axis `a` of every operand the continuation of axis `to`? */
static bool continues(const struct walk *w, int64_t to, int64_t a)
{
    for (int64_t k = 0; k < w->operands; k++) {
        const int64_t *step = w->operand[k].step;
        if (step[to] != step[a] * w->dim[a])
            return false;
    }
    return true;
}

static void move_axis(struct walk *w, int64_t from, int64_t to)
{
    w->dim[to] = w->dim[from];
    for (int64_t k = 0; k < w->operands; k++)
        w->operand[k].step[to] = w->operand[k].step[from];
}

void walk_join(struct walk *w)
{
    int64_t kept = 0;

    for (int64_t a = 0; a < w->axes; a++) {
        if (w->dim[a] == 1)
            continue;
        if (kept > 0 && continues(w, kept - 1, a)) {
            const int64_t outer = w->dim[kept - 1];
            move_axis(w, a, kept - 1);
            w->dim[kept - 1] *= outer;
        } else {
            move_axis(w, a, kept++);
        }
    }
    if (kept == 0) { /* a single element, a run of one */
        w->dim[kept++] = 1;
        for (int64_t k = 0; k < w->operands; k++)
            w->operand[k].step[0] = 1;
    }
    w->axes = kept;
}

struct walk_run walk_begin(const struct walk *w)
{
    struct walk_run r = {.count = w->dim[w->axes - 1], .live = true};

    for (int64_t k = 0; k < w->operands; k++)
        r.at[k] = w->operand[k].origin;
    return r;
}

static void shift(const struct walk *w, struct walk_run *r, int64_t axis,
                  int64_t count)
{
    for (int64_t k = 0; k < w->operands; k++)
        r->at[k] += count * w->operand[k].step[axis];
}

void walk_next(const struct walk *w, struct walk_run *r)
{
    for (int64_t a = w->axes - 2; a >= 0; a--) {
        shift(w, r, a, 1);
        if (++r->index[a] < w->dim[a])
            return;
        shift(w, r, a, -w->dim[a]);
        r->index[a] = 0;
    }
    r->live = false;
}

void walk_copy(const struct walk *w, int64_t to_k, real *to, int64_t from_k,
               const real *from)
{
    const int64_t there = walk_step(w, to_k), here = walk_step(w, from_k);

    for (struct walk_run r = walk_begin(w); r.live; walk_next(w, &r)) {
        real *target = to + r.at[to_k];
        const real *source = from + r.at[from_k];
        if (there == 1 && here == 1)
            memcpy(target, source, (size_t)r.count * sizeof *target);
        else
            for (int64_t i = 0; i < r.count; i++)
                target[i * there] = source[i * here];
    }
}

void walk_sum(const struct walk *w, int64_t to_k, real *to, int64_t from_k,
              const real *from)
{
    const int64_t there = walk_step(w, to_k), here = walk_step(w, from_k);

    for (struct walk_run r = walk_begin(w); r.live; walk_next(w, &r)) {
        real *target = to + r.at[to_k];
        const real *source = from + r.at[from_k];
        for (int64_t i = 0; i < r.count; i++)
            target[i * there] += source[i * here];
    }
}

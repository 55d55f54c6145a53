/*
 * gradients.c - rooms in a ring, and whoever comes first adds them up.
 */
#include "train/gradients.h"

#include <string.h>

#include "base/num.h"
#include "base/system.h"
#include "tensor/finite.h"

/* A slice that overtakes others waits for them when there is no room left: as
 * many as lie in so many reals are not spared. */
enum { SMALL_ROOMS = 8 << 20 };

int64_t gradients_rooms(const struct graph *g, int64_t slices, int64_t threads,
                        bool alone)
{
    const int64_t small = SMALL_ROOMS / num_max(1, g->grad_size);

    return alone ? num_min(slices, num_max(threads + 1, small)) : slices;
}

static bool joins(const struct gradients *s)
{
    return s->rooms < s->slices;
}

static size_t bytes_of(int64_t reals)
{
    return (size_t)reals * sizeof(real);
}

/* Slice 0 has the first room to itself, the others go round in the rest. */
static real *room_of(const struct gradients *s, int64_t slice)
{
    const int64_t room =
        slice == 0 || !joins(s) ? slice : 1 + (slice - 1) % (s->rooms - 1);

    return s->at + room * s->plan->graph->grad_size;
}

/* In which backward adds to the parameter's gradient. */
static int64_t segment_of(const struct gradients *s, const struct param *of)
{
    return plan_segment(s->plan, 2 * s->plan->graph->count - of->node);
}

/* Parameters lie in the order of their nodes, and a segment goes back over
 * neighbouring ones. */
static void find_ranges(struct gradients *s)
{
    const struct graph *g = s->plan->graph;

    for (int64_t i = g->param_count - 1; i >= 0; i--) {
        const struct param *of = &g->params[i];
        struct range *r = &s->ranges[segment_of(s, of)];
        if (of->grad_offset == GRADIENT_NONE)
            continue;
        r->begin = of->grad_offset;
        r->end = num_max(r->end, of->grad_offset + of->count);
    }
}

void gradients_open(struct gradients *s, struct arena *a, const struct plan *p,
                    int64_t slices, int64_t rooms)
{
    *s = (struct gradients){
        .plan = p,
        .slices = slices,
        .rooms = rooms,
        .at = mem_take((size_t)rooms, bytes_of(p->graph->grad_size)),
        .ranges = arena_take(a, (size_t)p->cut_count + 1, sizeof *s->ranges),
        .bad = arena_take(a, (size_t)slices, sizeof *s->bad),
        .ready = arena_take(a, (size_t)slices, sizeof *s->ready),
    };
    if (!a->failed)
        find_ranges(s);
}

void gradients_close(struct gradients *s)
{
    mem_free(s->at);
}

void gradients_segment(struct gradients *s, int64_t segment)
{
    atomic_store(&s->joined, 0);
    for (int64_t i = 0; segment == s->plan->loss_segment && i < s->slices; i++)
        s->bad[i] = -1;
}

/* In a room of its own a slice meets zeros once: what settle adds between the
 * segments stays. */
real *gradients_begin(struct gradients *s, int64_t slice, int64_t segment)
{
    const struct range r = s->ranges[segment];
    const bool is_shared = slice > 0 && joins(s);
    real *room = room_of(s, slice);
    int64_t looks = 0;

    while (is_shared && slice >= s->rooms &&
           atomic_load(&s->joined) <= slice - (s->rooms - 1))
        system_rest(&looks);
    if (is_shared)
        memset(room + r.begin, 0, bytes_of(r.end - r.begin));
    else if (segment == s->plan->loss_segment)
        memset(room, 0, bytes_of(s->plan->graph->grad_size));
    return room;
}

/* The parameter among those of the segment; what sums over the batch give is no
 * slice's. */
static int64_t find_bad(const struct gradients *s, const real *room,
                        int64_t segment)
{
    const struct graph *g = s->plan->graph;
    const struct range r = s->ranges[segment];

    if (all_finite(room + r.begin, r.end - r.begin))
        return -1;
    for (int64_t i = g->param_count - 1; i >= 0; i--) {
        const struct param *of = &g->params[i];
        if (of->grad_offset != GRADIENT_NONE && segment_of(s, of) == segment &&
            s->plan->nodes[of->node].cut[BACKWARD] == PLAN_NONE &&
            !all_finite(room + of->grad_offset, of->count))
            return i;
    }
    return -1;
}

static void join(struct gradients *s, int64_t slice, int64_t segment)
{
    const struct range r = s->ranges[segment];
    const real *restrict term = room_of(s, slice);
    real *restrict sum = s->at;

    for (int64_t i = r.begin; slice > 0 && i < r.end; i++)
        sum[i] += term[i];
}

/* Joins what is ready, unless another thread does; that one looks again after
 * it has said that it no longer does, so nothing is left behind. */
static void join_ready(struct gradients *s, int64_t segment)
{
    for (;;) {
        int64_t next = atomic_load(&s->joined);
        if (next == s->slices || !atomic_load(&s->ready[next]) ||
            atomic_exchange(&s->joining, true))
            return;
        next = atomic_load(&s->joined);
        while (next < s->slices && atomic_exchange(&s->ready[next], false)) {
            join(s, next, segment);
            atomic_store(&s->joined, ++next);
        }
        atomic_store(&s->joining, false);
    }
}

void gradients_end(struct gradients *s, int64_t slice, int64_t segment)
{
    const int64_t bad = find_bad(s, room_of(s, slice), segment);

    s->bad[slice] = num_max(s->bad[slice], bad);
    if (!joins(s))
        return;
    atomic_store(&s->ready[slice], true);
    join_ready(s, segment);
}

int64_t gradients_count(const struct gradients *s, int64_t slices)
{
    return joins(s) ? num_min(slices, 1) : slices;
}

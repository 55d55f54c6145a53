/*
 * list.c - a list of transformations becomes stages, and a sample goes
 * through them.
 */
#include <string.h>

#include "augment/augment.h"
#include "augment/resample.h"
#include "base/compiler.h"
#include "base/num.h"

/* Entries that are done in one go: neighbours that join, or a single one. */
struct stage {
    int64_t first, count;
    struct fill fill; /* of a move */
};

struct augment {
    struct picture empty; /* of the shape, without values and scratch */
    const struct variant *entries;
    struct rng_key *keys; /* [entries] */
    int64_t stage_count;
    struct stage *stages;
    int64_t mix;                /* the entry that mixes; -1: none */
    size_t border, rows, field; /* bytes of scratch, each a multiple of 64 */
};

/* What every config begins with. */
struct common {
    double p;
    struct real_or_word fill; /* where the ops fill */
};

/* "augment/shift/1" is the second shift of the list: the numbers of an entry
 * do not change when another kind of entry comes or goes. */
static void name_keys(struct augment *a, const struct augment_config *c,
                      struct arena *arena)
{
    for (int64_t i = 0; i < c->entries.count; i++) {
        const struct kind *kind = a->entries[i].kind;
        int64_t before = 0;
        for (int64_t k = 0; k < i; k++)
            before += a->entries[k].kind == kind;
        a->keys[i] =
            rng_key(c->seed, arena_printf(arena, "augment/%s/%lld", kind->name,
                                          (long long)before));
    }
}

static bool same_fill(struct fill a, struct fill b)
{
    return a.kind == b.kind && a.value >= b.value && a.value <= b.value;
}

/* Flips have no fill: they join whatever stands beside them.  What mixes is the
 * last entry, and no stage. */
static void cut_stages(struct augment *a, int64_t count)
{
    bool open = false, filled = false;

    for (int64_t i = 0; i < count; i++) {
        const struct augment_ops *ops = augment_of(a->entries[i]);
        const struct common *common = a->entries[i].config;
        if (ops->mix) {
            a->mix = i;
            break;
        }
        struct stage *last = a->stages + a->stage_count - open;
        struct fill fill = {FILL_EDGE, 0};
        if (ops->fills)
            fill = fill_of(common->fill, &a->empty);
        if (open && ops->joins &&
            (!filled || !ops->fills || same_fill(last->fill, fill))) {
            last->count++;
        } else {
            last = &a->stages[a->stage_count++];
            *last = (struct stage){.first = i, .count = 1, .fill = fill};
            filled = false;
        }
        if (ops->fills)
            last->fill = fill;
        filled = filled || ops->fills;
        open = ops->joins;
    }
}

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* What any of the entries needs. */
static void measure(struct augment *a, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const struct augment_ops *ops = augment_of(a->entries[i]);
        const int64_t field =
            ops->field ? ops->field(a->entries[i].config, &a->empty) : 0;
        const size_t bytes = aligned((size_t)field * sizeof(real));
        a->field = bytes > a->field ? bytes : a->field;
        if (ops->move || ops->field) {
            a->border = aligned(resample_border(&a->empty));
            a->rows = aligned(resample_rows(&a->empty));
        }
    }
}

/* Where pixels lie, seen from the centre. */
static bool take_grid(struct augment *a, struct arena *arena)
{
    struct picture *p = &a->empty;
    const int64_t plane = p->height * p->width;
    real *y_of = arena_take(arena, (size_t)plane, sizeof *y_of);
    real *x_of = arena_take(arena, (size_t)plane, sizeof *x_of);

    if (!y_of || !x_of)
        return false;
    for (int64_t i = 0; i < plane; i++) {
        y_of[i] = (real)(i / p->width) - (real)(p->height - 1) / 2;
        x_of[i] = (real)(i % p->width) - (real)(p->width - 1) / 2;
    }
    p->y_of = y_of;
    p->x_of = x_of;
    return true;
}

struct augment *augment_new(const struct augment_config *c, struct shape in,
                            struct arena *arena)
{
    const size_t count = (size_t)c->entries.count;
    const bool image = in.axes == 3;
    struct augment *a = arena_take(arena, 1, sizeof *a);

    if (!a)
        return NULL;
    *a = (struct augment){
        .entries = c->entries.at,
        .mix = -1,
        .keys = arena_take(arena, count, sizeof *a->keys),
        .stages = arena_take(arena, count, sizeof *a->stages),
        .empty =
            {
                .channels = image ? in.dim[0] : 1,
                .height = image ? in.dim[1] : 1,
                .width = image ? in.dim[2] : shape_count(in),
                .count = shape_count(in),
                .range = c->range,
                .clips = c->clips,
            },
    };
    if (!a->keys || !a->stages)
        return NULL;
    name_keys(a, c, arena);
    cut_stages(a, c->entries.count);
    measure(a, c->entries.count);
    return a->border > 0 && !take_grid(a, arena) ? NULL : a;
}

size_t augment_work(const struct augment *a)
{
    return a->border + a->rows + a->field;
}

/* The numbers of an entry for a sample; false: it is not applied to it. */
static bool begin(const struct augment *a, int64_t entry,
                  const struct augment_sample *of, struct draw *d)
{
    const struct common *common = a->entries[entry].config;
    const uint64_t id = (uint64_t)of->id;

    *d = (struct draw){
        .key = a->keys[entry],
        .next = {{0, (uint32_t)id, (uint32_t)(id >> 32), (uint32_t)of->epoch}},
        .used = 4,
    };
    return draw_unit(d) < common->p;
}

static void run_stage(const struct augment *a, const struct stage *s,
                      const struct augment_sample *of, struct picture *p)
{
    struct motion m = motion_none;
    struct draw d;

    for (int64_t i = s->first; i < s->first + s->count; i++) {
        const struct augment_ops *ops = augment_of(a->entries[i]);
        const void *config = a->entries[i].config;
        if (!begin(a, i, of, &d))
            continue;
        if (ops->move)
            ops->move(config, &d, p, &m);
        else
            ops->paint(config, &d, p);
    }
    resample_motion(p, &m, s->fill);
}

void augment_apply(const struct augment *a, const struct augment_sample *of,
                   void *work, real *x)
{
    struct picture p = a->empty;

    p.bytes = of->bytes;
    p.x = x;
    p.border = work;
    p.rows = (unsigned char *)work + a->border;
    p.field = (real *)(void *)(p.rows + a->rows);
    for (int64_t i = 0; of->floats && i < p.count; i++)
        x[i] = (real)of->floats[i];
    for (int64_t i = 0; i < a->stage_count; i++)
        run_stage(a, &a->stages[i], of, &p);
    picture_reals(&p);
}

bool augment_mixes(const struct augment *a)
{
    return a->mix >= 0;
}

struct augment_mix augment_draw_mix(const struct augment *a,
                                    const struct augment_sample *of,
                                    int64_t count)
{
    struct augment_mix m = {.partner = -1};
    struct draw d;

    if (a->mix < 0 || !begin(a, a->mix, of, &d))
        return m;
    m.partner = (int64_t)(draw_unit(&d) * (double)count);
    augment_of(a->entries[a->mix])
        ->mix(a->entries[a->mix].config, &d, &a->empty, &m);
    return m;
}

HOT_CLONES
static void join_all(real share, const real *other, int64_t n, real *x)
{
    NO_CARRY
    for (int64_t i = 0; i < n; i++)
        x[i] += share * (other[i] - x[i]);
}

void augment_join(const struct augment *a, const struct augment_mix *m,
                  const real *other, real *x)
{
    const struct picture *p = &a->empty;

    if (m->height == 0) {
        join_all((real)m->share, other, p->count, x);
        return;
    }
    for (int64_t c = 0; c < p->channels; c++)
        for (int64_t y = m->top; y < m->top + m->height; y++) {
            const int64_t at = (c * p->height + y) * p->width + m->left;
            memcpy(x + at, other + at, (size_t)m->width * sizeof *x);
        }
}

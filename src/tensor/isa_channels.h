/*
 * isa_channels.h - sums and affine maps with constants of channels; see
 * kernels.h.
 *
 * Both layouts are strips, rows of some reals that share their vectors of
 * constants: with runs, those of one channel, all lanes alike; without, LANES
 * neighbouring channels.  Blocked planes are strips of lanes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

enum channel_task { MOMENTS, APPLY, GRADIENT_MOMENTS, GRADIENT };

struct constants {
    vec center, scale, shift, dy_scale, x_scale, offset;
};

struct sums {
    wide first[WIDE], second[WIDE];
};

/* Rows of `count` reals, the first `at` reals into x, dy and to. */
struct strip {
    int64_t rows, stride, count, at;
};

ISA_INLINE vec load_some(const real *p, int64_t count)
{
    return count == LANES ? vec_load(p) : vec_load_part(p, count);
}

ISA_INLINE void store_some(real *p, vec v, int64_t count)
{
    if (count == LANES)
        vec_store(p, v);
    else
        vec_store_part(p, v, count);
}

/* Of channel c alone, or of c and its neighbours. */
ISA_INLINE vec load_constant(const real *p, int64_t c, bool alone,
                             int64_t count)
{
    if (!p)
        return vec_splat(0);
    return alone ? vec_splat(p[c]) : load_some(p + c, count);
}

ISA_INLINE struct constants load_constants(const struct channel_job *j,
                                           int64_t c, bool alone, int64_t count)
{
    return (struct constants){
        load_constant(j->center, c, alone, count),
        load_constant(j->scale, c, alone, count),
        load_constant(j->shift, c, alone, count),
        load_constant(j->dy_scale, c, alone, count),
        load_constant(j->x_scale, c, alone, count),
        load_constant(j->offset, c, alone, count),
    };
}

/* y, before the rectifier. */
ISA_INLINE vec affine_of(const struct constants *k, vec x)
{
    return vec_fma(x - k->center, k->scale, k->shift);
}

/* Widened before the center goes, so the difference is exact. */
ISA_INLINE void add_moments(wide *first, wide *second, vec x, vec center)
{
    wide value[WIDE], from[WIDE];

    vec_widen(x, value);
    vec_widen(center, from);
#pragma GCC unroll 2
    for (int i = 0; i < WIDE; i++) {
        value[i] -= from[i];
        first[i] += value[i];
        second[i] = wide_fma(value[i], value[i], second[i]);
    }
}

ISA_INLINE void add_gradient_moments(wide *first, wide *second, vec dz,
                                     vec from_center)
{
    wide value[WIDE], from[WIDE];

    vec_widen(dz, value);
    vec_widen(from_center, from);
#pragma GCC unroll 2
    for (int i = 0; i < WIDE; i++) {
        first[i] += value[i];
        second[i] = wide_fma(value[i], from[i], second[i]);
    }
}

/* `count` reals, 1 .. LANES, at `at`.  What is added up has zeros in the other
 * lanes: x - center, dy. */
ISA_INLINE void run_vector(enum channel_task task, const struct channel_job *j,
                           const struct constants *k, wide *first, wide *second,
                           int64_t at, int64_t count)
{
    const vec x = load_some(j->x + at, count);

    if (task == MOMENTS) {
        add_moments(first, second, x, k->center);
        return;
    }
    const vec z = affine_of(k, x);
    if (task == APPLY) {
        store_some(j->to + at, j->rectify ? vec_rectify(z) : z, count);
        return;
    }
    const vec_mask positive = z > 0;
    const vec dy = load_some(j->dy + at, count);
    const vec dz = j->rectify ? (vec)((vec_mask)dy & positive) : dy;
    if (task == GRADIENT_MOMENTS)
        add_gradient_moments(first, second, dz, x - k->center);
    else
        store_some(j->to + at,
                   vec_fma(dz, k->dy_scale,
                           vec_fma(x - k->center, k->x_scale, k->offset)),
                   count);
}

ISA_INLINE void run_strip(enum channel_task task, const struct channel_job *j,
                          const struct constants *k, struct strip l,
                          struct sums *out)
{
    const int64_t whole = l.count / LANES * LANES, part = l.count - whole;
    struct constants last = *k;
    wide first[WIDE] = {{0}}, second[WIDE] = {{0}};
    real center[LANES];

    vec_store(center, k->center);
    last.center = vec_load_part(center, part);
    for (int64_t r = 0; r < l.rows; r++) {
        const int64_t at = l.at + r * l.stride;
        for (int64_t i = 0; i < whole; i += LANES)
            run_vector(task, j, k, first, second, at + i, LANES);
        if (part > 0)
            run_vector(task, j, &last, first, second, at + whole, part);
    }
#pragma GCC unroll 2
    for (int i = 0; i < WIDE; i++) {
        out->first[i] = first[i];
        out->second[i] = second[i];
    }
}

/* The sums of a channel alone, or of `count` neighbours. */
ISA_INLINE void add_sums(const wide *lanes, double *to, bool alone,
                         int64_t count)
{
    double sum[LANES], all = 0;

    memcpy(sum, lanes, sizeof sum);
    for (int64_t i = 0; i < LANES; i++)
        all += sum[i];
    if (alone)
        *to += all;
    else if (count == LANES)
        for (int64_t i = 0; i < LANES; i++)
            to[i] += sum[i];
    else
        for (int64_t i = 0; i < count; i++)
            to[i] += sum[i];
}

/* Channels [c, c + count) of `rows` rows from `row` on. */
ISA_INLINE void run_channels(enum channel_task task,
                             const struct channel_job *j, int64_t c,
                             int64_t count, int64_t row, int64_t rows)
{
    const bool alone = j->run > 1;
    const int64_t stride = j->channels * j->run;
    const struct constants k = load_constants(j, c, alone, count);
    struct sums s;

    run_strip(task, j, &k,
              (struct strip){rows, stride, alone ? j->run : count,
                             row * stride + c * j->run},
              &s);
    if (task == APPLY || task == GRADIENT)
        return;
    add_sums(s.first, j->sums[0] + c, alone, count);
    add_sums(s.second, j->sums[1] + c, alone, count);
}

/* Rows whose sums stay in registers.  One where runs are long, which are then
 * met in the order of memory; few without runs, where rows may lie apart by a
 * power of two and share the same lines of the cache. */
enum { LONG_VECTORS = 8, LONG_ROWS = 1, SHORT_ROWS = 16, LONE_ROWS = 4 };

ISA_INLINE int64_t rows_at_once(int64_t run)
{
    if (run == 1)
        return LONE_ROWS;
    return run >= LONG_VECTORS * LANES ? LONG_ROWS : SHORT_ROWS;
}

/* Pixels whose sums run side by side. */
enum { PIXELS = 2 };

/* A pixel; `count` is a constant where it is LANES. */
ISA_INLINE void run_pixel(enum channel_task task, const struct channel_job *j,
                          const struct constants *k, struct sums *s,
                          int64_t pixel, int64_t count)
{
    const int64_t at = pixel * LANES;

    run_vector(task, j, k, s->first, s->second, at, LANES);
    if (count < LANES && (task == APPLY || task == GRADIENT))
        vec_store(j->to + at, vec_first(vec_load(j->to + at), count));
}

/* Pixel i goes to sum i % PIXELS; they are added in that order. */
ISA_INLINE void run_plane(enum channel_task task, const struct channel_job *j,
                          int64_t count)
{
    const struct constants k = load_constants(j, 0, false, count);
    struct sums s[PIXELS] = {{{{0}}, {{0}}}};
    int64_t i = 0;

    for (; i + PIXELS <= j->rows; i += PIXELS) {
#pragma GCC unroll 2
        for (int64_t p = 0; p < PIXELS; p++)
            run_pixel(task, j, &k, &s[p], i + p, count);
    }
    if (i < j->rows)
        run_pixel(task, j, &k, &s[0], i, count);
    if (task == APPLY || task == GRADIENT)
        return;
#pragma GCC unroll 2
    for (int w = 0; w < WIDE; w++) {
        s[0].first[w] += s[1].first[w];
        s[0].second[w] += s[1].second[w];
    }
    add_sums(s[0].first, j->sums[0], false, count);
    add_sums(s[0].second, j->sums[1], false, count);
}

ISA_INLINE void run_blocked(enum channel_task task, const struct channel_job *j)
{
    if (j->channels == LANES)
        run_plane(task, j, LANES);
    else
        run_plane(task, j, j->channels);
}

ISA_INLINE void run_job(enum channel_task task, const struct channel_job *j)
{
    const int64_t most = j->run > 1 ? 1 : LANES;
    const int64_t step = rows_at_once(j->run);

    if (j->blocked) {
        run_blocked(task, j);
        return;
    }
    for (int64_t r = 0; r < j->rows; r += step) {
        const int64_t rows = j->rows - r < step ? j->rows - r : step;
        for (int64_t c = 0; c < j->channels; c += most) {
            const int64_t left = j->channels - c;
            run_channels(task, j, c, left < most ? left : most, r, rows);
        }
    }
}

static ISA_TARGET void channel_moments(const struct channel_job *j)
{
    run_job(MOMENTS, j);
}

static ISA_TARGET void channel_affine(const struct channel_job *j)
{
    run_job(APPLY, j);
}

static ISA_TARGET void channel_gradient_moments(const struct channel_job *j)
{
    run_job(GRADIENT_MOMENTS, j);
}

static ISA_TARGET void channel_gradient(const struct channel_job *j)
{
    run_job(GRADIENT, j);
}

/*
 * moments.c - mean, standard deviation and range of a set.
 */
#include <math.h>

#include "base/num.h"
#include "data/pixels.h"
#include "data/prepare.h"

enum {
    BYTE_MOST = 255,
    CHUNK = 1 << 16 /* bytes whose squares add up to less than 2^32 */
};

/* What is added up of a part, over all samples. */
struct sums {
    uint64_t sum, squares; /* of bytes: 2^64 is more than any memory gives */
    double total, spread;  /* of reals */
    float least, most;
    int64_t missing;
};

/* All parts. */
struct moments {
    struct sums *of; /* [parts] */
    int64_t parts;
    const double *mean; /* [parts] for the second pass */
    bool holes;
};

static void add_bytes(struct sums *s, const unsigned char *x, int64_t count)
{
    for (int64_t i = 0; i < count; i += CHUNK) {
        const int64_t end = num_min(count, i + CHUNK);
        uint32_t sum = 0, squares = 0;
        for (int64_t j = i; j < end; j++) {
            sum += x[j];
            squares += (uint32_t)x[j] * x[j];
        }
        s->sum += sum;
        s->squares += squares;
    }
}

/* The sum of each sample first, so that the error does not grow with the number
 * of pixels but with those of a sample and of samples. */
static void add_reals(struct sums *s, const float *x, int64_t count, bool holes)
{
    double sum = 0;

    for (int64_t j = 0; j < count; j++) {
        const float v = x[j];
        if (holes && isnan(v)) {
            s->missing++;
            continue;
        }
        sum += (double)v;
        s->least = v < s->least ? v : s->least;
        s->most = v > s->most ? v : s->most;
    }
    s->total += sum;
}

static void add_spread(struct sums *s, const float *x, int64_t count,
                       double mean, bool holes)
{
    double sum = 0;

    for (int64_t j = 0; j < count; j++) {
        const double apart = (double)x[j] - mean;
        sum += holes && isnan(x[j]) ? 0 : apart * apart;
    }
    s->spread += sum;
}

static void take_sums(void *context, const struct pixel_rows *rows)
{
    const struct moments *m = context;
    const int64_t run = rows->size / m->parts;
    const unsigned char *bytes = rows->pixels;
    const float *reals = rows->pixels;

    for (int64_t i = 0; i < rows->count; i++)
        for (int64_t k = 0; k < m->parts; k++) {
            const int64_t at = rows->at[i] * rows->size + k * run;
            if (rows->pixel == PIXEL_U8)
                add_bytes(&m->of[k], bytes + at, run);
            else
                add_reals(&m->of[k], reals + at, run, m->holes);
        }
}

static void take_spreads(void *context, const struct pixel_rows *rows)
{
    const struct moments *m = context;
    const int64_t run = rows->size / m->parts;
    const float *reals = rows->pixels;

    for (int64_t i = 0; i < rows->count; i++)
        for (int64_t k = 0; k < m->parts; k++)
            add_spread(&m->of[k], reals + rows->at[i] * rows->size + k * run,
                       run, m->mean[k], m->holes);
}

/* Exact up to the last division and root: sums of integers. */
static void finish_bytes(const struct sums *s, int64_t count, double *mean,
                         double *std)
{
    __extension__ const unsigned __int128 sum = s->sum, squares = s->squares;
    const double n = (double)count;

    *mean = (double)sum / n;
    /* n * squares - sum^2 = n^2 * variance, below 2^16 * n^2: no overflow for
     * any count that memory can hold. */
    *std = sqrt((double)(squares * (uint64_t)count - sum * sum)) / n;
}

/* Equal pixels have no spread; rounding must not invent one. */
static void finish_means(const struct moments *m, int64_t count, double *mean)
{
    for (int64_t k = 0; k < m->parts; k++) {
        const struct sums *s = &m->of[k];
        const int64_t n = count - s->missing;
        mean[k] = n == 0                ? 0
                  : s->least == s->most ? (double)s->least
                                        : s->total / (double)n;
    }
}

/* Two passes. */
static enum status moments_of_reals(const struct subset *p, struct moments *m,
                                    double *mean, double *std, struct err *e)
{
    const int64_t count = p->count * (shape_count(p->set->shape) / m->parts);

    for (int64_t k = 0; k < m->parts; k++) {
        m->of[k].least = INFINITY;
        m->of[k].most = -INFINITY;
    }
    enum status s = pixels_walk(p, take_sums, m, e);
    if (s != OK)
        return s;
    finish_means(m, count, mean);
    m->mean = mean;
    s = pixels_walk(p, take_spreads, m, e);
    for (int64_t k = 0; s == OK && k < m->parts; k++) {
        const double n = (double)(count - m->of[k].missing);
        std[k] = n == 0 ? 0 : sqrt(m->of[k].spread / n);
    }
    return s;
}

static enum status moments_of_bytes(const struct subset *p, struct moments *m,
                                    double *mean, double *std, struct err *e)
{
    const int64_t count = p->count * (shape_count(p->set->shape) / m->parts);
    const enum status s = pixels_walk(p, take_sums, m, e);

    for (int64_t k = 0; s == OK && k < m->parts; k++)
        finish_bytes(&m->of[k], count, &mean[k], &std[k]);
    return s;
}

enum status subset_moments(const struct subset *p, int64_t parts, double *mean,
                           double *std, struct err *e)
{
    struct moments m = {
        .of = mem_take((size_t)parts, sizeof *m.of),
        .parts = parts,
        .holes = p->set->holes,
    };
    enum status s = m.of ? OK : err_memory(e, "preparing the samples");

    if (s == OK && p->set->pixel == PIXEL_U8)
        s = moments_of_bytes(p, &m, mean, std, e);
    else if (s == OK)
        s = moments_of_reals(p, &m, mean, std, e);
    mem_free(m.of);
    return s;
}

void subset_target_moments(const struct subset *p, double *mean, double *std)
{
    const int64_t width = p->set->target.width;

    for (int64_t k = 0; k < width; k++) {
        const float *targets = p->set->targets + k;
        struct sums s = {.least = INFINITY, .most = -INFINITY};
        struct moments m = {.of = &s, .parts = 1};
        for (int64_t i = 0; i < p->count; i++)
            add_reals(&s, targets + p->ids[i] * width, 1, false);
        finish_means(&m, p->count, &mean[k]);
        for (int64_t i = 0; i < p->count; i++)
            add_spread(&s, targets + p->ids[i] * width, 1, mean[k], false);
        std[k] = p->count == 0 ? 0 : sqrt(s.spread / (double)p->count);
    }
}

static void take_largest(void *context, const struct pixel_rows *rows)
{
    double *most = context;

    for (int64_t i = 0; i < rows->count; i++) {
        const float *x = (const float *)rows->pixels + rows->at[i] * rows->size;
        for (int64_t k = 0; k < rows->size; k++)
            *most = fmax(*most, fabs((double)x[k]));
    }
}

enum status subset_range(const struct subset *p, double *range, struct err *e)
{
    *range = p->set->pixel == PIXEL_U8 ? BYTE_MOST : 0;
    return p->set->pixel == PIXEL_U8 ? OK
                                     : pixels_walk(p, take_largest, range, e);
}

bool subset_has_value(const struct subset *p, int64_t part)
{
    const float *numbers = p->set->pixels;
    const int64_t size = shape_count(p->set->shape);

    for (int64_t i = 0; i < p->count; i++)
        if (!isnan(numbers[p->ids[i] * size + part]))
            return true;
    return false;
}

/*
 * metrics.c - counts first, ratios from them.
 */
#include "command/metrics.h"

#include <math.h>

#include "base/num.h"

/* The 97.5 % point of the standard normal distribution. */
static const double z95 = 1.959963984540054;

void wilson_interval(int64_t hits, int64_t count, double interval[2])
{
    const double n = (double)count, p = (double)hits / n, zz = z95 * z95;
    const double centre = (p + zz / (2 * n)) / (1 + zz / n);
    const double half =
        z95 / (1 + zz / n) * sqrt(p * (1 - p) / n + zz / (4 * n * n));

    /* Rounding must not put the share itself outside. */
    interval[0] = fmin(fmax(centre - half, 0), p);
    interval[1] = fmax(fmin(centre + half, 1), p);
}

static double ratio(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

static void judge_class(struct metrics *m, int32_t class)
{
    int64_t truly = 0, predicted = 0;
    const int64_t hits = m->confusion[class * m->class_count + class];

    for (int32_t i = 0; i < m->class_count; i++) {
        truly += m->confusion[class * m->class_count + i];
        predicted += m->confusion[i * m->class_count + class];
    }
    m->per_class[class] = (struct class_metrics){
        .precision = ratio(hits, predicted),
        .recall = ratio(hits, truly),
        .f1 = ratio(2 * hits, truly + predicted),
        .support = truly,
    };
}

/* The shares and means that need one walk over the scores. */
static void count_scores(struct metrics *m, const struct score *scores)
{
    int64_t hits = 0, near = 0;
    double loss = 0;

    for (int64_t i = 0; i < m->samples; i++) {
        const struct score *s = &scores[i];
        m->confusion[(int64_t)s->label * m->class_count + s->predicted]++;
        hits += s->predicted == s->label;
        near += s->rank < m->top_k;
        loss += s->loss;
    }
    m->loss = loss / (double)m->samples;
    m->accuracy = ratio(hits, m->samples);
    m->top_k_accuracy = ratio(near, m->samples);
    wilson_interval(hits, m->samples, m->interval);
}

enum status metrics_of(struct metrics *m, const struct score *scores,
                       struct arena *arena, struct err *e)
{
    const int32_t class_count = m->class_count;
    int64_t cells;

    if (!num_mul(class_count, class_count, &cells))
        return err_memory(e, "counting confusions");
    m->per_class = arena_take(arena, (size_t)class_count, sizeof *m->per_class);
    m->confusion = arena_take(arena, (size_t)cells, sizeof *m->confusion);
    if (!m->per_class || !m->confusion)
        return err_memory(e, "counting confusions");
    count_scores(m, scores);
    for (int32_t i = 0; i < class_count; i++)
        judge_class(m, i);
    return OK;
}

double metrics_f1(const struct metrics *m)
{
    double sum = 0;
    int64_t count = 0;

    for (int32_t i = 0; i < m->class_count; i++)
        if (!isnan(m->per_class[i].f1)) {
            sum += m->per_class[i].f1;
            count++;
        }
    return sum / (double)count;
}

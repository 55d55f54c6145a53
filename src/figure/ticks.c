/*
 * ticks.c - round numbers along an axis.
 */
#include "figure/ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The smallest round step that is no smaller. */
static double round_step(double least, bool whole)
{
    static const double round[] = {1, 2, 5, 10};
    const double power = pow(10, floor(log10(least)));

    if (whole && least < 1)
        return 1;
    for (int i = 0; i < 4; i++)
        if (round[i] * power >= least * (1 - 1e-9) &&
            (!whole || round[i] * power >= 1))
            return round[i] * power;
    return 10 * power;
}

/* A step that leaves no more than `most` of them. */
static struct ticks of_step(double low, double high, double step)
{
    const double wide = high / step - low / step;
    const double slack = 1e-9 * (wide < 1 ? wide : 1);
    const double first = ceil(low / step - slack);
    const double last = floor(high / step + slack);

    if (!(fabs(first) < 1e15 && fabs(last) < 1e15) || last < first)
        return (struct ticks){0};
    return (struct ticks){(int64_t)first, (int64_t)(last - first) + 1, step};
}

struct ticks ticks_find(double low, double high, int64_t most, bool whole)
{
    const int64_t room = most < TICKS_MOST ? most : TICKS_MOST;

    if (!(low < high) || !isfinite(low) || !isfinite(high) || room < 1)
        return (struct ticks){0};
    double least = high / (double)(room + 1) - low / (double)(room + 1);
    for (int tries = 0; tries < 8; tries++) {
        const double step = round_step(least, whole);
        const struct ticks t = of_step(low, high, step);
        if (!isfinite(step) || step <= 0)
            break;
        if (t.count > 0 && t.count <= room)
            return t;
        if (t.count == 0 && tries > 0)
            break;
        least = step * 1.5;
    }
    return (struct ticks){0};
}

double tick_value(const struct ticks *t, int64_t i)
{
    const double count = (double)(t->first + i);

    /* Divided by 1 / step, which is whole, where the step is no binary number.
     */
    if (t->step < 1 && t->step > 1e-15)
        return count / round(1 / t->step);
    return count * t->step;
}

static int exponent_of(double v)
{
    return (int)floor(log10(v) + 1e-9);
}

/* "1.5e-07" as "1.5e-7". */
static void trim_exponent(char *label)
{
    char *e = strchr(label, 'e');

    if (!e)
        return;
    char *to = e + 1, *from = e + 1;
    if (*from == '-')
        to++;
    from++;
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

void tick_label(const struct ticks *t, int64_t i, char label[TICK_BYTES])
{
    const double first = fabs(tick_value(t, 0));
    const double last = fabs(tick_value(t, t->count - 1));
    const double largest = first > last ? first : last;
    const double value = tick_value(t, i);
    const int step = exponent_of(t->step);

    if (largest < 1e7 && step >= -5)
        snprintf(label, TICK_BYTES, "%.*f", step < 0 ? -step : 0,
                 value == 0 ? 0 : value);
    else if (value == 0)
        snprintf(label, TICK_BYTES, "0");
    else {
        const int digits = exponent_of(fabs(value)) - step;
        snprintf(label, TICK_BYTES, "%.*e",
                 digits < 0    ? 0
                 : digits > 16 ? 16
                               : digits,
                 value);
        trim_exponent(label);
    }
}

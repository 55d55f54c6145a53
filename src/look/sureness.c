/*
 * sureness.c - the accuracy of every bin of probabilities, beside what it
 * should be.
 */
#include "look/sureness.h"

#include "conf/field.h"

static double bound(int64_t m)
{
    return (double)m / CALIBRATION_BINS;
}

void calibration_csv(struct text *out, const struct calibration *c)
{
    text_puts(out, "low,high,count,confidence,accuracy\n");
    for (int64_t m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &c->bins[m];
        real_add(out, bound(m));
        text_puts(out, ",");
        real_add(out, bound(m + 1));
        text_printf(out, ",%lld,", (long long)bin->samples);
        if (bin->samples > 0)
            real_add(out, bin->sum / (double)bin->samples);
        text_puts(out, ",");
        if (bin->samples > 0)
            real_add(out, (double)bin->right / (double)bin->samples);
        text_puts(out, "\n");
    }
}

enum { BARS, POINTS, DIAGONAL, SERIES };

/* Of bins with samples: bars in the middle of each, points where its
 * probabilities are on average. */
static void put_bins(struct series *s, const struct calibration *c,
                     struct arena *arena)
{
    double *middle = arena_take(arena, CALIBRATION_BINS, sizeof *middle);
    double *mean = arena_take(arena, CALIBRATION_BINS, sizeof *mean);
    double *accuracy = arena_take(arena, CALIBRATION_BINS, sizeof *accuracy);
    int64_t count = 0;

    if (!middle || !mean || !accuracy)
        return;
    for (int64_t m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &c->bins[m];
        if (bin->samples == 0)
            continue;
        middle[count] = (bound(m) + bound(m + 1)) / 2;
        mean[count] = bin->sum / (double)bin->samples;
        accuracy[count++] = (double)bin->right / (double)bin->samples;
    }
    s[BARS] = (struct series){.name = "accuracy",
                              .style = SERIES_BARS,
                              .x = middle,
                              .y = accuracy,
                              .count = count,
                              .width = bound(1)};
    s[POINTS] = (struct series){.name = "at the mean probability",
                                .style = SERIES_POINTS,
                                .colour = 1,
                                .x = mean,
                                .y = accuracy,
                                .count = count};
}

void calibration_figure(struct figure *f, const struct calibration *c,
                        struct arena *arena)
{
    static const double ends[] = {0, 1};
    struct panel *panel = arena_take(arena, 1, sizeof *panel);
    struct series *series = arena_take(arena, SERIES, sizeof *series);
    int64_t samples = 0;

    *f = (struct figure){.panels = panel, .count = 1};
    if (!panel || !series)
        return;
    for (int64_t m = 0; m < CALIBRATION_BINS; m++)
        samples += c->bins[m].samples;
    put_bins(series, c, arena);
    series[DIAGONAL] = (struct series){.name = "as often right as sure",
                                       .faint = true,
                                       .x = ends,
                                       .y = ends,
                                       .count = 2};
    panel->kind = PANEL_AXES;
    panel->axes = (struct axes){
        .x = {.label = "probability of the predicted class", .high = 1},
        .y = {.label = "share that is right", .high = 1},
        .series = series,
        .series_count = SERIES,
        .square = true,
    };
    f->title =
        arena_printf(arena, "Calibration of %s: expected error %.4f",
                     counted(samples, "sample").text, calibration_error(c));
}

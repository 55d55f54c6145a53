/*
 * samples.c - loads a source, and holds it to its promises.
 */
#include "fuzz/samples.h"

#include <math.h>
#include <string.h>

#include "data/pixels.h"
#include "fuzz/fuzz.h"
#include "source/convert.h"
#include "source/csv.h"

static enum status preflight(const struct source_ops *kind, const void *config,
                             struct err *e)
{
    struct column_names names = {0};
    struct arena arena = {0};
    const enum status s = source_preflight(kind, config, &names, &arena, e);

    arena_free(&arena);
    return s;
}

/* The pixels of sample `id`, wherever they are. */
static void pixels_of(const struct dataset *d, int64_t id, float *x)
{
    struct err e = {0};
    unsigned char *bytes = (unsigned char *)x;

    fuzz_require(pixels_read(d, &id, 1, x, &e) == OK, "pixels");
    for (int64_t i = shape_count(d->shape) - 1; d->pixel == PIXEL_U8 && i >= 0;
         i--)
        x[i] = bytes[i];
}

static void require_sound(const struct dataset *d)
{
    const int64_t size = shape_count(d->shape);
    float *x = mem_take((size_t)size, sizeof *x);

    fuzz_require(d->count > 0, "samples");
    for (int64_t i = 0; x && i < d->count; i++) {
        pixels_of(d, i, x);
        for (int64_t k = 0; k < size; k++)
            fuzz_require(isfinite(x[k]), "finite pixels");
    }
    mem_free(x);
    for (int64_t i = 0; d->labels && i < d->count; i++)
        fuzz_require(d->labels[i] >= 0 && d->labels[i] < d->target.width,
                     "labels among the classes");
    for (int64_t i = 0; d->targets && i < d->count * d->target.width; i++)
        fuzz_require(isfinite(d->targets[i]), "finite targets");
}

static void require_same(const struct dataset *a, const struct dataset *b)
{
    const int64_t size = shape_count(a->shape);

    fuzz_require(a->count == b->count && a->target.width == b->target.width &&
                     size == shape_count(b->shape),
                 "as many samples, pixels and classes");
    float *x = mem_take((size_t)size, sizeof *x);
    float *y = mem_take((size_t)size, sizeof *y);
    for (int64_t i = 0; x && y && i < a->count; i++) {
        pixels_of(a, i, x);
        pixels_of(b, i, y);
        for (int64_t k = 0; k < size; k++)
            fuzz_require(!(x[k] < y[k]) && !(x[k] > y[k]), "the same pixels");
    }
    mem_free(x);
    mem_free(y);
    for (int64_t i = 0; i < a->count; i++)
        fuzz_require(strcmp(a->target.names[a->labels[i]],
                            b->target.names[b->labels[i]]) == 0,
                     "the same labels");
}

/* To CSV and back. */
static void convert(struct dataset *d)
{
    struct err e = {0};
    struct dataset copy;
    struct text rows = {0};
    int64_t *ids = arena_take(&d->arena, (size_t)d->count, sizeof *ids);

    for (int64_t i = 0; ids && i < d->count; i++)
        ids[i] = i;
    const struct subset all = {d, ids, ids ? d->count : 0};
    fuzz_require(convert_print_csv(&rows, &all, &e) == OK, "rows");
    const char *csv = fuzz_file(2, (const uint8_t *)rows.at, rows.length);
    const struct csv_source back = {.csv = {csv, csv},
                                    .label_column = "0",
                                    .header =
                                        d->columns.names ? "true" : "auto",
                                    .delimiter = ","};
    if (all.count > 0 && !rows.failed) {
        fuzz_require(
            fuzz_outcome(source_load(&csv_source_ops, &back, NULL, &copy, &e),
                         &e),
            "what was converted can be read");
        require_same(d, &copy);
        dataset_free(&copy);
    }
    text_free(&rows);
}

/* Can all pixels be read that were left where they are?  Then they can be held,
 * and are the same. */
static bool is_readable(const struct source_ops *kind, const void *config,
                        const struct dataset *d)
{
    const struct source_request in_memory = {.cache = CACHE_MEMORY};
    const int64_t size = shape_count(d->shape);
    struct err failed = {0}, refused = {0};
    struct dataset held;
    float *x = mem_take((size_t)size, sizeof *x);
    float *y = mem_take((size_t)size, sizeof *y);
    bool good = x && y;

    for (int64_t i = 0; good && i < d->count; i++)
        good = fuzz_outcome(pixels_read(d, &i, 1, x, &failed), &failed);
    fuzz_require(
        fuzz_outcome(source_load(kind, config, &in_memory, &held, &refused),
                     &refused) == good,
        "what can be read can be held");
    for (int64_t i = 0; good && i < d->count; i++) {
        pixels_of(d, i, x);
        pixels_of(&held, i, y);
        fuzz_require(memcmp(x, y, (size_t)size * sizeof *x) == 0,
                     "the same pixels where they are and in memory");
    }
    if (good)
        dataset_free(&held);
    mem_free(x);
    mem_free(y);
    return good;
}

void fuzz_source(const struct source_ops *kind, const void *config)
{
    struct err checked = {0}, looked = {0}, loaded = {0};
    const struct source_request blind = {.blind = true};
    struct dataset d, survey;
    const bool sound =
        fuzz_outcome(preflight(kind, config, &checked), &checked);
    const bool counted = fuzz_outcome(
        source_load(kind, config, &blind, &survey, &looked), &looked);
    const bool good =
        fuzz_outcome(source_load(kind, config, NULL, &d, &loaded), &loaded);

    fuzz_require(sound || !counted, "what is counted passes the check");
    fuzz_require(counted || !good, "what is loaded can be counted");
    if (good) {
        fuzz_require(survey.count == d.count &&
                         survey.target.width == d.target.width,
                     "a survey counts what is loaded");
        const bool there = !d.apart || is_readable(kind, config, &d);
        if (there)
            require_sound(&d);
        if (there && d.labels)
            convert(&d);
        dataset_free(&d);
    }
    if (counted)
        dataset_free(&survey);
}

/*
 * idx.c - pairs of IDX files: what is read can be converted to CSV, and then
 * holds the same samples.
 *
 * The first two bytes say, big-endian, how many of the rest are the images; the
 * others are the labels.
 */
#include "source/idx.h"

#include <string.h>

#include "data/pixels.h"
#include "fuzz/fuzz.h"
#include "source/convert.h"
#include "source/csv.h"
#include "source/source.h"

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
    if (all.count > 0 && !rows.failed) {
        const char *csv = fuzz_file(2, (const uint8_t *)rows.at, rows.length);
        const struct csv_source back = {.csv = {csv, csv},
                                        .label_column = "0",
                                        .header = "false",
                                        .delimiter = ","};
        fuzz_require(
            fuzz_outcome(source_load(&csv_source_ops, &back, NULL, &copy, &e),
                         &e),
            "what was converted can be read");
        require_same(d, &copy);
        dataset_free(&copy);
    }
    text_free(&rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct err checked = {0}, loaded = {0};
    struct dataset d;

    if (length < 2)
        return 0;
    size_t images = (size_t)bytes[0] << 8 | bytes[1];
    images = images < length - 2 ? images : length - 2;
    const char *image_path = fuzz_file(0, bytes + 2, images);
    const char *label_path =
        fuzz_file(1, bytes + 2 + images, length - 2 - images);
    const struct idx_source source = {{image_path, image_path},
                                      {label_path, label_path}};

    const bool sound =
        fuzz_outcome(preflight(&idx_source_ops, &source, &checked), &checked);
    const bool good = fuzz_outcome(
        source_load(&idx_source_ops, &source, NULL, &d, &loaded), &loaded);
    fuzz_require(sound || !good, "what is loaded passes the check");
    if (good) {
        convert(&d);
        dataset_free(&d);
    }
    return 0;
}

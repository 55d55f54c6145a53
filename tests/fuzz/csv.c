/*
 * csv.c - CSV files as labelled samples: what is read is finite, has labels of
 * its classes, and can be converted to IDX and back when these are integers.
 *
 * The first three bytes choose delimiter, header and label column.
 */
#include "source/csv.h"

#include <math.h>
#include <string.h>

#include "data/labels.h"
#include "fuzz/fuzz.h"
#include "source/convert.h"
#include "source/idx.h"
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

static void require_sound(const struct dataset *d)
{
    const int64_t pixels = d->count * shape_count(d->shape);

    fuzz_require(d->count > 0 && d->target.width > 0, "samples and classes");
    for (int64_t i = 0; i < pixels && d->pixel == PIXEL_F32; i++)
        fuzz_require(isfinite(((const float *)d->pixels)[i]), "finite pixels");
    for (int64_t i = 0; i < d->count; i++)
        fuzz_require(d->labels[i] >= 0 && d->labels[i] < d->target.width,
                     "labels among the classes");
}

/* To IDX, which takes integers of 32 bits as labels, and back. */
static void convert(struct dataset *d)
{
    struct err e = {0};
    struct dataset copy;
    struct text images = {0}, labels = {0};
    int64_t *ids = arena_take(&d->arena, (size_t)d->count, sizeof *ids);

    for (int64_t i = 0; ids && i < d->count; i++)
        ids[i] = i;
    const struct subset all = {d, ids, d->count};
    if (ids &&
        fuzz_outcome(convert_print_idx(&images, &labels, &all, "x", &e), &e)) {
        const char *image_path =
            fuzz_file(1, (const uint8_t *)images.at, images.length);
        const char *label_path =
            fuzz_file(2, (const uint8_t *)labels.at, labels.length);
        const struct idx_source to = {{image_path, image_path},
                                      {label_path, label_path}};
        fuzz_require(
            fuzz_outcome(source_load(&idx_source_ops, &to, NULL, &copy, &e),
                         &e),
            "what was converted can be read");
        fuzz_require(copy.count == d->count &&
                         copy.target.width == d->target.width &&
                         copy.pixel == d->pixel &&
                         memcmp(copy.labels, d->labels,
                                (size_t)d->count * sizeof *d->labels) == 0,
                     "what was converted holds the same");
        dataset_free(&copy);
    }
    text_free(&images);
    text_free(&labels);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const delimiters[] = {",", ";",  "\t", " ",
                                             "|", "\"", "7"};
    static const char *const headers[] = {"auto", "true", "false"};
    static const char *const columns[] = {"0",     "1",    "2",  "label",
                                          "99999", "name", "-1", ""};
    struct err checked = {0}, loaded = {0};
    struct dataset d;

    if (length < 3)
        return 0;
    const char *path = fuzz_file(0, bytes + 3, length - 3);
    const struct csv_source source = {
        .csv = {path, path},
        .delimiter = delimiters[bytes[0] % ARRAY_LEN(delimiters)],
        .header = headers[bytes[1] % ARRAY_LEN(headers)],
        .label_column = columns[bytes[2] % ARRAY_LEN(columns)],
    };
    struct text why = {0};
    const char *fault = csv_source_ops.fault(&source, &why);
    text_free(&why);
    if (fault)
        return 0;
    const bool sound =
        fuzz_outcome(preflight(&csv_source_ops, &source, &checked), &checked);
    const bool good = fuzz_outcome(
        source_load(&csv_source_ops, &source, NULL, &d, &loaded), &loaded);
    fuzz_require(sound || !good, "what is loaded passes the check");
    if (good) {
        require_sound(&d);
        convert(&d);
        dataset_free(&d);
    }
    return 0;
}

/* Samples as CSV and as IDX. */
#include <criterion/criterion.h>
#include <string.h>

#include "source/convert.h"
#include "source/csv.h"
#include "source/idx.h"
#include "source/source.h"
#include "support/files.h"
#include "support/scratch.h"

TestSuite(convert, .init = scratch_begin, .fini = scratch_end);

static struct csv_source csv_at(const char *path)
{
    return (struct csv_source){.csv = {path, path},
                               .label_column = "0",
                               .header = "auto",
                               .delimiter = ","};
}

/* All samples of a source. */
static struct subset load(struct dataset *d, const struct source_ops *kind,
                          const void *config)
{
    struct err e = {0};
    static int64_t ids[] = {0, 1, 2, 3};

    cr_assert_eq(source_load(kind, config, NULL, d, &e), OK, "%s", e.text);
    return (struct subset){d, ids, d->count};
}

static void expect_text(struct text *t, const void *want, size_t length)
{
    cr_assert_not(t->failed);
    cr_assert_eq(t->length, length, "got %zu want %zu", t->length, length);
    cr_expect_eq(memcmp(t->at, want, length), 0);
    text_free(t);
}

static const unsigned char images[] = {0, 0, 8,  3,   0,   0, 0,  2,
                                       0, 0, 0,  2,   0,   0, 0,  2,
                                       1, 2, 30, 100, 255, 9, 10, 0};
static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 10, 9};

Test(convert, there_and_back)
{
    static const char rows[] = "10,1,2,30,100\n9,255,9,10,0\n";
    const struct idx_source from = {{"i", "i"}, {"l", "l"}};
    const struct csv_source csv = csv_at("x.csv");
    struct text text = {0}, numbers = {0};
    struct dataset d;
    struct err e = {0};

    scratch_write("i", images, sizeof images);
    scratch_write("l", labels, sizeof labels);
    struct subset all = load(&d, &idx_source_ops, &from);
    cr_assert_eq(convert_print_csv(&text, &all, &e), OK);
    expect_text(&text, rows, strlen(rows));
    dataset_free(&d);

    put_text("x.csv", rows);
    all = load(&d, &csv_source_ops, &csv);
    cr_assert_eq(convert_print_idx(&text, &numbers, &all, "x", &e), OK, "%s",
                 e.text);
    expect_text(&text, images, sizeof images);
    expect_text(&numbers, labels, sizeof labels);
    dataset_free(&d);
}

/* Some samples in an order of their own, with names that need quotes. */
Test(convert, a_part_of_a_set)
{
    static const char *const names[] = {"a,b", "c\"d", "e"};
    float pixels[] = {1, 2, 0.5f, -3, 4, 1e10f};
    int32_t numbers[] = {0, 1, 2};
    const struct dataset d = {.count = 3,
                              .shape = SHAPE(2),
                              .pixel = PIXEL_F32,
                              .pixels = pixels,
                              .labels = numbers,
                              .target = {.names = names, .width = 3}};
    const struct subset p = {&d, (const int64_t[]){2, 0, 1}, 3};
    static const char want[] = "e,4,1e+10\n\"a,b\",1,2\n\"c\"\"d\",0.5,-3\n";
    struct text text = {0};

    struct err e = {0};
    cr_assert_eq(convert_print_csv(&text, &p, &e), OK);
    expect_text(&text, want, strlen(want));
}

/* Floats and 32-bit labels; a shape with channels. */
Test(convert, reals)
{
    static const unsigned char want[] = {
        0, 0, 13, 4, 0, 0, 0,    1,    0,    0,    0,    2, 0, 0,
        0, 1, 0,  0, 0, 1, 0x3d, 0xcc, 0xcc, 0xcd, 0xc0, 0, 0, 0};
    static const unsigned char want_labels[] = {0, 0, 12, 1, 0,    0,
                                                0, 1, 0,  0, 0x01, 0x2c};
    const struct csv_source csv = csv_at("x.csv");
    struct text text = {0}, numbers = {0};
    struct dataset d;
    struct err e = {0};

    put_text("x.csv", "300,0.1,-2\n");
    const struct subset all = load(&d, &csv_source_ops, &csv);
    const struct shape flat = d.shape;
    d.shape = SHAPE(2, 1, 1);
    cr_assert_eq(convert_print_idx(&text, &numbers, &all, "x", &e), OK, "%s",
                 e.text);
    d.shape = flat;
    expect_text(&text, want, sizeof want);
    expect_text(&numbers, want_labels, sizeof want_labels);
    cr_assert_eq(convert_print_csv(&text, &all, &e), OK);
    expect_text(&text, "300,0.1,-2\n", 11);
    dataset_free(&d);
}

Test(convert, what_is_no_idx)
{
    const struct csv_source csv = csv_at("x.csv");
    struct text text = {0}, numbers = {0};
    struct dataset d;
    struct err e = {0};

    put_text("x.csv", "cat,1,2\n");
    struct subset all = load(&d, &csv_source_ops, &csv);
    cr_expect_eq(convert_print_idx(&text, &numbers, &all, "x.csv", &e),
                 ERR_DATA);
    cr_expect_str_eq(e.text, "x.csv: error: label 'cat' is not a 32-bit "
                             "integer, IDX holds no others\n");
    text_free(&text);
    text_free(&numbers);
    dataset_free(&d);
}

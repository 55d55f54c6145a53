/* IDX to CSV and back. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data/convert.h"
#include "data/source.h"
#include "support/files.h"
#include "support/scratch.h"

TestSuite(convert, .init = scratch_begin, .fini = scratch_end);

static size_t get_file(const char *name, char *to, size_t room)
{
    FILE *f = fopen(name, "rb");

    cr_assert_not_null(f, "%s is missing", name);
    const size_t got = fread(to, 1, room - 1, f);
    fclose(f);
    to[got] = '\0';
    return got;
}

static const unsigned char images[] = {0, 0, 8,  3,   0,   0, 0,  2,
                                       0, 0, 0,  2,   0,   0, 0,  2,
                                       1, 2, 30, 100, 255, 9, 10, 0};
static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 10, 9};

Test(convert, there_and_back)
{
    static const char *const outputs[] = {"x.csv", "x.csv.gz"};
    const struct idx_source from = {{"i", "i"}, {"l", "l"}};
    const struct idx_source to = {{"j", "j"}, {"m", "m"}};
    struct err e = {0};
    char bytes[256];

    scratch_write("i", images, sizeof images);
    scratch_write("l", labels, sizeof labels);
    for (int i = 0; i < 2; i++) {
        const struct csv_source csv = {
            .csv = {outputs[i], outputs[i]},
            .label_column = "0",
            .header = "auto",
            .delimiter = ",",
        };
        cr_assert_eq(convert_idx_to_csv(&from, outputs[i], &e), OK, "%s",
                     e.text);
        cr_assert_eq(convert_csv_to_idx(&csv, (struct shape){0}, &to, &e), OK,
                     "%s", e.text);
        cr_assert_eq(get_file("j", bytes, sizeof bytes), sizeof images);
        cr_expect_eq(memcmp(bytes, images, sizeof images), 0);
        cr_assert_eq(get_file("m", bytes, sizeof bytes), sizeof labels);
        cr_expect_eq(memcmp(bytes, labels, sizeof labels), 0);
    }
    get_file("x.csv", bytes, sizeof bytes);
    cr_expect_str_eq(bytes, "10,1,2,30,100\n9,255,9,10,0\n");
    get_file("x.csv.gz", bytes, sizeof bytes);
    cr_expect_eq(memcmp(bytes, "\x1f\x8b", 2), 0);
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
    struct err e = {0};
    char bytes[64];

    cr_assert_eq(convert_part_to_csv(&p, "x.csv", &e), OK, "%s", e.text);
    get_file("x.csv", bytes, sizeof bytes);
    cr_expect_str_eq(bytes, "e,4,1e+10\n\"a,b\",1,2\n\"c\"\"d\",0.5,-3\n");
    cr_expect_eq(convert_part_to_csv(&p, "none/x.csv", &e), ERR_CANTCREATE);
}

/* Floats and 32-bit labels; a shape with channels. */
Test(convert, reals)
{
    static const unsigned char want[] = {
        0, 0, 13, 4, 0, 0, 0,    1,    0,    0,    0,    2, 0, 0,
        0, 1, 0,  0, 0, 1, 0x3d, 0xcc, 0xcc, 0xcd, 0xc0, 0, 0, 0};
    static const unsigned char want_labels[] = {0, 0, 12, 1, 0,    0,
                                                0, 1, 0,  0, 0x01, 0x2c};
    const struct csv_source csv = {.csv = {"x.csv", ""},
                                   .label_column = "0",
                                   .header = "auto",
                                   .delimiter = ","};
    const struct idx_source to = {{"j", "j"}, {"m", "m"}};
    struct err e = {0};
    char bytes[64];

    put_text("x.csv", "300,0.1,-2\n");
    cr_assert_eq(convert_csv_to_idx(&csv, SHAPE(2, 1, 1), &to, &e), OK, "%s",
                 e.text);
    cr_assert_eq(get_file("j", bytes, sizeof bytes), sizeof want);
    cr_expect_eq(memcmp(bytes, want, sizeof want), 0);
    cr_assert_eq(get_file("m", bytes, sizeof bytes), sizeof want_labels);
    cr_expect_eq(memcmp(bytes, want_labels, sizeof want_labels), 0);
    cr_assert_eq(convert_idx_to_csv(&to, "y.csv", &e), OK, "%s", e.text);
    get_file("y.csv", bytes, sizeof bytes);
    cr_expect_str_eq(bytes, "300,0.100000001,-2\n");
}

/* What cannot be converted leaves what stood there. */
Test(convert, failures_leave_the_outputs)
{
    const struct csv_source csv = {.csv = {"x.csv", ""},
                                   .label_column = "0",
                                   .header = "auto",
                                   .delimiter = ","};
    const struct idx_source to = {{"j", "j"}, {"m", "m"}};
    struct err e = {0};
    char bytes[64];

    put_text("j", "old");
    put_text("x.csv", "cat,1,2\n");
    cr_expect_eq(convert_csv_to_idx(&csv, (struct shape){0}, &to, &e),
                 ERR_DATA);
    cr_expect_str_eq(e.text, "x.csv: error: label 'cat' is not a 32-bit "
                             "integer, IDX holds no others\n");
    e = (struct err){0};
    put_text("x.csv", "1,1,2\n");
    cr_expect_eq(convert_csv_to_idx(&csv, SHAPE(1, 2, 2), &to, &e), ERR_CONFIG);
    cr_expect_str_eq(e.text, "x.csv: error: rows hold 2 numbers, which are no "
                             "image of the shape asked for\n");
    get_file("j", bytes, sizeof bytes);
    cr_expect_str_eq(bytes, "old");
    cr_expect_neq(access("m", F_OK), 0, "a file was left");
    cr_expect_eq(scratch_count(), 2, "a temporary file was left");
}

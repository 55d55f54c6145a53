/* Arrays of NumPy as samples: header, axes, types, answers, hostile files. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/dataset.h"
#include "source/npy.h"
#include "support/arrays.h"
#include "support/files.h"
#include "support/scratch.h"

TestSuite(npy, .init = scratch_begin, .fini = scratch_end);

#define DICTIONARY(descr, shape)                                               \
    "{'descr': '" descr "', 'fortran_order': False, 'shape': " shape ", }"

static const struct npy_source plain = {
    .npy = {"x", "x"}, .labels = {"y", "y"}, .layout = "first"};

static const unsigned char bytes[] = {0, 1, 2, 3, 4, 255};
static const unsigned char two[] = {10, 9};

static void write_labels(void)
{
    write_array("y", DICTIONARY("|u1", "(2,)"), two, sizeof two);
}

Test(npy, bytes_stay_bytes)
{
    struct dataset d;
    struct err e;

    write_array("x", DICTIONARY("|u1", "(2, 1, 3)"), bytes, sizeof bytes);
    write_labels();
    cr_assert_eq(load_source(&npy_source_ops, &plain, &d, &e), OK, "%s",
                 e.text);
    cr_expect_eq(d.count, 2);
    cr_expect_eq(d.pixel, PIXEL_U8);
    cr_expect(shape_equal(d.shape, SHAPE(1, 1, 3)));
    cr_expect_eq(memcmp(d.pixels, bytes, 6), 0);
    cr_expect_eq(d.target.width, 2);
    cr_expect_str_eq(d.target.names[0], "9");
    cr_expect_eq(d.labels[0], 1);
    dataset_free(&d);
}

Test(npy, channels_that_come_last_come_first)
{
    static const unsigned char want[] = {0, 2, 1, 3};
    struct npy_source source = plain;
    struct dataset d;
    struct err e;

    source.layout = "last";
    write_array("x", DICTIONARY("|u1", "(1, 1, 2, 2)"), bytes, 4);
    write_array("y", DICTIONARY("|u1", "(1, 1)"), two, 1);
    cr_assert_eq(load_source(&npy_source_ops, &source, &d, &e), OK, "%s",
                 e.text);
    cr_expect(shape_equal(d.shape, SHAPE(2, 1, 2)));
    cr_expect_eq(memcmp(d.pixels, want, 4), 0);
    dataset_free(&d);
}

/* Whatever Python could write as such a dictionary. */
Test(npy, spellings_of_a_header)
{
    static const char *const dictionaries[] = {
        "{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"u1\"}",
        " { 'shape' : ( 2 , 3 ),'descr':'=u1', 'fortran_order': False , } \n",
        "{'fortran_order': False, 'shape': (2L, 3L), 'descr': '<u1'}",
    };

    write_labels();
    for (size_t i = 0; i < ARRAY_LEN(dictionaries); i++) {
        struct dataset d;
        struct err e;
        write_array("x", dictionaries[i], bytes, sizeof bytes);
        cr_expect_eq(load_source(&npy_source_ops, &plain, &d, &e), OK, "%s",
                     e.text);
        cr_expect(shape_equal(d.shape, SHAPE(3)));
        dataset_free(&d);
    }
}

/* One element of a type, its value, and how it reads as a label. */
static const struct {
    const char *descr;
    size_t size;
    unsigned char bytes[8];
    float value;
    const char *label; /* NULL: it can be none */
} types[] = {
    {"|b1", 1, {1}, 1, "1"},
    {"|u1", 1, {0xfe}, 254, "254"},
    {"<u2", 2, {0xff, 0xfe}, 65279, "65279"},
    {">u2", 2, {0xfe, 0xff}, 65279, "65279"},
    {"<u4", 4, {0, 0, 0, 0x80}, 2147483648.0f, "2147483648"},
    {">u8", 8, {0x80}, 9223372036854775808.0f, "9223372036854775808"},
    /* Above half way between two floats: rounded once it is the upper one, by
     * way of a double the lower. */
    {"<u8",
     8,
     {1, 0, 0, 0, 1, 0, 0, 1},
     72057602627862528.0f,
     "72057598332895233"},
    {"|i1", 1, {0xfe}, -2, "-2"},
    {"<i2", 2, {0, 0xff}, -256, "-256"},
    {">i4", 4, {0x80}, -2147483648.0f, "-2147483648"},
    {"<i8", 8, {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, -2, "-2"},
    {">f4", 4, {0xc0, 0x20}, -2.5f, NULL},
    {"<f8", 8, {0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f}, 0.1f, NULL},
};

Test(npy, every_type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        char one[100], flat[100];
        struct dataset d;
        struct err e;
        snprintf(one, sizeof one,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (1, 1)}",
                 types[i].descr);
        snprintf(flat, sizeof flat,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (1,)}",
                 types[i].descr);
        write_array("x", one, types[i].bytes, types[i].size);
        write_array("y", types[i].label ? flat : DICTIONARY("u1", "(1,)"),
                    types[i].bytes, types[i].label ? types[i].size : 1);
        cr_assert_eq(load_source(&npy_source_ops, &plain, &d, &e), OK, "%s: %s",
                     types[i].descr, e.text);
        const float got = d.pixel == PIXEL_U8
                              ? (float)*(unsigned char *)d.pixels
                              : *(float *)d.pixels;
        cr_expect(got == types[i].value, "%s: got %.9g", types[i].descr,
                  (double)got);
        if (types[i].label)
            cr_expect_str_eq(d.target.names[0], types[i].label);
        dataset_free(&d);
    }
}

Test(npy, numbers_to_be_predicted)
{
    static const float numbers[] = {1, -2.5f, 3, 4};
    struct npy_source source = plain;
    struct dataset d;
    struct err e;

    source.targets = source.labels;
    source.labels = (struct path){NULL, NULL};
    write_array("x", DICTIONARY("|u1", "(2, 3)"), bytes, sizeof bytes);
    write_array("y", DICTIONARY("<f4", "(2, 2)"), numbers, sizeof numbers);
    cr_assert_eq(load_source(&npy_source_ops, &source, &d, &e), OK, "%s",
                 e.text);
    cr_expect_eq(d.target.kind, TARGET_REAL);
    cr_expect_eq(d.target.width, 2);
    cr_expect_eq(memcmp(d.targets, numbers, sizeof numbers), 0);
    cr_expect_null(d.labels);
    dataset_free(&d);
    write_array("y", DICTIONARY("<f4", "(2,)"), numbers, 8);
    cr_assert_eq(load_source(&npy_source_ops, &source, &d, &e), OK, "%s",
                 e.text);
    cr_expect_eq(d.target.width, 1);
    dataset_free(&d);
}

Test(npy, several_labels_of_a_sample)
{
    static const char *const names[] = {"sky", "sea"};
    static const unsigned char both[] = {1, 0, 0, 1};
    struct npy_source source = plain;
    struct dataset d;
    struct err e;

    source.label_columns = (struct text_list){names, 2};
    write_array("x", DICTIONARY("|u1", "(2, 3)"), bytes, sizeof bytes);
    write_array("y", DICTIONARY("|u1", "(2, 2)"), both, sizeof both);
    cr_assert_eq(load_source(&npy_source_ops, &source, &d, &e), OK, "%s",
                 e.text);
    cr_expect_eq(d.target.kind, TARGET_LABELS);
    cr_expect_str_eq(d.target.names[1], "sea");
    cr_expect(d.targets[0] == 1 && d.targets[1] == 0 && d.targets[3] == 1);
    dataset_free(&d);
    write_array("y", DICTIONARY("|u1", "(2, 2)"), (unsigned char[]){1, 0, 0, 2},
                4);
    expect_refused(&npy_source_ops, &source, ERR_DATA,
                   "y: error: sample 1: a label is neither 0 nor 1\n");
    write_array("y", DICTIONARY("|u1", "(2,)"), two, 2);
    expect_refused(&npy_source_ops, &source, ERR_CONFIG,
                   "y: error: is an array of [2], label_columns names another "
                   "number of columns\n");
}

Test(npy, numbers_that_are_missing)
{
    const float some[] = {1, NAN, 3, 4}, infinite[] = {1, 2, 3, INFINITY};
    const struct source_request holes = {.holes = true};
    struct dataset d;
    struct err e = {0};

    write_labels();
    write_array("x", DICTIONARY("<f4", "(2, 2)"), some, sizeof some);
    expect_refused(&npy_source_ops, &plain, ERR_DATA,
                   "x: error: sample 0: a number is NaN; data.missing fills "
                   "such ones\n");
    cr_assert_eq(source_load(&npy_source_ops, &plain, &holes, &d, &e), OK, "%s",
                 e.text);
    cr_expect(d.holes);
    cr_expect(isnan(((float *)d.pixels)[1]));
    dataset_free(&d);
    write_array("x", DICTIONARY("<f4", "(2, 2)"), infinite, sizeof infinite);
    expect_refused(&npy_source_ops, &plain, ERR_DATA,
                   "x: error: sample 1: a number is no finite 32-bit float\n");
}

Test(npy, arrays_that_do_not_fit)
{
    static const struct {
        const char *x, *y;
        enum status status;
        const char *message;
    } cases[] = {
        {DICTIONARY("|u1", "(6,)"), NULL, ERR_DATA,
         "x: error: is an array of [6], expected samples: [N, H, W], [N, C, H, "
         "W] or rows of numbers [N, F]\n"},
        {DICTIONARY("|u1", "(2, 3, 0)"), NULL, ERR_DATA,
         "x: error: is an array of [2, 3, 0], expected extents of at least 1 "
         "and samples that memory can hold\n"},
        {DICTIONARY("|u1", "(2, 4611686018427387904, 2)"), NULL, ERR_DATA,
         "x: error: is an array of [2, 4611686018427387904, 2], expected "
         "extents of at least 1 and samples that memory can hold\n"},
        {DICTIONARY("|u1", "(9223372036854775807, 3)"), NULL, ERR_DATA,
         "x: error: its header asks for more than 2^63 bytes\n"},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}", NULL,
         ERR_DATA,
         "x: error: is in Fortran order, expected C order; in NumPy "
         "numpy.ascontiguousarray(x) makes it\n"},
        {DICTIONARY("|O", "(2, 3)"), NULL, ERR_DATA,
         "x: error: elements of type '|O', objects of Python; expected bool, "
         "integers of 1 to 8 bytes, or floats of 4 or 8; in NumPy "
         "x.astype(\"float32\") makes them\n"},
        {DICTIONARY("|u1", "(0, 3)"), DICTIONARY("|u1", "(0,)"), ERR_DATA,
         "x: error: holds no samples\n"},
        {DICTIONARY("|u1", "(3, 2)"), NULL, ERR_DATA,
         "x: error: 3 samples, but y holds 2 labels\n"},
        {DICTIONARY("|u1", "(2, 4)"), NULL, ERR_DATA,
         "x: error: ends after 6 of the 8 bytes of elements that its header "
         "says\n"},
        {DICTIONARY("|u1", "(2, 2)"), NULL, ERR_DATA,
         "x: error: longer than its header says\n"},
        {DICTIONARY("|b1", "(2, 3)"), NULL, ERR_DATA,
         "x: error: sample 0: a bool is neither 0 nor 1\n"},
        {DICTIONARY("|u1", "(2, 3)"), DICTIONARY("|u1", "(1, 2)"), ERR_DATA,
         "y: error: is an array of [1, 2], expected labels: [N]; of one-hot "
         "rows y.argmax(axis=1) makes them, label_columns names several labels "
         "of a sample, targets numbers to be predicted\n"},
        {DICTIONARY("|u1", "(2, 3)"), DICTIONARY("<f4", "(2,)"), ERR_DATA,
         "y: error: holds real numbers, expected integer labels; targets names "
         "numbers to be predicted\n"},
        {DICTIONARY("|u1", "(2, 3)"), DICTIONARY("|u1", "()"), ERR_DATA,
         "y: error: is an array of [], expected labels: [N]\n"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        write_array("x", cases[i].x, bytes, sizeof bytes);
        write_array("y", cases[i].y ? cases[i].y : DICTIONARY("|u1", "(2,)"),
                    two, sizeof two);
        expect_refused(&npy_source_ops, &plain, cases[i].status,
                       cases[i].message);
    }
}

Test(npy, a_layout_needs_channels)
{
    struct npy_source source = plain;

    source.layout = "last";
    write_array("x", DICTIONARY("|u1", "(2, 1, 3)"), bytes, sizeof bytes);
    write_labels();
    expect_refused(&npy_source_ops, &source, ERR_CONFIG,
                   "x: error: is an array of [2, 1, 3], layout: last is of [N, "
                   "H, W, C]\n");
}

/* Both files are looked at, whatever is wrong with the first. */
Test(npy, one_run_names_every_fault)
{
    put_text("x", "1,2,3\n");
    put_text("y", "\x93NUMPY\4");
    expect_refused(&npy_source_ops, &plain, ERR_DATA,
                   "x: error: not a NumPy array: does not begin with "
                   "\\x93NUMPY\ny: error: not a NumPy array: only 7 bytes "
                   "long\n");
}

Test(npy, what_is_no_array_is_refused_at_its_beginning)
{
    static const unsigned char newer[] = "\x93NUMPY\4\0\2\0{}";
    static const unsigned char huge[] = "\x93NUMPY\2\0\xff\xff\xff\xff{'descr'";
    static const unsigned char cut[] = "\x93NUMPY\1\0\x40\0{'descr': 'u1'";

    write_labels();
    scratch_write("x", newer, sizeof newer - 1);
    expect_refused(&npy_source_ops, &plain, ERR_DATA,
                   "x: error: a NumPy array of format 4.0, expected 1.0 to "
                   "3.0\n");
    scratch_write("x", huge, sizeof huge - 1);
    expect_refused(&npy_source_ops, &plain, ERR_DATA,
                   "x: error: its NumPy header claims 4294967295 bytes, at "
                   "most 131072 are read\n");
    scratch_write("x", cut, sizeof cut - 1);
    expect_refused(&npy_source_ops, &plain, ERR_DATA,
                   "x: error: its NumPy header ends after 24 of 74 bytes\n");
}

/* What is shorter is refused; what is changed is refused or read. */
Test(npy, prefixes_and_flipped_bits)
{
    struct text file = {0};
    struct dataset d;
    struct err e;

    write_labels();
    put_array(&file, DICTIONARY("<f4", "(2, 1, 1, 2)"),
              (const float[]){1, 2, 3, 4}, 16);
    for (size_t length = 0; length < file.length; length++) {
        scratch_write("x", file.at, length);
        cr_expect_eq(load_source(&npy_source_ops, &plain, &d, &e), ERR_DATA,
                     "%zu bytes", length);
    }
    for (size_t bit = 0; bit < 8 * file.length; bit++) {
        file.at[bit / 8] = (char)(file.at[bit / 8] ^ 1 << bit % 8);
        scratch_write("x", file.at, file.length);
        const enum status s = load_source(&npy_source_ops, &plain, &d, &e);
        cr_expect(s == OK || s == ERR_DATA, "bit %zu: %s", bit, e.text);
        dataset_free(&d);
        file.at[bit / 8] = (char)(file.at[bit / 8] ^ 1 << bit % 8);
    }
    text_free(&file);
}

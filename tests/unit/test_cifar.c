/* Batches of CIFAR: which kind they are, labels, names, sizes. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/pixels.h"
#include "source/cifar.h"
#include "support/files.h"
#include "support/scratch.h"

TestSuite(cifar, .init = scratch_begin, .fini = scratch_end);

enum { TEN = 3073, HUNDRED = 3074, MOST = 4 };

static const struct path files[] = {{"a", "a"}, {"b", "b"}};
static const struct cifar_source one = {.cifar = {files, 1}};
static const struct cifar_source both = {.cifar = {files, 2}};

/* Records of which the first bytes are 1, 2, 3 .. or 11 1, 12 2, 13 3 .., the
 * last pixels the same and 200 more. */
static void make(unsigned char *to, int count, int size)
{
    memset(to, 7, (size_t)(count * size));
    for (int i = 0; i < count; i++, to += size) {
        to[0] = (unsigned char)(size == TEN ? i + 1 : i + 11);
        if (size == HUNDRED)
            to[1] = (unsigned char)(i + 1);
        to[size - 1] = (unsigned char)(i + 201);
    }
}

static void write_batch(const char *name, int count, int size)
{
    static unsigned char batch[MOST * HUNDRED];

    make(batch, count, size);
    scratch_write(name, batch, (size_t)(count * size));
}

static enum status load(const struct cifar_source *source, struct dataset *d,
                        struct err *e)
{
    *e = (struct err){0};
    return source_load(&cifar_source_ops, source, NULL, d, e);
}

static void expect_refused(const struct cifar_source *source,
                           enum status status, const char *message)
{
    struct dataset d;
    struct err e;
    const enum status s = load(source, &d, &e);

    cr_expect_eq(s, status, "%d for %s: %s", (int)s, message, e.text);
    cr_expect_str_eq(e.text, message, "got %swant %s", e.text, message);
    cr_expect_null(d.pixels);
}

static void expect_label(const struct dataset *d, int64_t sample,
                         const char *want)
{
    cr_expect_str_eq(d->target.names[d->labels[sample]], want);
}

Test(cifar, records_of_both_files_in_order)
{
    struct dataset d;
    struct err e;

    write_batch("a", 2, TEN);
    write_batch("b", 3, TEN);
    cr_assert_eq(load(&both, &d, &e), OK, "%s", e.text);
    cr_expect_eq(d.count, 5);
    cr_expect_eq(d.pixel, PIXEL_U8);
    cr_expect(shape_equal(d.shape, SHAPE(3, 32, 32)));
    const unsigned char *pixels = d.pixels;
    cr_expect_eq(pixels[0], 7);
    cr_expect_eq(pixels[3071], 201);
    cr_expect_eq(pixels[5 * 3072 - 1], 203);
    expect_label(&d, 1, "2");
    expect_label(&d, 4, "3");
    dataset_free(&d);
}

Test(cifar, either_label_of_a_hundred_classes)
{
    struct cifar_source source = one;
    struct dataset d;
    struct err e;

    write_batch("a", 2, HUNDRED);
    cr_assert_eq(load(&source, &d, &e), OK, "%s", e.text);
    expect_label(&d, 1, "2");
    cr_expect_eq(((unsigned char *)d.pixels)[3071], 201);
    dataset_free(&d);
    source.label = "coarse";
    cr_assert_eq(load(&source, &d, &e), OK, "%s", e.text);
    expect_label(&d, 1, "12");
    dataset_free(&d);
}

Test(cifar, packed_batches)
{
    static unsigned char batch[2 * TEN];
    struct dataset d;
    struct err e;

    make(batch, 2, TEN);
    put_gzip("a", batch, sizeof batch);
    cr_assert_eq(load(&one, &d, &e), OK, "%s", e.text);
    cr_expect_eq(d.count, 2);
    dataset_free(&d);
}

Test(cifar, names_beside_the_batches)
{
    struct cifar_source source = one;
    struct dataset d;
    struct err e;

    write_batch("a", 2, TEN);
    put_text("batches.meta.txt", "airplane\nbird \r\ncat\n\n");
    cr_assert_eq(load(&source, &d, &e), OK, "%s", e.text);
    expect_label(&d, 0, "bird");
    expect_label(&d, 1, "cat");
    dataset_free(&d);
    put_text("batches.meta.txt", "airplane\nbird");
    expect_refused(&source, ERR_DATA,
                   "a: error: record 1: label 2, but batches.meta.txt names 2 "
                   "classes\n");
    write_batch("a", 1, HUNDRED);
    put_text("fine_label_names.txt", "apple\nbee\n");
    put_text("coarse_label_names.txt", "apple\n");
    cr_assert_eq(load(&source, &d, &e), OK, "%s", e.text);
    expect_label(&d, 0, "bee");
    dataset_free(&d);
    source.label = "coarse";
    expect_refused(&source, ERR_DATA,
                   "a: error: record 0: label 11, but coarse_label_names.txt "
                   "names 1 classes\n");
}

Test(cifar, labels_that_no_class_has)
{
    struct cifar_source source = one;

    scratch_write("a", memset((unsigned char[TEN]){0}, 10, TEN), TEN);
    expect_refused(&source, ERR_DATA,
                   "a: error: record 0: label 10, but CIFAR-10 has 10 "
                   "classes\n");
    scratch_write("a", memset((unsigned char[HUNDRED]){0}, 100, HUNDRED),
                  HUNDRED);
    expect_refused(&source, ERR_DATA,
                   "a: error: record 0: label 100, but CIFAR-100 has 100 "
                   "classes\n");
    scratch_write("a", memset((unsigned char[HUNDRED]){0}, 20, HUNDRED),
                  HUNDRED);
    source.label = "coarse";
    expect_refused(&source, ERR_DATA,
                   "a: error: record 0: label 20, but CIFAR-100, coarse, has "
                   "20 classes\n");
}

Test(cifar, names_that_are_none)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a\n\nb\n",
         "batches.meta.txt: error: line 3: follows an empty line\n"},
        {"a\nb\na\n", "batches.meta.txt: error: line 3: a class has the name "
                      "of another\n"},
        {"\n", "batches.meta.txt: error: names no classes\n"},
    };

    write_batch("a", 2, TEN);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        put_text("batches.meta.txt", cases[i].text);
        expect_refused(&one, ERR_DATA, cases[i].message);
    }
    scratch_write("batches.meta.txt", "a\0b\n", 4);
    expect_refused(&one, ERR_DATA, "batches.meta.txt: error: is no text\n");
}

Test(cifar, sizes_that_are_none)
{
    struct cifar_source fine = one;

    put_text("a", "abc");
    put_text("b", "");
    expect_refused(&both, ERR_DATA,
                   "a: error: is 3 bytes long, no multiple of the 3073 of a "
                   "record of CIFAR-10 or the 3074 of CIFAR-100\n"
                   "b: error: holds no samples\n");
    write_batch("a", 2, TEN);
    write_batch("b", 2, HUNDRED);
    expect_refused(&both, ERR_DATA,
                   "a: error: of the batches some are of CIFAR-10 and some of "
                   "CIFAR-100\n");
    fine.label = "fine";
    expect_refused(&fine, ERR_CONFIG,
                   "a: error: label: fine has no effect, the batches are of "
                   "CIFAR-10, which has one label\n");
}

/* 3074 records of the one are as long as 3073 of the other. */
Test(cifar, a_size_that_is_of_both)
{
    struct cifar_source source = one;
    const size_t length = (size_t)TEN * HUNDRED;
    unsigned char *zeros = calloc(length, 1);
    struct dataset d;
    struct err e;

    cr_assert_not_null(zeros);
    scratch_write("a", zeros, length);
    free(zeros);
    expect_refused(&source, ERR_CONFIG,
                   "a: error: its size is that of a batch of CIFAR-10 and of "
                   "CIFAR-100; label: fine says that it is the latter, "
                   "batches.meta.txt beside it the former\n");
    source.label = "fine";
    cr_assert_eq(load(&source, &d, &e), OK, "%s", e.text);
    cr_expect_eq(d.count, TEN);
    dataset_free(&d);
    put_text("batches.meta.txt", "airplane\n");
    source.label = NULL;
    cr_assert_eq(load(&source, &d, &e), OK, "%s", e.text);
    cr_expect_eq(d.count, HUNDRED);
    expect_label(&d, 0, "airplane");
    dataset_free(&d);
}

static enum status load_left(const struct cifar_source *source,
                             struct dataset *d, struct err *e)
{
    const struct source_request q = {.cache = CACHE_NONE};

    *e = (struct err){0};
    return source_load(&cifar_source_ops, source, &q, d, e);
}

Test(cifar, pixels_that_stay_in_their_files)
{
    enum { ALL = 7, PIXELS = 3072 };
    static const int64_t ids[ALL] = {5, 6, 0, 1, 2, 3, 4};
    static unsigned char a[ALL * PIXELS], b[ALL * PIXELS];

    for (int size = TEN; size <= HUNDRED; size++) {
        struct dataset held, left;
        struct err e;
        write_batch("a", 3, size);
        write_batch("b", 4, size);
        cr_assert_eq(load(&both, &held, &e), OK, "%s", e.text);
        cr_assert_eq(load_left(&both, &left, &e), OK, "%s", e.text);
        cr_expect(left.apart && !left.pixels && !held.apart);
        cr_expect_eq(left.count, ALL);
        cr_expect_eq(
            memcmp(held.labels, left.labels, ALL * sizeof *held.labels), 0);
        cr_assert_eq(pixels_read(&held, ids, ALL, a, &e), OK);
        cr_assert_eq(pixels_read(&left, ids, ALL, b, &e), OK, "%s", e.text);
        cr_expect_eq(memcmp(a, b, sizeof a), 0);
        cr_expect_eq(b[PIXELS - 1], 203); /* of the third record of b */
        cr_expect_eq(truncate("b", 4 * size - 1), 0);
        cr_expect_eq(pixels_read(&left, ids, 1, b, &e), OK);
        cr_expect_eq(pixels_read(&left, ids + 1, 1, b, &e), ERR_IO);
        dataset_free(&held);
        dataset_free(&left);
    }
}

Test(cifar, pixels_that_cannot_stay)
{
    static unsigned char batch[2 * TEN];
    struct dataset d;
    struct err e;

    make(batch, 2, TEN);
    write_batch("a", 2, TEN);
    put_gzip("b", batch, sizeof batch);
    cr_expect_eq(load_left(&both, &d, &e), ERR_CONFIG);
    cr_expect_str_eq(e.text, "a: error: data.cache: none has no effect, its "
                             "pixels can only be read in order\n");
    cr_expect_eq(load_left(&one, &d, &e), OK);
    cr_expect(d.apart);
    dataset_free(&d);
}

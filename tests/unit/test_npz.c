/* Archives of arrays: members by name, both packings, hostile directories. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "codec/zip.h"
#include "data/dataset.h"
#include "source/npz.h"
#include "support/arrays.h"
#include "support/files.h"
#include "support/scratch.h"

TestSuite(npz, .init = scratch_begin, .fini = scratch_end);

static const struct npz_source plain = {
    .npz = {"a", "a"}, .images = "x", .labels = "y", .layout = "first"};

static const unsigned char bytes[] = {0, 1, 2, 3, 4, 255};
static const unsigned char two[] = {10, 9};

enum { X, Y, MEMBERS };

/* An archive of x and y, which a test may change; given back by write_it. */
static void make(struct packed of[MEMBERS], bool deflated)
{
    of[X] = (struct packed){.name = "x.npy", .deflated = deflated};
    of[Y] = (struct packed){.name = "y.npy", .deflated = deflated};
    put_array(&of[X].content,
              "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 3)}",
              bytes, sizeof bytes);
    put_array(&of[Y].content,
              "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", two,
              sizeof two);
}

static void write_it(struct packed of[MEMBERS], bool wide)
{
    struct text file = {0};

    put_archive(&file, of, MEMBERS, wide);
    scratch_write("a", file.at, file.length);
    text_free(&file);
    for (int i = 0; i < MEMBERS; i++)
        text_free(&of[i].content);
}

Test(npz, both_packings_and_both_widths_of_numbers)
{
    for (int form = 0; form < 4; form++) {
        struct packed of[MEMBERS];
        struct dataset d;
        struct err e;
        make(of, form & 1);
        write_it(of, form & 2);
        cr_assert_eq(load_source(&npz_source_ops, &plain, &d, &e), OK,
                     "form %d: %s", form, e.text);
        cr_expect_eq(memcmp(d.pixels, bytes, sizeof bytes), 0);
        cr_expect_str_eq(d.target.names[d.labels[0]], "10");
        dataset_free(&d);
    }
}

Test(npz, names_with_and_without_their_ending)
{
    struct npz_source source = plain;
    struct packed of[MEMBERS];
    struct dataset d;
    struct err e;

    make(of, true);
    of[Y].name = "y";
    source.images = "x.npy";
    write_it(of, false);
    cr_expect_eq(load_source(&npz_source_ops, &source, &d, &e), OK, "%s",
                 e.text);
    dataset_free(&d);
    make(of, true);
    of[Y].name = "x";
    write_it(of, false);
    source.images = "x";
    source.labels = NULL;
    expect_refused(&npz_source_ops, &source, ERR_DATA,
                   "a: error: holds several arrays called 'x'\n");
}

Test(npz, names_that_are_missing)
{
    struct npz_source source = plain;
    struct packed of[MEMBERS];

    source.images = "x_train";
    source.labels = "y_train";
    make(of, false);
    write_it(of, false);
    expect_refused(&npz_source_ops, &source, ERR_DATA,
                   "a: error: holds no array 'x_train'; the archive holds x, "
                   "y\na: error: holds no array 'y_train'; the archive holds "
                   "x, y\n");
    source.images = NULL;
    source.labels = NULL;
    expect_refused(&npz_source_ops, &source, ERR_CONFIG,
                   "a: error: holds x, y; images, or --array of predict and "
                   "plot, says which array holds the samples\n");
}

Test(npz, members_that_cannot_be_read)
{
    struct packed of[MEMBERS];

    make(of, true);
    of[X].method = 12;
    of[Y].flags = 1;
    write_it(of, false);
    expect_refused(&npz_source_ops, &plain, ERR_DATA,
                   "a/x.npy: error: is packed by bzip2 (12); expected stored "
                   "(0) or deflate (8)\na/y.npy: error: is encrypted\n");
    make(of, false);
    of[X].method = 77;
    write_it(of, false);
    expect_refused(&npz_source_ops, &plain, ERR_DATA,
                   "a/x.npy: error: is packed by an unknown method (77); "
                   "expected stored (0) or deflate (8)\n");
    /* Stored bytes are no deflate stream. */
    make(of, false);
    of[X].method = 8;
    write_it(of, false);
    expect_refused(&npz_source_ops, &plain, ERR_DATA,
                   "a/x.npy: error: goes on after the deflate data\n");
}

Test(npz, what_is_no_archive)
{
    put_text("a", "PK\3\4");
    expect_refused(&npz_source_ops, &plain, ERR_DATA,
                   "a: error: is a damaged zip archive: no directory stands at "
                   "its end\n");
    scratch_write("a", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
    expect_refused(&npz_source_ops, &plain, ERR_DATA,
                   "a: error: holds no array 'x'; the archive holds nothing\n"
                   "a: error: holds no array 'y'; the archive holds nothing\n");
}

/* Where the directory says how much a member unpacks to. */
static char *unpacked_size(struct text *file)
{
    char *entry = memmem(file->at, file->length, "PK\1\2", 4);

    cr_assert_not_null(entry);
    return entry + 24;
}

Test(npz, sizes_that_are_lies)
{
    struct packed of[MEMBERS];
    struct text file = {0};

    make(of, true);
    put_archive(&file, of, MEMBERS, false);
    unpacked_size(&file)[0]++;
    scratch_write("a", file.at, file.length);
    expect_refused(&npz_source_ops, &plain, ERR_DATA,
                   "a/x.npy: error: has fewer bytes than the archive's "
                   "directory says\n");
    unpacked_size(&file)[0] = (char)(unpacked_size(&file)[0] - 2);
    scratch_write("a", file.at, file.length);
    expect_refused(&npz_source_ops, &plain, ERR_DATA,
                   "a/x.npy: error: has more bytes than the archive's "
                   "directory says\n");
    memcpy(unpacked_size(&file), "\xff\xff\xff\x7f", 4);
    scratch_write("a", file.at, file.length);
    struct dataset d;
    struct err e;
    cr_expect_eq(load_source(&npz_source_ops, &plain, &d, &e), ERR_DATA);
    cr_expect(strstr(e.text, "cannot be 2147483647 bytes, the archive has"),
              "%s", e.text);
    text_free(&file);
    for (int i = 0; i < MEMBERS; i++)
        text_free(&of[i].content);
}

Test(npz, a_wrong_checksum)
{
    struct packed of[MEMBERS];
    struct text file = {0};

    make(of, false);
    put_archive(&file, of, MEMBERS, false);
    char *pixel = memmem(file.at, file.length, bytes, sizeof bytes);
    cr_assert_not_null(pixel);
    pixel[5] = 7;
    scratch_write("a", file.at, file.length);
    struct dataset d;
    struct err e;
    cr_expect_eq(load_source(&npz_source_ops, &plain, &d, &e), ERR_DATA);
    cr_expect(strstr(e.text, "a/x.npy: error: is damaged: its checksum is"),
              "%s", e.text);
    text_free(&file);
    for (int i = 0; i < MEMBERS; i++)
        text_free(&of[i].content);
}

/* What is shorter is refused; what is changed is refused or read. */
Test(npz, prefixes_and_flipped_bits)
{
    for (int form = 0; form < 4; form++) {
        struct packed of[MEMBERS];
        struct text file = {0};
        struct dataset d;
        struct err e;
        make(of, form & 1);
        put_archive(&file, of, MEMBERS, form & 2);
        for (size_t length = 0; length < file.length; length++) {
            scratch_write("a", file.at, length);
            cr_expect_eq(load_source(&npz_source_ops, &plain, &d, &e), ERR_DATA,
                         "%zu bytes", length);
        }
        for (size_t bit = 0; bit < 8 * file.length; bit++) {
            file.at[bit / 8] = (char)(file.at[bit / 8] ^ 1 << bit % 8);
            scratch_write("a", file.at, file.length);
            const enum status s = load_source(&npz_source_ops, &plain, &d, &e);
            cr_expect(s == OK || s == ERR_DATA, "bit %zu: %s", bit, e.text);
            dataset_free(&d);
            file.at[bit / 8] = (char)(file.at[bit / 8] ^ 1 << bit % 8);
        }
        text_free(&file);
        for (int i = 0; i < MEMBERS; i++)
            text_free(&of[i].content);
    }
}

Test(npz, a_pipe_has_no_end_to_begin_at)
{
    struct npz_source source = plain;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    source.npz = (struct path){"-", "-"};
    expect_refused(&npz_source_ops, &source, ERR_DATA,
                   "standard input: error: cannot be read as a zip archive, "
                   "whose directory is at its end: expected a file, not a "
                   "pipe\n");
}

/* Samples as they come in: formats, pauses, bad records, labels. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/csv.h"
#include "source/idx.h"
#include "source/stream.h"
#include "support/files.h"
#include "support/scratch.h"

TestSuite(sample_stream, .init = scratch_begin, .fini = scratch_end);

enum { ROOM = 8, SIZE = 3 };

struct asked {
    struct csv_source csv;
    bool labelled, keep_bad;
};

struct reading {
    struct sample_stream stream;
    float x[ROOM * SIZE];
    struct bad_record bad[ROOM];
    int64_t got;
    struct err e;
};

static struct asked asked_of(const char *path)
{
    return (struct asked){.csv = {.csv = {path, path},
                                  .label_column = "0",
                                  .header = "auto",
                                  .delimiter = ","}};
}

/* The kind is the one that claims the content, else CSV. */
static enum status try_open(struct sample_stream *out, const struct asked *a,
                            struct err *e)
{
    const char *path = a->csv.csv.at;
    const struct idx_source idx = {.images = a->csv.csv};
    struct input in = {0};

    cr_assert_eq(input_open(&in, path, e), OK);
    const struct source_ops *kind;
    cr_assert_eq(source_told(&in, path, &kind, e), OK);
    const struct sample_stream_config c = {
        .kind = kind,
        .config = kind == &idx_source_ops ? (const void *)&idx : &a->csv,
        .in = &in,
        .labelled = a->labelled,
        .shape = SHAPE(1, 1, SIZE),
        .keep_bad = a->keep_bad,
    };
    const enum status s = sample_stream_open(out, &c, e);
    input_close(&in);
    if (s != OK)
        sample_stream_close(out);
    return s;
}

static void begin(struct reading *r, const struct asked *a)
{
    *r = (struct reading){0};
    cr_assert_eq(try_open(&r->stream, a, &r->e), OK, "%s", r->e.text);
}

static enum status next(struct reading *r)
{
    return sample_stream_next(&r->stream, ROOM, r->x, r->bad, &r->got, &r->e);
}

static void expect_got(struct reading *r, int64_t count, const float *want)
{
    cr_assert_eq(r->got, count, "got %ld records, want %ld", (long)r->got,
                 (long)count);
    for (int64_t i = 0; i < count * SIZE; i++)
        cr_expect(r->x[i] == want[i], "number %ld: got %g want %g", (long)i,
                  (double)r->x[i], (double)want[i]);
}

static void expect_next(struct reading *r, int64_t count, const float *want)
{
    cr_assert_eq(next(r), OK, "%s", r->e.text);
    expect_got(r, count, want);
}

static const unsigned char idx[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0,
                                    1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6};
static const float numbers[] = {1, 2, 3, 4, 5, 6};

/* The same two records in every form; the names mean nothing to the magic. */
Test(sample_stream, every_format)
{
    static const char *const csv[] = {"1,2,3\n4,5,6\n", "1,2,3\r\n4,5,6",
                                      "a,b,c\n1,2,3\n4,5,6\n\n",
                                      ("\xef\xbb\xbf"
                                       "1,2,3\n4,5,6\n")};
    struct reading r;

    for (size_t i = 0; i < 2 * ARRAY_LEN(csv) + 2; i++) {
        const struct asked c = asked_of("in");
        const void *bytes = i < 2 ? (const void *)idx : csv[i / 2 - 1];
        const size_t length = i < 2 ? sizeof idx : strlen(csv[i / 2 - 1]);
        if (i % 2)
            put_gzip("in", bytes, length);
        else
            scratch_write("in", bytes, length);
        begin(&r, &c);
        expect_next(&r, 2, numbers);
        expect_next(&r, 0, NULL);
        expect_next(&r, 0, NULL);
        sample_stream_close(&r.stream);
    }
}

Test(sample_stream, labelled_rows)
{
    struct asked c = asked_of("in.csv");
    struct reading r;

    c.labelled = true;
    put_text("in.csv", "cat,1,2,3\n\"a,b\",4,5,6\n");
    begin(&r, &c);
    expect_next(&r, 2, numbers);
    sample_stream_close(&r.stream);

    put_text("in.csv", "p,y,q,r\n1,cat,2,3\n4,dog,5,6\n");
    c.csv.label_column = "y";
    begin(&r, &c);
    expect_next(&r, 2, numbers);
    sample_stream_close(&r.stream);

    c.labelled = false;
    r.e = (struct err){0};
    begin(&r, &c);
    cr_expect_eq(next(&r), ERR_DATA);
    cr_expect_str_eq(r.e.text, "in.csv:1:1: error: row has 4 cells, the "
                               "network takes 3; if one of them is a label, "
                               "use --labelled\n");
    sample_stream_close(&r.stream);
}

/* Good records before a fault are handed out first. */
Test(sample_stream, faults_come_after_what_precedes_them)
{
    const struct asked c = asked_of("in.csv");
    struct reading r;

    put_text("in.csv", "1,2,3\n4,5,6\n7,8\n1,2,3\n");
    begin(&r, &c);
    cr_expect_eq(next(&r), ERR_DATA);
    expect_got(&r, 2, numbers);
    cr_expect_str_eq(r.e.text,
                     "in.csv:3:4: error: row has 2 cells, expected 3\n");
    cr_expect_eq(r.e.count, 1);
    sample_stream_close(&r.stream);
}

Test(sample_stream, bad_records_are_kept_in_place)
{
    static const float want[] = {1, 2, 3, 0, 0, 0, 0, 0, 0,
                                 4, 5, 6, 0, 0, 0, 7, 8, 9};
    static const char *const why[] = {
        NULL,
        "in.csv:2:3: error: cell 'x' is not a number",
        "in.csv:3:1: error: empty line",
        NULL,
        "in.csv:5:7: error: row has 4 cells, the network takes 3; if one of "
        "them is a label, use --labelled",
        NULL};
    struct asked c = asked_of("in.csv");
    struct reading r;

    c.keep_bad = true;
    put_text("in.csv", "1,2,3\n4,x,6\n\n4,5,6\n4,5,6,7\n7,8,9\n\n");
    begin(&r, &c);
    expect_next(&r, 6, want);
    for (int i = 0; i < 6; i++) {
        cr_expect_eq(r.bad[i].bad, why[i] != NULL, "record %d", i);
        if (why[i])
            cr_expect_str_eq(r.bad[i].why, why[i]);
    }
    expect_next(&r, 0, NULL);
    sample_stream_close(&r.stream);
}

/* A first row that holds a value is a record, whatever else stands in it. */
Test(sample_stream, a_bad_first_row_is_no_header)
{
    struct asked c = asked_of("in.csv");
    static const float want[] = {0, 0, 0, 1, 2, 3};
    struct reading r;

    c.keep_bad = true;
    put_text("in.csv", "a,1\n1,2,3\n");
    begin(&r, &c);
    expect_next(&r, 2, want);
    cr_expect(r.bad[0].bad && !r.bad[1].bad);
    sample_stream_close(&r.stream);
    put_text("in.csv", "\n1,2,3\n");
    begin(&r, &c);
    expect_next(&r, 2, want);
    cr_expect_str_eq(r.bad[0].why, "in.csv:1:1: error: empty line");
    sample_stream_close(&r.stream);
}

struct refused_case {
    const char *content;
    size_t length;
    const char *path, *message;
    enum status status;
};

Test(sample_stream, what_is_refused_at_once)
{
    static const struct refused_case cases[] = {
        {(const char *)idx, 7, "i",
         "i: error: the IDX header ends after 7 of 16 bytes\n", ERR_DATA},
        {"1,2,3\n", 6, "x-ubyte",
         "x-ubyte: error: not an IDX file: starts with 31 2c 32 2c, expected "
         "00 00, a type (08 09 0b 0c 0d 0e) and the number of axes\n",
         ERR_DATA},
        {"\0\0\010\3\0\0\0\1\0\0\0\2\0\0\0\2abcd", 20, "i",
         "i: error: the samples are 1x2x2, the network's input takes 1x1x3\n",
         ERR_CONFIG},
        {"\0\0\010\1\0\0\0\1a", 9, "i",
         "i: error: 1 axis, expected images: [N, H, W] or [N, C, H, W]\n",
         ERR_DATA},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct asked c = asked_of(cases[i].path);
        struct sample_stream s = {0};
        struct err e = {0};
        scratch_write(cases[i].path, cases[i].content, cases[i].length);
        cr_expect_eq(try_open(&s, &c, &e), cases[i].status);
        cr_expect_str_eq(e.text, cases[i].message, "case %zu: got %s", i,
                         e.text);
    }
}

Test(sample_stream, idx_of_a_wrong_length)
{
    const struct asked c = asked_of("i");
    unsigned char file[sizeof idx + 1] = {0};
    struct reading r;

    memcpy(file, idx, sizeof idx);
    scratch_write("i", file, sizeof idx - 1);
    begin(&r, &c);
    cr_expect_eq(next(&r), ERR_DATA);
    expect_got(&r, 1, numbers);
    cr_expect_str_eq(r.e.text, "i: error: ends after 5 of the 6 bytes of "
                               "elements that its header says\n");
    sample_stream_close(&r.stream);
    scratch_write("i", file, sizeof file);
    begin(&r, &c);
    cr_expect_eq(next(&r), ERR_DATA);
    expect_got(&r, 2, numbers);
    cr_expect_str_eq(r.e.text, "i: error: longer than its IDX header says\n");
    sample_stream_close(&r.stream);
}

static void say(int fd, const char *text)
{
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* Standard input is a pipe whose writer pauses, also within a row and behind
 * an empty line: what is complete comes out, nothing waits.  A hang is the
 * failure. */
Test(sample_stream, pauses, .timeout = 20)
{
    const struct asked c = asked_of("-");
    static const float seven[] = {7, 8, 9};
    struct reading r;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dup2(ends[0], 0), 0);
    say(ends[1], "1,2,3\n4,5,6\n7,8");
    begin(&r, &c);
    expect_next(&r, 2, numbers);
    say(ends[1], ",9\n\r\n\n");
    expect_next(&r, 1, seven);
    close(ends[1]);
    expect_next(&r, 0, NULL);
    sample_stream_close(&r.stream);
}

Test(sample_stream, idx_pauses, .timeout = 20)
{
    const struct asked c = asked_of("-");
    struct reading r;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dup2(ends[0], 0), 0);
    cr_assert_eq(write(ends[1], idx, 20), 20);
    begin(&r, &c);
    expect_next(&r, 1, numbers);
    cr_assert_eq(write(ends[1], idx + 20, 2), 2);
    close(ends[1]);
    expect_next(&r, 1, numbers + 3);
    expect_next(&r, 0, NULL);
    sample_stream_close(&r.stream);
}

/* Constant memory, and no line is lost where buffers end: more rows than any
 * buffer holds, told apart by their numbers. */
Test(sample_stream, many_rows)
{
    enum { ROWS = 200000 };
    const struct asked c = asked_of("in.csv");
    struct reading r;
    int64_t n = 0;
    FILE *f = fopen("in.csv", "wb");

    for (int i = 0; i < ROWS; i++)
        fprintf(f, "%d,%d.5,%d\n", i, i % 1000, -i);
    fclose(f);
    begin(&r, &c);
    while (next(&r) == OK && r.got > 0)
        for (int64_t i = 0; i < r.got; i++, n++) {
            const float *x = r.x + i * SIZE;
            cr_assert(x[0] == (float)n && x[1] == (float)(n % 1000) + 0.5f &&
                          x[2] == -(float)n,
                      "row %ld: %g %g %g", (long)n, (double)x[0], (double)x[1],
                      (double)x[2]);
        }
    cr_expect_eq(n, ROWS);
    sample_stream_close(&r.stream);
}

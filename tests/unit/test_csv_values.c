/* Rows of numbers from text: what is accepted, and its exact values. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "source/csv.h"
#include "source/source.h"
#include "support/files.h"
#include "support/scratch.h"

static enum status preflight(const struct source_ops *kind, const void *config,
                             struct err *e)
{
    struct column_names names = {0};
    struct arena arena = {0};
    const enum status s = source_preflight(kind, config, &names, &arena, e);

    arena_free(&arena);
    return s;
}

TestSuite(csv_values, .init = scratch_begin, .fini = scratch_end);

static struct dataset load(const struct csv_source *source)
{
    struct err e = {0};
    struct dataset d;

    cr_assert_eq(preflight(&csv_source_ops, source, &e), OK, "%s", e.text);
    cr_assert_eq(source_load(&csv_source_ops, source, NULL, &d, &e), OK, "%s",
                 e.text);
    return d;
}

struct good_case {
    const char *content, *label_column, *header, *delimiter;
    const char *classes; /* joined by '|' */
    enum pixel_type pixel;
    int64_t count, features;
    float values[6];
    int32_t labels[3];
};

static const struct good_case good_cases[] = {
    {"7,1,2\n3,4,255\n",
     "0",
     "auto",
     ",",
     "3|7",
     PIXEL_U8,
     2,
     2,
     {1, 2, 4, 255},
     {1, 0}},
    /* Without a line break at the end; with mark, CRLF, empty lines there. */
    {"7,1,2\n3,4,5",
     "0",
     "auto",
     ",",
     "3|7",
     PIXEL_U8,
     2,
     2,
     {1, 2, 4, 5},
     {1, 0}},
    {"\xef\xbb\xbf"
     "7,1,2\r\n3,4,5\r\n\r\n\n",
     "0",
     "auto",
     ",",
     "3|7",
     PIXEL_U8,
     2,
     2,
     {1, 2, 4, 5},
     {1, 0}},
    /* Headers: by a word, by a word in the label column alone (none), by
     * name. */
    {"y,p0,p1\n7,1,2\n", "0", "auto", ",", "7", PIXEL_U8, 1, 2, {1, 2}, {0}},
    {"cat,1,2\ndog,3,4\n",
     "0",
     "auto",
     ",",
     "cat|dog",
     PIXEL_U8,
     2,
     2,
     {1, 2, 3, 4},
     {0, 1}},
    {"p0,\"the y\",p1\n1,b,2\n3,a,4\n",
     "the y",
     "auto",
     ",",
     "a|b",
     PIXEL_U8,
     2,
     2,
     {1, 2, 3, 4},
     {1, 0}},
    {"7,1,2\n3,4,5\n", "0", "true", ",", "3", PIXEL_U8, 1, 2, {4, 5}, {0}},
    /* Numbers are sorted as numbers, canonically named. */
    {"10,1\n9,2\n+009,3\n",
     "0",
     "auto",
     ",",
     "9|10",
     PIXEL_U8,
     3,
     1,
     {1, 2, 3},
     {1, 0, 0}},
    {"10,1\n9,2\nx,3\n",
     "0",
     "auto",
     ",",
     "10|9|x",
     PIXEL_U8,
     3,
     1,
     {1, 2, 3},
     {0, 1, 2}},
    {"-10,1\n-9,2\n0,3\n",
     "0",
     "auto",
     ",",
     "-10|-9|0",
     PIXEL_U8,
     3,
     1,
     {1, 2, 3},
     {0, 1, 2}},
    /* Quotes. */
    {"\"a,b\",1\n\"say \"\"x\"\"\",\"2\"\n",
     "0",
     "false",
     ",",
     "a,b|say \"x\"",
     PIXEL_F32,
     2,
     1,
     {1, 2},
     {0, 1}},
    /* The last column, other delimiters. */
    {"1;2;a\n3;4;b\n",
     "2",
     "auto",
     ";",
     "a|b",
     PIXEL_U8,
     2,
     2,
     {1, 2, 3, 4},
     {0, 1}},
    {"a\t1\t2\n", "0", "auto", "\t", "a", PIXEL_U8, 1, 2, {1, 2}, {0}},
    {"a 1 2\n", "0", "auto", " ", "a", PIXEL_U8, 1, 2, {1, 2}, {0}},
    /* Floats from the first row that needs them. */
    {"0,1,2\n1,3,256\n",
     "0",
     "auto",
     ",",
     "0|1",
     PIXEL_F32,
     2,
     2,
     {1, 2, 3, 256},
     {0, 1}},
    {"0,-0.5,+3\n1,1e5,.25\n2,1E-3,007\n",
     "0",
     "auto",
     ",",
     "0|1|2",
     PIXEL_F32,
     3,
     2,
     {-0.5f, 3, 1e5f, .25f, 1e-3f, 7},
     {0, 1, 2}},
    {"0,0.1,16777217\n",
     "0",
     "auto",
     ",",
     "0",
     PIXEL_F32,
     1,
     2,
     {0.1f, 16777216},
     {0}},
};

static void check_good(const struct good_case *c, size_t number)
{
    const struct csv_source source = {
        .csv = {"x.csv", "x.csv"},
        .label_column = c->label_column,
        .header = c->header,
        .delimiter = c->delimiter,
    };
    struct dataset d = load(&source);
    struct text classes = {0};

    for (int32_t k = 0; k < d.target.width; k++)
        text_printf(&classes, "%s%s", k ? "|" : "", d.target.names[k]);
    cr_expect_str_eq(text_string(&classes), c->classes, "case %zu", number);
    cr_assert_eq(d.count, c->count, "case %zu: %ld rows", number,
                 (long)d.count);
    cr_assert(shape_equal(d.shape, SHAPE(c->features)), "case %zu", number);
    cr_assert_eq(d.pixel, c->pixel, "case %zu: pixel type", number);
    for (int64_t i = 0; i < c->count * c->features; i++) {
        const float got = d.pixel == PIXEL_U8
                              ? (float)((const unsigned char *)d.pixels)[i]
                              : ((const float *)d.pixels)[i];
        cr_expect(got == c->values[i], "case %zu value %ld: got %.9g want %.9g",
                  number, (long)i, (double)got, (double)c->values[i]);
    }
    for (int64_t i = 0; i < c->count; i++)
        cr_expect_eq(d.labels[i], c->labels[i], "case %zu label %ld", number,
                     (long)i);
    text_free(&classes);
    dataset_free(&d);
}

Test(csv_values, good_files_plain_and_gzip)
{
    for (size_t i = 0; i < ARRAY_LEN(good_cases); i++) {
        const struct good_case *c = &good_cases[i];
        put_text("x.csv", c->content);
        check_good(c, i);
        put_gzip("x.csv", c->content, strlen(c->content));
        check_good(c, i);
    }
}

/* The fast way through a cell against strtod, bit for bit. */
Test(csv_values, decimals_are_rounded_as_by_strtod)
{
    const struct rng_key key = rng_key(1, "decimals");
    int64_t taken_count = 0;

    for (uint32_t i = 0; i < 200000; i++) {
        const struct rng_block b =
            rng_block(key, (struct rng_counter){{i, 0, 0, 0}});
        const uint64_t number = (uint64_t)b.word[2] << 32 | b.word[3];
        char text[64];
        double fast = 0;
        int n = snprintf(text, sizeof text, "%s%llu", i % 3 ? "" : "-",
                         (unsigned long long)(number >> b.word[0] % 63));
        if (b.word[1] & 1)
            n += snprintf(text + n, sizeof text - (size_t)n, ".%0*d",
                          1 + (int)(b.word[0] % 24), (int)(b.word[1] % 1000));
        text[n] = '\n';
        const unsigned char *p = (const unsigned char *)text;
        const bool taken = csv_cell_decimal(&p, ',', &fast);
        text[n] = '\0';
        const double slow = strtod(text, NULL);
        cr_assert(!taken || memcmp(&fast, &slow, sizeof slow) == 0,
                  "'%s': got %.17g want %.17g", text, fast, slow);
        taken_count += taken;
    }
    cr_expect(taken_count > 50000, "only %ld cells took the fast way",
              (long)taken_count);
}

/* A cell as it is written and the value that it must have. */
static void print_cell(struct text *out, struct rng_block b, double *value)
{
    const double v =
        ((double)b.word[1] - 0x1p31) / (double)(1 + b.word[2] % 100000);
    char cell[64];

    switch (b.word[0] % 5) {
    case 0:
        snprintf(cell, sizeof cell, "%.0f", v);
        break;
    case 1:
        snprintf(cell, sizeof cell, "%.3f", v);
        break;
    case 2:
        snprintf(cell, sizeof cell, "%.9g", v);
        break;
    case 3:
        snprintf(cell, sizeof cell, "%e", v);
        break;
    default:
        snprintf(cell, sizeof cell, "\"%.2f\"", v);
        break;
    }
    text_puts(out, cell);
    *value = strtod(cell + (cell[0] == '"'), NULL);
}

/* Files of random numbers against strtod, over many reads of the buffer. */
Test(csv_values, random_files)
{
    enum { ROWS = 3000, COLUMNS = 37 };
    static double want[ROWS * (COLUMNS - 1)];
    const struct rng_key key = rng_key(7, "csv");
    const struct csv_source source = {.csv = {"r.csv", "r.csv"},
                                      .label_column = "5",
                                      .header = "false",
                                      .delimiter = ";"};
    struct text out = {0};
    uint32_t n = 0;

    for (int64_t i = 0; i < ROWS; i++) {
        for (int64_t j = 0; j < COLUMNS; j++, n++) {
            const struct rng_counter at = {{n, 0, 0, 0}};
            if (j > 0)
                text_puts(&out, ";");
            if (j == 5)
                text_printf(&out, "\"c;%ld\"", (long)(i % 11));
            else
                print_cell(&out, rng_block(key, at),
                           &want[i * (COLUMNS - 1) + j - (j > 5)]);
        }
        text_puts(&out, i % 2 ? "\n" : "\r\n");
    }
    put_gzip("r.csv", out.at, out.length);
    struct dataset d = load(&source);
    cr_assert_eq(d.count, ROWS);
    cr_assert_eq(d.target.width, 11);
    for (int64_t i = 0; i < ROWS * (COLUMNS - 1); i++)
        cr_assert(((const float *)d.pixels)[i] == (float)want[i],
                  "number %ld: got %.9g want %.9g", (long)i,
                  (double)((const float *)d.pixels)[i], want[i]);
    for (int64_t i = 0; i < ROWS; i++) {
        char name[16];
        snprintf(name, sizeof name, "c;%ld", (long)(i % 11));
        cr_assert_str_eq(d.target.names[d.labels[i]], name, "row %ld", (long)i);
    }
    text_free(&out);
    dataset_free(&d);
}

/* Columns of a CSV file that are numbers to be predicted. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "codec/digest.h"
#include "source/csv.h"
#include "source/source.h"
#include "support/scratch.h"

TestSuite(csv_targets, .init = scratch_begin, .fini = scratch_end);

static struct csv_source source_of(const char *const *columns, int64_t count)
{
    return (struct csv_source){.csv = {"x.csv", "x.csv"},
                               .header = "auto",
                               .delimiter = ",",
                               .target_columns = {columns, count}};
}

static void put_text(const char *text)
{
    scratch_write("x.csv", text, strlen(text));
}

/* Values that do not go together are found before a file is read. */
static enum status load(const struct csv_source *source, struct dataset *d,
                        struct err *e)
{
    struct text why = {0};
    const char *key = csv_source_ops.fault(source, &why);

    *d = (struct dataset){0};
    const enum status s =
        key ? err_add(e, ERR_CONFIG, source->csv.at, "%s: %s", key,
                      text_string(&why))
            : source_load(&csv_source_ops, source, NULL, d, e);
    text_free(&why);
    return s;
}

/* In the order asked for, whatever the order in the file; two features. */
Test(csv_targets, by_index_and_by_name)
{
    static const char *const words[][2] = {{"3", "1"}, {"d", "b"}, {"3", "b"}};
    static const float targets[] = {4, -2.5f, 8, 6}, pixels[] = {1, 3, 5, 7};

    for (size_t i = 0; i < 3; i++) {
        const struct csv_source source = source_of(words[i], 2);
        struct dataset d;
        struct err e = {0};

        put_text("a,b,c,d\n1,-2.5,3,4\n5,6,7,8\n");
        cr_assert_eq(load(&source, &d, &e), OK, "case %zu: %s", i, e.text);
        cr_expect_eq(d.count, 2);
        cr_expect_eq(d.target.width, 2);
        cr_expect_null(d.labels);
        cr_assert_eq(d.pixel, PIXEL_F32);
        for (int k = 0; k < 4; k++) {
            cr_expect_eq(d.targets[k], targets[k], "case %zu target %d: %g", i,
                         k, (double)d.targets[k]);
            cr_expect_eq(((float *)d.pixels)[k], pixels[k], "case %zu pixel %d",
                         i, k);
        }
        dataset_free(&d);
    }
}

struct bad_case {
    const char *content, *words[2];
    enum status status;
    const char *message;
};

static const struct bad_case bad_cases[] = {
    {"1,2,3\n",
     {"3"},
     ERR_CONFIG,
     "x.csv: error: target_columns names 3, but a row has columns 0 to 2\n"},
    {"a,b,c\n1,2,3\n",
     {"d"},
     ERR_CONFIG,
     "x.csv: error: the header has no column 'd' (target_columns)\n"},
    {"a,b,c\n1,2,3\n",
     {"1", "b"},
     ERR_CONFIG,
     "x.csv: error: target_columns names column 1 twice\n"},
    {"1\n2\n",
     {"0"},
     ERR_DATA,
     "x.csv: error: rows hold targets and nothing else\n"},
    {"1,2,3\n4,x,6\n",
     {"1"},
     ERR_DATA,
     "x.csv:2:3: error: cell 'x' is not a number\n"},
    {"1,2,3\n4,5\n",
     {"1"},
     ERR_DATA,
     "x.csv:2:4: error: row has 2 cells, expected 3\n"},
    {"1,2,3\n",
     {"-1"},
     ERR_CONFIG,
     "x.csv: error: target_columns: -1 is negative, columns count from 0\n"},
    {"1,2,3\n",
     {"1", "1"},
     ERR_CONFIG,
     "x.csv: error: target_columns: '1' is given twice\n"},
};

Test(csv_targets, what_is_said_of_bad_files)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_cases); i++) {
        const struct bad_case *c = &bad_cases[i];
        const struct csv_source source =
            source_of(c->words, c->words[1] ? 2 : 1);
        struct dataset d;
        struct err e = {0};

        put_text(c->content);
        cr_expect_eq(load(&source, &d, &e), c->status, "case %zu: %s", i,
                     e.text);
        cr_expect_str_eq(e.text, c->message, "case %zu: got %swant %s", i,
                         e.text, c->message);
        cr_expect_eq(d.targets, NULL, "case %zu leaves memory", i);
    }
}

/* Targets are part of the fingerprint. */
Test(csv_targets, count_in_the_digest)
{
    static const char *const column = "1";
    const struct csv_source source = source_of(&column, 1);
    char hex[3][SHA256_HEX_BYTES];

    for (int i = 0; i < 3; i++) {
        struct dataset d;
        struct sha256 digest;
        struct err e = {0};

        put_text(i < 2 ? "1,2,3\n4,5,6\n" : "1,2,3\n4,5.5,6\n");
        cr_assert_eq(load(&source, &d, &e), OK, "%s", e.text);
        sha256_begin(&digest);
        cr_assert_eq(dataset_digest(&d, d.shape, &digest, NULL, &e), OK);
        sha256_end(&digest, hex[i]);
        dataset_free(&d);
    }
    cr_expect_str_eq(hex[0], hex[1]);
    cr_expect_str_neq(hex[0], hex[2]);
}

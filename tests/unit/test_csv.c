/* Rows of numbers from text: what is said of bad files. */
#include <criterion/criterion.h>
#include <string.h>

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

TestSuite(csv, .init = scratch_begin, .fini = scratch_end);

static struct csv_source source_of(const char *path)
{
    return (struct csv_source){.csv = {path, path},
                               .label_column = "0",
                               .header = "auto",
                               .delimiter = ","};
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

struct bad_case {
    const char *content, *label_column, *header, *delimiter;
    enum status status;
    const char *message;
};

static const struct bad_case bad_cases[] = {
    {"1,2,3\n4,abc,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell 'abc' is not a number\n"},
    {"1,2,3\n4,nan,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell 'nan' is not a number\n"},
    {"1,2,3\n4,-inf,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell '-inf' is not a number\n"},
    {"1,2,3\n4,0x10,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell '0x10' is not a number\n"},
    {"1,2,3\n4,5 5,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell '5 5' is not a number\n"},
    {"1,2,3\nB\xe4r,5,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:1: error: the label is no UTF-8 text\n"},
    {"y,b,B\xe4r\n4,5,6\n", 0, "true", 0, ERR_DATA,
     "x.csv:1:5: error: the name is no UTF-8 text\n"},
    {"1,2,,4\n4,5,6,7\n", 0, 0, 0, ERR_DATA,
     "x.csv:1:5: error: cell is empty, expected a number; header: true makes "
     "the first row a header, header: skip leaves it out\n"},
    {"y,b,b\n4,5,6\n", 0, 0, 0, ERR_DATA,
     "x.csv: error: the header names 'b' twice; header: skip reads the columns "
     "by position\n"},
    {"1;2;3\n4;5;6\n", 0, 0, 0, ERR_DATA,
     "x.csv:1:2: error: row has one cell, expected ',' between cells; "
     "delimiter: \";\" may be meant\n"},
    {"1,2,3\n4,1e,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell '1e' is not a number\n"},
    {"1,2,3\n4,.,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell '.' is not a number\n"},
    {"1,2,3\n4,-,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell '-' is not a number\n"},
    {"1,2,3\n4,1e39,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell '1e39' is too large for a 32-bit float\n"},
    {"1,2,3\n4,5,\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:5: error: cell is empty, expected a number\n"},
    {"1,2,3\n4,\"\",6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:3: error: cell is empty, expected a number\n"},
    {"1,2,3\n,5,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:1: error: the label is empty\n"},
    {"1,2,3\n4,5\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:4: error: row has 2 cells, expected 3\n"},
    {"1,2,3\n4,5,6,7\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:7: error: row has 4 cells, expected 3\n"},
    {"1,2,3\n4\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:2: error: row has 1 cell, expected 3\n"},
    {"1,2,3\n\n4,5,6\n", 0, 0, 0, ERR_DATA, "x.csv:2:1: error: empty line\n"},
    {"1,2,3\r\n\r\n\r\n4,5,6\r\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:1: error: empty line\n"},
    {"\n1,2,3\n", 0, 0, 0, ERR_DATA, "x.csv:1:1: error: empty line\n"},
    {"1,2,3\n\"a,5,6\n7,8,9\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:1: error: the quote is not closed on its line\n"},
    {"1,2,3\n\"a\"b,5,6\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:1: error: text follows the closing quote, expected ','\n"},
    /* Columns count characters, and the mark is none. */
    {"\xef\xbb\xbf"
     "1,2,3\n\xc3\xa4\xe2\x82\xac,5,x\n",
     0, 0, 0, ERR_DATA, "x.csv:2:6: error: cell 'x' is not a number\n"},
    {"1,2,3\n4,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,6\n", 0, 0,
     0, ERR_DATA,
     "x.csv:2:3: error: cell 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...' "
     "is not a number\n"},
    {"1,a,3\n4,5,6\n", 0, "false", 0, ERR_DATA,
     "x.csv:1:3: error: cell 'a' is not a number\n"},
    {"a,b\n1,2,3\n", 0, 0, 0, ERR_DATA,
     "x.csv:2:5: error: row has 3 cells, expected 2\n"},
    {"", 0, 0, 0, ERR_DATA, "x.csv: error: the file is empty, expected rows\n"},
    {"\n\n", 0, 0, 0, ERR_DATA,
     "x.csv: error: the file is empty, expected rows\n"},
    {"label,b,c\n", 0, 0, 0, ERR_DATA,
     "x.csv: error: no rows after the header\n"},
    {"1\n2\n", 0, 0, 0, ERR_DATA,
     "x.csv: error: rows hold a label and nothing else\n"},
    {"1,2,3\n", "3", 0, 0, ERR_CONFIG,
     "x.csv: error: label_column names 3, but a row has columns 0 to 2\n"},
    {"1,2,3\n", "-4", 0, 0, ERR_CONFIG,
     "x.csv: error: label_column names -4, but a row has columns 0 to 2\n"},
    {"a,b,c\n1,2,3\n", "d", 0, 0, ERR_CONFIG,
     "x.csv: error: the header has no column 'd' (label_column)\n"},
    {"a,b,c\n1,2,3\n", "a", "false", 0, ERR_CONFIG,
     "x.csv: error: label_column: 'a' is a name, which requires a header, and "
     "header is false\n"},
    {"1,2,3\n", 0, 0, "||", ERR_CONFIG,
     "x.csv: error: delimiter: '||' is not one ASCII character\n"},
    {"1,2,3\n", 0, 0, "", ERR_CONFIG,
     "x.csv: error: delimiter: '' is not one ASCII character\n"},
    {"1,2,3\n", 0, 0, "\xc2\xa7", ERR_CONFIG,
     "x.csv: error: delimiter: '\xc2\xa7' is not one ASCII character\n"},
    {"1,2,3\n", 0, 0, ".", ERR_CONFIG,
     "x.csv: error: delimiter: '.' has a meaning of its own in a row\n"},
};

Test(csv, what_is_said_of_bad_files)
{
    for (size_t i = 0; i < ARRAY_LEN(bad_cases); i++) {
        const struct bad_case *c = &bad_cases[i];
        struct csv_source source = source_of("x.csv");
        struct dataset d;
        struct err e = {0};
        if (c->label_column)
            source.label_column = c->label_column;
        if (c->header)
            source.header = c->header;
        if (c->delimiter)
            source.delimiter = c->delimiter;
        put_text("x.csv", c->content);
        cr_expect_eq(load(&source, &d, &e), c->status, "case %zu: %s", i,
                     e.text);
        cr_expect_str_eq(e.text, c->message, "case %zu: got %swant %s", i,
                         e.text, c->message);
        cr_expect_eq(d.pixels, NULL, "case %zu leaves memory", i);
    }
}

Test(csv, nul_bytes_are_no_text)
{
    struct csv_source source = source_of("x.csv");
    struct dataset d;
    struct err e = {0}, f = {0};

    scratch_write("x.csv", "1,2,3\n4,5\0001,6\n", 15);
    cr_expect_eq(load(&source, &d, &e), ERR_DATA);
    cr_expect_str_eq(e.text, "x.csv:2:3: error: cell '5?1' is not a number\n");
    scratch_write("x.csv", "1,2,3\n4\0001,5,6\n", 15);
    cr_expect_eq(source_load(&csv_source_ops, &source, NULL, &d, &f), ERR_DATA);
    cr_expect_str_eq(f.text, "x.csv:2:1: error: the label holds a NUL byte\n");
}

Test(csv, a_missing_file)
{
    struct csv_source source = source_of("none.csv");
    struct dataset d;
    struct err e = {0};

    cr_expect_eq(load(&source, &d, &e), ERR_NOINPUT);
    cr_expect_eq(preflight(&csv_source_ops, &source, &e), ERR_NOINPUT);
    cr_expect_eq(e.count, 2);
}

/* No prefix and no flipped bit of a file may do more than fail in words. */
Test(csv, damaged_files)
{
    static const char good[] = "y,\"a\"\"b\",c\r\n\"x,1\",2,3.5\n7,1e2,255\n\n";
    struct csv_source source = source_of("d.csv");
    char bytes[sizeof good];

    for (size_t i = 0; i < 9 * (sizeof good - 1); i++) {
        struct dataset d;
        struct err e = {0};
        size_t length = sizeof good - 1;
        memcpy(bytes, good, sizeof good);
        if (i < length)
            length = i;
        else
            bytes[i % length] ^= (char)(1 << (i / length - 1));
        scratch_write("d.csv", bytes, length);
        const enum status s = load(&source, &d, &e);
        cr_assert_eq(s == OK, e.count == 0, "case %zu", i);
        if (s == OK)
            dataset_free(&d);
    }
}

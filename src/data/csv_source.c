/*
 * csv_source.c - a CSV file as a source of samples: its keys, and its rows as
 * records.
 */
#include <string.h>

#include "base/arena.h"
#include "base/dict.h"
#include "base/num.h"
#include "data/csv.h"

static const char *const header_words[] = {"auto", "true", "false", NULL};

static const struct field csv_fields[] = {
    FIELD(csv_source, csv, .doc = "A CSV file, gzip or not: a sample a row."),
    FIELD(csv_source, label_column, .def = "0", .optional = true,
          .doc = "Where the label stands: a column counted from 0, or its name "
                 "in the header; not beside target_columns."),
    FIELD(csv_source, header, .def = "auto", .choices = header_words,
          .doc = "Is the first row a header?  auto: when any cell outside the "
                 "label column is not a number."),
    FIELD(csv_source, delimiter, .def = "\",\"", .least = 1, .most = 1,
          .doc = "The character between cells."),
    FIELD(csv_source, target_columns, .optional = true, .least = 1,
          .most = 100000,
          .doc = "For regression, instead of a label: the columns of the "
                 "numbers to be predicted, in the order of the outputs, each "
                 "counted from 0 or a name in the header."),
    {0},
};

static bool is_index(const struct csv_source *c, int64_t *index)
{
    *index = -1;
    return !c->label_column || num_parse_int(c->label_column, index);
}

/* The first word that stood in the list before; NULL: none, or memory is short,
 * and then the reader of the file finds the column taken. */
static const char *repeated(const struct text_list *t)
{
    struct dict seen = {0};
    const char *found = NULL;

    for (int64_t i = 0; i < t->count && !found; i++) {
        struct dict_entry *entry = dict_add(&seen, t->at[i], strlen(t->at[i]));
        if (!entry)
            break;
        if (entry->value >= 0)
            found = t->at[i];
        entry->value = i;
    }
    dict_free(&seen);
    return found;
}

/* NULL, or what is wrong with target_columns. */
static const char *targets_fault(const struct csv_source *c, struct text *why)
{
    const struct text_list *t = &c->target_columns;

    for (int64_t i = 0; i < t->count; i++) {
        int64_t index = 0;
        const bool number = num_parse_int(t->at[i], &index);
        if (number && index < 0) {
            text_printf(why, "%s is negative, columns count from 0", t->at[i]);
            return "target_columns";
        }
        if (!number && strcmp(c->header, "false") == 0) {
            text_printf(why,
                        "'%s' is a name, which requires a header, and header "
                        "is false",
                        t->at[i]);
            return "target_columns";
        }
    }
    const char *twice = repeated(t);
    if (twice)
        text_printf(why, "'%s' is given twice", twice);
    return twice ? "target_columns" : NULL;
}

static const char *csv_fault(const void *config, struct text *why)
{
    const struct csv_source *c = config;
    const char *d = c->delimiter;
    int64_t index = 0;

    if (strlen(d) != 1 || (*d & 0x80)) {
        text_printf(why, "'%s' is not one ASCII character", d);
        return "delimiter";
    }
    if (strchr("0123456789+-.eE\"\r\n", *d)) {
        text_printf(why, "'%s' has a meaning of its own in a row", d);
        return "delimiter";
    }
    if (c->label_column && is_index(c, &index) && index < 0) {
        text_printf(why, "%s is negative, columns count from 0",
                    c->label_column);
        return "label_column";
    }
    if (!is_index(c, &index) && strcmp(c->header, "false") == 0) {
        text_printf(why,
                    "'%s' is a name, which requires a header, and header is "
                    "false",
                    c->label_column);
        return "label_column";
    }
    return targets_fault(c, why);
}

static void csv_settle(void *config)
{
    struct csv_source *c = config;

    if (c->target_columns.count > 0)
        c->label_column = NULL;
}

static const struct text_list *csv_targets(const void *config)
{
    const struct csv_source *c = config;

    return &c->target_columns;
}

/* The values stand in a document that was checked, or come from elsewhere. */
static enum status check_values(const struct csv_source *c, struct err *e)
{
    struct text why = {0};
    const char *key = csv_fault(c, &why);
    const enum status s = key ? err_add(e, ERR_CONFIG, c->csv.at, "%s: %s", key,
                                        text_string(&why))
                              : OK;

    text_free(&why);
    return s;
}

/* A file and the row at hand. */
struct csv_file {
    struct csv_reader rows;
    bool blind;
    bool has_reals; /* a row was not all bytes: the rest is read as floats */
    unsigned char *bytes;
    float *reals; /* [features] */
};

static void csv_source_close(struct source_reader *r)
{
    struct csv_file *f = r->state;

    csv_close(&f->rows);
    mem_free(f->bytes);
    mem_free(f->reals);
    mem_free(f);
}

static enum status csv_open(const void *config, const struct source_request *q,
                            struct source_reader *r, struct err *e)
{
    const struct csv_source *c = config;
    struct csv_file *f = mem_take(1, sizeof *f);
    struct csv_reader *rows = &f->rows;

    if (!f)
        return err_memory(e, "reading rows");
    r->state = f;
    f->blind = q->blind;
    enum status s = check_values(c, e);
    if (s == OK)
        s = source_input(q, c->csv.at, &rows->in, e);
    if (s != OK)
        return s;
    r->in = &rows->in;
    r->name = input_name(&rows->in);
    rows->delimiter = (unsigned char)c->delimiter[0];
    s = csv_columns(rows, c, q, e);
    if (s != OK)
        return s;
    r->shape = SHAPE(rows->features);
    if (rows->target_count > 0)
        r->target = (struct target){TARGET_REAL, rows->target_count, NULL};
    f->bytes = mem_take((size_t)rows->features, 1);
    f->reals = mem_take((size_t)rows->features, sizeof *f->reals);
    return f->bytes && f->reals ? OK : err_memory(e, "reading rows");
}

static enum status csv_source_next(struct source_reader *r, struct record *out,
                                   bool *more, struct err *e)
{
    struct csv_file *f = r->state;
    struct csv_reader *rows = &f->rows;

    enum status s = csv_next(rows, more, e);
    if (s != OK || !*more)
        return s;
    if (f->has_reals || !csv_row_bytes(rows, f->bytes)) {
        s = csv_row_reals(rows, f->reals, e);
        f->has_reals = f->has_reals || s == OK;
        out->bad = s == ERR_DATA;
    }
    out->pixel = f->has_reals ? PIXEL_F32 : PIXEL_U8;
    if (!f->blind)
        out->pixels = f->has_reals ? (const void *)f->reals : f->bytes;
    out->targets = rows->targets;
    out->label = rows->label.at;
    out->label_length = rows->label.length;
    return s;
}

static bool csv_whole(const struct source_reader *r)
{
    const struct csv_file *f = r->state;

    return csv_ready(&f->rows);
}

const struct source_ops csv_source_ops = {
    .kind = {.name = "csv",
             .doc = "Rows of numbers with a label, or with targets.",
             .fields = csv_fields,
             .config_size = sizeof(struct csv_source)},
    .settle = csv_settle,
    .fault = csv_fault,
    .targets = csv_targets,
    .open = csv_open,
    .next = csv_source_next,
    .whole = csv_whole,
    .close = csv_source_close,
};

/*
 * csv_source.c - a CSV file as a source of labelled samples.
 *
 * Pixels start as bytes and become floats at the first row that holds a number
 * which is no integer 0..255.
 */
#include <string.h>

#include "base/num.h"
#include "data/csv.h"
#include "data/labels.h"
#include "data/source.h"

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
        for (int64_t k = 0; k < i; k++)
            if (strcmp(t->at[i], t->at[k]) == 0) {
                text_printf(why, "'%s' is given twice", t->at[i]);
                return "target_columns";
            }
    }
    return NULL;
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

enum status csv_source_format(const struct csv_source *c, struct csv_format *f,
                              struct err *e)
{
    struct text why = {0};
    const char *key = csv_fault(c, &why);
    const enum status s = key ? err_add(e, ERR_CONFIG, c->csv.at, "%s: %s", key,
                                        text_string(&why))
                              : OK;

    text_free(&why);
    if (s != OK)
        return s;
    *f = (struct csv_format){.delimiter = c->delimiter[0]};
    if (strcmp(c->header, "true") == 0)
        f->header = CSV_HEADER_YES;
    else if (strcmp(c->header, "false") == 0)
        f->header = CSV_HEADER_NO;
    if (!is_index(c, &f->label_index))
        f->label_name = c->label_column;
    if (c->target_columns.count > 0)
        f->targets = &c->target_columns;
    return OK;
}

static enum status open_source(struct csv_reader *r, const struct csv_source *c,
                               struct err *e)
{
    struct csv_format f;
    const enum status s = csv_source_format(c, &f, e);

    return s == OK ? csv_open(r, c->csv.at, &f, 0, e) : s;
}

static enum status csv_check(const void *config, struct err *e)
{
    const struct csv_source *c = config;
    struct csv_reader r = {0};
    bool more = false;

    /* What is read of standard input here would be lost to csv_load. */
    if (strcmp(c->csv.at, "-") == 0)
        return csv_source_format(c, &r.format, e);
    enum status s = open_source(&r, c, e);
    if (s == OK)
        s = csv_next(&r, &more, e);
    if (s == OK && !more)
        s = err_add(e, ERR_DATA, input_name(&r.in), "no rows after the header");
    csv_close(&r);
    return s;
}

/* A set under construction. */
struct loading {
    struct csv_reader reader;
    struct labels labels;
    struct dataset *set;
    int64_t features;
    size_t room; /* pixels allocated, in elements */
    size_t target_room;
    bool survey;  /* every row overwrites the one before */
    int64_t kept; /* rows of pixels */
};

static size_t element_size(const struct dataset *d)
{
    return d->pixel == PIXEL_U8 ? 1 : sizeof(float);
}

/* From bytes to floats; the set then holds floats to its end. */
static enum status widen(struct loading *l, struct err *e)
{
    struct dataset *d = l->set;
    const unsigned char *bytes = d->pixels;
    const int64_t count = l->kept * l->features;
    float *reals = mem_take(l->room, sizeof *reals);

    if (!reals)
        return err_memory(e, "reading rows");
    for (int64_t i = 0; i < count; i++)
        reals[i] = (float)bytes[i];
    mem_free(d->pixels);
    d->pixels = reals;
    d->pixel = PIXEL_F32;
    return OK;
}

static enum status make_room(struct loading *l, struct err *e)
{
    struct dataset *d = l->set;
    int64_t need;

    if (!num_mul(l->kept + 1, l->features, &need))
        return err_memory(e, "reading rows");
    void *moved = mem_grow(d->pixels, &l->room, (size_t)need, element_size(d));
    if (!moved)
        return err_memory(e, "reading rows");
    d->pixels = moved;
    return OK;
}

static enum status read_reals(struct loading *l, struct err *e)
{
    float *row = (float *)l->set->pixels + l->kept * l->features;

    return csv_row_reals(&l->reader, row, e);
}

/* What the row at hand is an example of. */
static enum status keep_answer(struct loading *l, struct err *e)
{
    const struct csv_reader *r = &l->reader;
    struct dataset *d = l->set;
    int64_t need;

    if (r->target_count == 0)
        return labels_add(&l->labels, r->label_cell.at, r->label_cell.length,
                          e);
    if (!num_mul(d->count, r->target_count, &need))
        return err_memory(e, "reading rows");
    float *moved =
        mem_grow(d->targets, &l->target_room, (size_t)need, sizeof *d->targets);
    if (!moved)
        return err_memory(e, "reading rows");
    d->targets = moved;
    memcpy(moved + need - r->target_count, r->targets,
           (size_t)r->target_count * sizeof *moved);
    return OK;
}

static enum status read_row(struct loading *l, struct err *e)
{
    struct dataset *d = l->set;
    const int64_t at = l->kept * l->features;

    enum status s = make_room(l, e);
    if (s != OK)
        return s;
    const bool bytes =
        d->pixel == PIXEL_U8 &&
        csv_row_bytes(&l->reader, (unsigned char *)d->pixels + at);
    if (!bytes && d->pixel == PIXEL_U8)
        s = widen(l, e);
    if (s == OK && !bytes)
        s = read_reals(l, e);
    if (s != OK)
        return s;
    d->count++;
    l->kept += l->survey ? 0 : 1;
    return keep_answer(l, e);
}

static enum status read_rows(struct loading *l, struct err *e)
{
    struct csv_reader *r = &l->reader;
    bool more = true;
    enum status s;

    for (;;) {
        s = csv_next(r, &more, e);
        if (s != OK || !more)
            break;
        s = read_row(l, e);
        if (s != OK)
            break;
    }
    if (s == OK && l->set->count == 0)
        s = err_add(e, ERR_DATA, input_name(&r->in),
                    "no rows after the header");
    return s;
}

static enum status read_source(const void *config, bool survey,
                               struct dataset *out, struct err *e)
{
    struct loading l = {.set = out, .survey = survey};

    *out = (struct dataset){0};
    enum status s = open_source(&l.reader, config, e);
    if (s == OK) {
        l.features = csv_features(&l.reader);
        if (l.reader.target_count > 0)
            out->target =
                (struct target){TARGET_REAL, l.reader.target_count, NULL};
        out->shape = SHAPE(l.features);
        s = read_rows(&l, e);
    }
    if (s == OK && out->target.kind == TARGET_CLASS)
        s = labels_finish(&l.labels, out, e);
    labels_free(&l.labels);
    csv_close(&l.reader);
    if (s != OK)
        dataset_free(out);
    return s;
}

static enum status csv_load(const void *config, struct dataset *out,
                            struct err *e)
{
    return read_source(config, false, out, e);
}

static enum status csv_survey(const void *config, struct dataset *out,
                              struct err *e)
{
    const struct csv_source *c = config;

    *out = (struct dataset){0};
    if (strcmp(c->csv.at, "-") == 0)
        return OK;
    const enum status s = read_source(config, true, out, e);
    mem_free(out->pixels);
    out->pixels = NULL;
    return s;
}

const struct source_ops csv_source_ops = {
    .kind = {.name = "csv",
             .doc = "Rows of numbers with a label, or with targets.",
             .fields = csv_fields,
             .config_size = sizeof(struct csv_source)},
    .reads_files = true,
    .settle = csv_settle,
    .fault = csv_fault,
    .targets = csv_targets,
    .check = csv_check,
    .load = csv_load,
    .survey = csv_survey,
};

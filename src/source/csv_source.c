/*
 * csv_source.c - a CSV file as a source of samples: its keys, and its rows as
 * records.
 */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/dict.h"
#include "base/num.h"
#include "source/csv_beside.h"
#include "source/csv_passed.h"

const char *const csv_header_words[] = {"auto", "true", "false", "skip", NULL};

static const struct field csv_fields[] = {
    FIELD(csv_source, csv, .doc = "A CSV file, gzip or not: a sample a row."),
    FIELD(csv_source, targets, .optional = true, .sample = "labels.csv",
          .aka = "labels_csv labels_file label_file target_file targets_csv "
                 "targets_file y_file",
          .doc = "A second CSV file of as many rows, in which the label or the "
                 "targets stand: label_column, target_columns (default: the "
                 "first column) and label_columns are its columns then, header "
                 "and delimiter are those of both."),
    FIELD(csv_source, label_column, .def = "0", .optional = true,
          .aka = "label_col class_column y_col target_column",
          .doc = "Where the label stands: a column counted from 0, from the "
                 "end if negative, or its name in the header; not beside "
                 "target_columns and label_columns."),
    FIELD(csv_source, header, .def = "auto", .choices = csv_header_words,
          .aka = "skiprows skip_rows has_header skip_header",
          .doc = "Is the first row a header?  auto: when none of its cells is "
                 "a number, empty, nan, NA or null, or when they count the "
                 "columns; skip: it is left out, whatever it is."),
    FIELD(csv_source, delimiter, .def = "\",\"", .least = 1, .most = 1,
          .aka = "sep separator delim", .doc = "The character between cells."),
    FIELD(csv_source, target_columns, .optional = true, .least = 1,
          .most = 100000,
          .doc = "For regression, instead of a label: the columns of the "
                 "numbers to be predicted, in the order of the outputs, each "
                 "counted from 0 or a name in the header."),
    FIELD(csv_source, label_columns, .optional = true, .least = 1,
          .most = 100000, .aka = "multi_label multilabel labels",
          .doc = "For several labels at once, instead of one: the columns that "
                 "hold 1 where a sample has the label and 0 where not, in the "
                 "order of the outputs, each counted from 0 or a name in the "
                 "header."),
    FIELD(csv_source, columns, .optional = true, .least = 1, .most = 100000,
          .aka = "usecols use_columns feature_columns features x_col inputs",
          .doc = "The columns that are inputs, in their order: names, numbers "
                 "counted from 0, ranges such as 3-40; default: all that are "
                 "neither the label nor targets nor ignored."),
    FIELD(csv_source, ignore, .optional = true, .least = 1, .most = 100000,
          .aka = "index_col drop drop_columns exclude exclude_columns",
          .doc = "Columns that are no inputs: names, or numbers counted from "
                 "0."),
    {0},
};

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

bool csv_range(const char *word, int64_t *from, int64_t *to)
{
    const size_t first = strspn(word, "0123456789");
    char room[24];

    if (first == 0 || first >= sizeof room || word[first] != '-' ||
        !isdigit((unsigned char)word[first + 1]))
        return false;
    memcpy(room, word, first);
    room[first] = '\0';
    return num_parse_int(room, from) && num_parse_int(word + first + 1, to);
}

/* Do numbers and ranges name columns from the left to the right? */
static bool is_ascending(const struct text_list *columns)
{
    int64_t before = -1, from, to;

    for (int64_t i = 0; i < columns->count; i++) {
        if (num_parse_int(columns->at[i], &from))
            to = from;
        else if (!csv_range(columns->at[i], &from, &to))
            return true;
        if (from < before)
            return false;
        before = to;
    }
    return true;
}

/* Are rows read whose keys speak of others, which had answers and no names? */
static bool takes_order(const struct source_request *q)
{
    return q->answers == ANSWERS_ABSENT && q->features > 0 &&
           (!q->names || q->names->inputs.count == 0);
}

/* NULL, or what is wrong with a list of columns. */
static const char *list_fault(const struct csv_source *c, const char *key,
                              struct text_list list, struct text *why)
{
    const bool headless =
        strcmp(c->header, "false") == 0 || strcmp(c->header, "skip") == 0;
    const size_t before = why->length;
    const bool ranges = strcmp(key, "columns") == 0;
    int64_t index, last;

    for (int64_t i = 0; i < list.count; i++) {
        const char *word = list.at[i];
        const bool number = num_parse_int(word, &index);
        if (number && index < 0 && strcmp(key, "label_column") != 0)
            text_printf(why, "%s is negative, columns count from 0", word);
        else if (ranges && csv_range(word, &index, &last) && last < index)
            text_printf(why, "%s ends before it begins", word);
        else if (headless && !isdigit((unsigned char)*word) && !number)
            text_printf(why,
                        "'%s' is a name, which requires a header, and header "
                        "is %s",
                        word, c->header);
        if (why->length > before)
            return key;
    }
    const char *twice = repeated(&list);
    if (twice)
        text_printf(why, "'%s' is given twice", twice);
    return twice ? key : NULL;
}

const char *csv_fault(const void *config, struct text *why)
{
    const struct csv_source *c = config;
    const char *d = c->delimiter, *key;

    if (strlen(d) != 1 || (*d & 0x80)) {
        text_printf(why, "'%s' is not one ASCII character", d);
        return "delimiter";
    }
    if (strchr("0123456789+-.eE\"\r\n", *d)) {
        text_printf(why, "'%s' has a meaning of its own in a row", d);
        return "delimiter";
    }
    if (c->label_columns.count > 0 && c->target_columns.count > 0) {
        text_puts(why, "has no effect beside target_columns");
        return "label_columns";
    }
    if (c->columns.count > 0 && c->ignore.count > 0) {
        text_puts(why, "has no effect beside columns, which name the inputs");
        return "ignore";
    }
    key = list_fault(c, "path_column",
                     (struct text_list){&c->path_column, c->path_column != 0},
                     why);
    if (!key)
        key = list_fault(
            c, "label_column",
            (struct text_list){&c->label_column, c->label_column != 0}, why);
    if (!key)
        key = list_fault(c, "target_columns", c->target_columns, why);
    if (!key)
        key = list_fault(c, "label_columns", c->label_columns, why);
    if (!key)
        key = list_fault(c, "columns", c->columns, why);
    return key ? key : list_fault(c, "ignore", c->ignore, why);
}

void csv_settle(void *config)
{
    struct csv_source *c = config;

    if (csv_answers(c)->count > 0)
        c->label_column = NULL;
}

const struct text_list *csv_targets(const void *config, enum target_kind *kind)
{
    const struct csv_source *c = config;

    if (csv_answers(c)->count > 0)
        *kind = c->label_columns.count > 0 ? TARGET_LABELS : TARGET_REAL;
    return csv_answers(c);
}

void csv_release(struct csv_reader *rows)
{
    input_close(&rows->in);
    text_free(&rows->label_text);
    text_free(&rows->path_text);
    text_free(&rows->scratch);
    text_free(&rows->passed_cells);
}

static void csv_close(struct source_reader *r)
{
    struct csv_reader *rows = r->state;

    csv_beside_close(rows);
    csv_release(rows);
    mem_free(rows);
}

enum status csv_begin(struct csv_reader *rows, const struct csv_source *c,
                      const struct source_request *q, struct source_reader *r,
                      struct err *e)
{
    const char *path = c->list.at ? c->list.at : c->csv.at;

    rows->blind = q->blind;
    rows->may_miss = q->holes;
    rows->arena = q->arena;
    rows->delimiter = (unsigned char)c->delimiter[0];
    enum status s = source_input(q, path, &rows->in, e);
    if (s != OK)
        return s;
    r->name = input_name(&rows->in);
    s = csv_columns(rows, c, q, e);
    r->note = rows->note;
    if (!r->note && takes_order(q) && !is_ascending(&c->columns))
        r->note = "its columns are taken to stand in the order in which "
                  "columns names the network's inputs";
    if (rows->target_count > 0)
        r->target =
            (struct target){rows->of_labels ? TARGET_LABELS : TARGET_REAL,
                            rows->target_count, NULL};
    return s;
}

/* What there is of answers in the table itself. */
static struct csv_source without_answers(const struct csv_source *c)
{
    struct csv_source rows = *c;

    rows.label_column = NULL;
    rows.target_columns = rows.label_columns = (struct text_list){0};
    return rows;
}

static enum status csv_open(const void *config, const struct source_request *q,
                            struct source_reader *r, struct err *e)
{
    const struct csv_source *c = config;
    const bool two = c->targets.at != NULL;
    const struct csv_source own = two ? without_answers(c) : *c;
    const struct columns *beside = NULL;
    struct csv_reader *rows = mem_take(1, sizeof *rows);

    if (!rows)
        return err_memory(e, "reading rows");
    r->state = rows;
    enum status s = csv_begin(rows, &own, q, r, e);
    if (two && q->answers == ANSWERS_READ && s != ERR_MEMORY) {
        const enum status other = csv_beside_open(r, c, q, &beside, e);
        s = s == OK || other == ERR_MEMORY ? other : s;
    }
    r->in = rows->in.stream ? &rows->in : NULL;
    r->shape = SHAPE(rows->features);
    r->columns = (struct columns){rows->width, rows->names, rows->slot,
                                  rows->passed_names, beside};
    return s;
}

static enum status csv_read(struct source_reader *r, struct record *out,
                            bool *more, struct err *e)
{
    struct csv_reader *rows = r->state;
    const struct csv_reader *answers = rows->beside ? rows->beside : rows;

    enum status s = csv_next(rows, more, e);
    if (s == OK && rows->beside)
        s = csv_beside_next(rows, *more, e);
    if (s != OK || !*more)
        return s;
    s = csv_read_row(rows, e);
    if (s == OK || s == ERR_DATA) {
        const enum status passed = csv_passed_read(rows, out, e);
        s = s == OK || passed == ERR_MEMORY ? passed : s;
    }
    out->bad = s == ERR_DATA;
    out->holes = rows->holes;
    out->pixel = rows->has_reals ? PIXEL_F32 : PIXEL_U8;
    if (!rows->blind)
        out->pixels = rows->has_reals ? (const void *)rows->reals : rows->bytes;
    out->targets = answers->targets;
    out->label = answers->label.at;
    out->label_length = answers->label.length;
    return s;
}

/* A line that is not empty, or such ones as may turn out to stand at the end.
 */
static bool csv_whole(const struct source_reader *r)
{
    const struct csv_reader *rows = r->state;
    const struct input *in = &rows->in;
    size_t at = in->begin;

    if (rows->ahead || in->ended)
        return true;
    while (at < in->end && (in->at[at] == '\n' || in->at[at] == '\r'))
        at++;
    return memchr(in->at + at, '\n', in->end - at) != NULL;
}

const struct source_ops csv_source_ops = {
    .kind = {.name = "csv",
             .doc = "Rows of numbers with a label, or with targets.",
             .fields = csv_fields,
             .config_size = sizeof(struct csv_source)},
    .columns = true,
    .passes = true,
    .settle = csv_settle,
    .fault = csv_fault,
    .targets = csv_targets,
    .open = csv_open,
    .next = csv_read,
    .whole = csv_whole,
    .close = csv_close,
};

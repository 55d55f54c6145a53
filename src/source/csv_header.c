/*
 * csv_header.c - the first row of a file: is it a header?
 *
 * Decided by this row alone, so that a stream need not wait for a second one.
 */
#include "source/csv_header.h"

#include <ctype.h>
#include <string.h>

#include "base/num.h"

int64_t first_row_find(const struct columning *k, const char *name)
{
    const struct dict_entry *entry = dict_find(&k->names, name, strlen(name));

    return entry ? entry->value : -1;
}

enum status first_row_read(struct columning *k)
{
    struct csv_reader *r = k->r;
    const unsigned char *p = r->row;

    k->count = csv_count_cells(r);
    k->cells = arena_take(r->arena, (size_t)k->count, sizeof *k->cells);
    for (int64_t i = 0; k->cells && i < k->count; i++, p++) {
        const unsigned char *at = p;
        struct csv_cell cell = {"", 0};
        const bool quoted_well = csv_cell_take(&p, r->delimiter, &r->scratch,
                                               &cell) == CSV_CELL_GOOD;
        k->cells[i] = arena_strndup(r->arena, cell.at, cell.length);
        struct dict_entry *entry =
            r->arena->failed
                ? NULL
                : dict_add(&k->names, k->cells[i], strlen(k->cells[i]));
        if (!entry)
            return err_memory(k->e, "reading a row");
        if (entry->value < 0)
            entry->value = i;
        if (!k->fault && (!quoted_well || !csv_cell_is_text(cell) ||
                          memchr(cell.at, '\0', cell.length)))
            k->fault = at;
    }
    if (r->scratch.failed)
        return err_memory(k->e, "reading a row");
    return arena_check(r->arena, k->e, "reading a row");
}

/* Could a cell stand where a number is expected? */
static bool is_value(const char *cell)
{
    double number;

    return csv_cell_is_missing((struct csv_cell){cell, strlen(cell)}) ||
           num_parse_real(cell, &number);
}

/* As table writers number columns: 0, 1, 2 .. or a word and 0, 1 .. */
static bool counts_up(const struct columning *k)
{
    enum { FEWEST = 4 };
    const int64_t skip = is_value(k->cells[0]) ? 0 : 1;
    int64_t value;

    for (int64_t i = skip; i < k->count; i++)
        if (!num_parse_int(k->cells[i], &value) || value != i - skip)
            return false;
    return k->count >= FEWEST;
}

static bool holds_all(const struct columning *k)
{
    const struct text_list *inputs = &k->q->names->inputs;

    for (int64_t i = 0; i < inputs->count; i++)
        if (first_row_find(k, inputs->at[i]) < 0)
            return false;
    return true;
}

static bool has_name(const struct text_list *list)
{
    int64_t index;

    for (int64_t i = 0; i < list->count; i++)
        if (!isdigit((unsigned char)list->at[i][0]) &&
            !num_parse_int(list->at[i], &index))
            return true;
    return false;
}

static bool is_name(const char *word)
{
    int64_t index;

    return word && !num_parse_int(word, &index);
}

/* Does any of the keys call a column by name? */
static bool needs_names(const struct csv_source *c)
{
    const struct text_list *lists[] = {csv_answers(c), &c->columns, &c->ignore};

    for (size_t l = 0; l < ARRAY_LEN(lists); l++)
        if (has_name(lists[l]))
            return true;
    return is_name(c->label_column) || is_name(c->path_column);
}

/* Is the first row a sample of a list, whose path tells it from a header? */
static bool names_file(const struct columning *k)
{
    int64_t at;

    if (!k->r->names_file || !num_parse_int(k->c->path_column, &at))
        return false;
    return at >= 0 && at < k->count && k->r->names_file(k->r, k->cells[at]);
}

/* Is a column to be passed that only a header can name?  The paths of a list
 * have a name without one. */
static bool passes_names(const struct columning *k)
{
    const struct text_list *passed = k->q->passed;
    const bool list = k->c->path_column != NULL;

    for (int64_t i = 0; passed && i < passed->count; i++)
        if (has_name(&(struct text_list){passed->at + i, 1}) &&
            !(list && strcmp(passed->at[i], "path") == 0))
            return true;
    return false;
}

static bool no_value(const struct columning *k)
{
    for (int64_t i = 0; i < k->count; i++)
        if (is_value(k->cells[i]))
            return false;
    return true;
}

enum first_row first_row_classify(const struct columning *k)
{
    const char *word = k->c->header;
    const bool wanted = strcmp(word, "true") == 0 || passes_names(k) ||
                        (k->q->answers != ANSWERS_ABSENT && needs_names(k->c));

    if (strcmp(word, "false") == 0)
        return FIRST_RECORD;
    /* What was true of the file of training need not be of one that meets its
     * model. */
    if (k->known ? holds_all(k) : wanted)
        return FIRST_NAMES;
    if (*k->r->row != '\n' && no_value(k) && !names_file(k))
        return FIRST_NAMES;
    return counts_up(k) ? FIRST_COUNTS : FIRST_RECORD;
}

enum status first_row_check(const struct columning *k)
{
    const unsigned char *p = k->fault;
    struct csv_cell cell;
    const enum status s = p ? csv_take_cell(k->r, &p, &cell, k->e) : OK;

    return s == OK && k->fault
               ? csv_fail(k->r, k->fault, k->e, "the name is no UTF-8 text")
               : s;
}

/* A row of one cell: what may be meant to stand between cells? */
enum status first_row_lone(const struct columning *k)
{
    static const char others[] = ",;\t|";
    struct csv_reader *r = k->r;
    const unsigned char *p = r->row;
    struct csv_cell cell;

    const enum status s = csv_take_cell(r, &p, &cell, k->e);
    if (s != OK)
        return s;
    for (const char *o = others; *o; o++) {
        const unsigned char *at = memchr(r->row, *o, (size_t)(p - r->row));
        if (at && (unsigned char)*o != r->delimiter)
            return csv_fail(r, at, k->e,
                            "row has one cell, expected '%c' between cells; "
                            "delimiter: \"%s\" may be meant",
                            r->delimiter,
                            *o == '\t' ? "\\t" : (const char[]){*o, '\0'});
    }
    return err_add(k->e, ERR_DATA, input_name(&r->in),
                   "rows hold %s and nothing else",
                   r->target_count > 0 ? "targets" : "a label");
}

enum status first_row_followed(const struct columning *k)
{
    bool more;
    const enum status s = csv_next(k->r, &more, k->e);

    if (s == OK && !more)
        return err_add(k->e, ERR_DATA, input_name(&k->r->in),
                       "no rows after the header");
    csv_put_back(k->r);
    return s;
}

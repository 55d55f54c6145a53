/*
 * csv_passed.c - columns of a table that are handed on as text.
 */
#include "source/csv_passed.h"

#include <string.h>

static int64_t count_of(const struct columning *k)
{
    return k->q->passed ? k->q->passed->count : 0;
}

/* Those that --pass asks for. */
static int64_t count_asked(const struct columning *k)
{
    return count_of(k) - (k->q->split_key != NULL);
}

/* "id" of a header, else as it was asked for: "column 0", "path". */
static const char *name_of(const struct columning *k, const char *asked,
                           int64_t column)
{
    if (!k->is_header && strcmp(asked, "path") == 0)
        return "path";
    return k->is_header
               ? k->cells[column]
               : arena_printf(k->r->arena, "column %lld", (long long)column);
}

enum status csv_passed_find(const struct columning *k)
{
    const int64_t count = count_of(k);
    struct csv_reader *r = k->r;
    int64_t *columns = arena_take(r->arena, (size_t)count, sizeof *columns);
    const char **names = arena_take(r->arena, (size_t)count, sizeof *names);
    enum status s = arena_check(r->arena, k->e, "reading rows");

    r->passed_at = arena_take(r->arena, (size_t)count, sizeof *r->passed_at);
    for (int64_t i = 0; s == OK && i < count; i++) {
        const bool asked = i < count_asked(k);
        s = csv_find_column(k, k->q->passed->at[i],
                            asked ? "--pass" : k->q->split_key, &columns[i]);
        for (int64_t j = 0; s == OK && asked && j < i; j++)
            if (columns[j] == columns[i])
                s = err_add(k->e, ERR_CONFIG, input_name(&r->in),
                            "--pass names column %lld twice",
                            (long long)columns[i]);
        if (s == OK)
            names[i] = name_of(k, k->q->passed->at[i], columns[i]);
    }
    r->passed = columns;
    r->passed_names = names;
    r->passed_count = count;
    r->split_column = COLUMN_UNASSIGNED;
    if (s == OK && k->q->split_key) {
        r->split_column = columns[count - 1];
        r->split_word = k->q->passed->at[count - 1];
    }
    return s == OK ? arena_check(r->arena, k->e, "reading rows") : s;
}

int64_t csv_passed_width(const struct columning *k, int64_t least)
{
    return k->count > least && k->count <= least + count_asked(k) ? k->count
                                                                  : least;
}

void csv_passed_set_aside(const struct columning *k)
{
    const struct csv_reader *r = k->r;
    const int64_t asked = count_asked(k);
    int64_t open = 0, further = 0;

    for (int64_t i = 0; i < r->width; i++)
        open += r->slot[i] == COLUMN_UNASSIGNED;
    for (int64_t i = 0; i < asked; i++)
        further += r->slot[r->passed[i]] == COLUMN_UNASSIGNED;
    if (!k->by_name && open != k->q->features + further)
        return;
    for (int64_t i = 0; i < (k->by_name ? r->passed_count : asked); i++)
        if (r->slot[r->passed[i]] == COLUMN_UNASSIGNED)
            r->slot[r->passed[i]] = COLUMN_SKIPPED;
}

/* Where the passed cells begin; those behind a badly quoted one, and those that
 * a short row lacks, are at its end. */
static void find_cells(struct csv_reader *r)
{
    const unsigned char *p = r->row;
    struct csv_cell cell;
    bool more = true;

    for (int64_t i = 0; i < r->passed_count; i++)
        r->passed_at[i] = (const unsigned char *)"\n";
    for (int64_t column = 0; more; column++, p++) {
        for (int64_t i = 0; i < r->passed_count; i++)
            if (r->passed[i] == column)
                r->passed_at[i] = p;
        more = csv_cell_take(&p, r->delimiter, &r->scratch, &cell) ==
                   CSV_CELL_GOOD &&
               *p != '\n';
    }
}

enum status csv_passed_read(struct csv_reader *r, struct record *out,
                            struct err *e)
{
    struct text *all = &r->passed_cells;
    enum status s = OK;

    if (r->passed_count == 0)
        return OK;
    find_cells(r);
    all->length = 0;
    for (int64_t i = 0; i < r->passed_count; i++) {
        const unsigned char *p = r->passed_at[i];
        struct csv_cell cell = {"", 0};
        if (csv_cell_take(&p, r->delimiter, &r->scratch, &cell) !=
            CSV_CELL_GOOD)
            cell.length = 0;
        if (!csv_cell_is_text(cell) || memchr(cell.at, '\0', cell.length)) {
            s = csv_fail(r, r->passed_at[i], e, "the cell is no UTF-8 text");
            cell.length = 0;
        }
        text_add(all, cell.at, cell.length);
        text_add(all, "", 1);
    }
    out->passed = text_string(all);
    out->passed_length = all->length;
    return all->failed || r->scratch.failed ? err_memory(e, "reading a row")
                                            : s;
}

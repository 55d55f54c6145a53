/*
 * passed.c - the columns of --pass.
 */
#include "command/passed.h"

#include <string.h>

#include "cli/say.h"
#include "source/convert.h"
#include "source/csv_cell.h"

/* The cells of a line that ends with a line break. */
static const char *read_cells(const struct call *call, const char *line,
                              struct text_list *out)
{
    const unsigned char *p = (const unsigned char *)line;
    const char **words =
        arena_take(call->arena, strlen(line) + 1, sizeof *words);
    struct text scratch = {0};
    struct csv_cell cell;
    const char *fault = NULL;

    for (bool more = words != NULL; more && !fault; p += more) {
        if (csv_cell_take(&p, ',', &scratch, &cell) != CSV_CELL_GOOD)
            fault = "a quote is not closed, or followed by text";
        else if (cell.length == 0)
            fault = "a column is empty";
        else
            words[out->count++] =
                arena_strndup(call->arena, cell.at, cell.length);
        more = *p == ',';
    }
    text_free(&scratch);
    out->at = words;
    return fault;
}

enum status passed_read(const struct call *call, const char *text,
                        struct text_list *out, struct err *e)
{
    *out = (struct text_list){0};
    if (!text)
        return OK;
    const char *fault =
        strchr(text, '\n')
            ? "a name of a column has no line break"
            : read_cells(call, arena_printf(call->arena, "%s\n", text), out);
    const enum status s =
        arena_check(call->arena, e, "reading the command line");
    return s == OK && fault ? usage_error(e, call, "--pass: %s", fault) : s;
}

static bool is_among(const char *name, const char *const *words, int64_t count)
{
    for (int64_t i = 0; i != count && words[i]; i++)
        if (strcmp(words[i], name) == 0)
            return true;
    return false;
}

enum status passed_check(const struct call *call, const struct passed *p,
                         const char *const *others, struct err *e)
{
    for (int64_t i = 0; i < p->count; i++)
        if (is_among(p->names[i], others, -1) ||
            is_among(p->names[i], p->names, i))
            return usage_error(e, call,
                               "--pass: a record of jsonl would hold '%s' "
                               "twice; expected --format csv or tsv",
                               p->names[i]);
    return OK;
}

static void put(struct text *out, const char *cell, const char *between)
{
    if (*between == ',')
        csv_put(out, cell);
    else
        text_shown(out, cell);
    text_puts(out, between);
}

void passed_head(struct text *out, const struct passed *p, const char *between)
{
    for (int64_t i = 0; i < p->count; i++)
        put(out, p->names[i], between);
}

void passed_cells(struct text *out, const struct passed *p, const char *cells,
                  const char *between)
{
    for (int64_t i = 0; i < p->count; i++, cells += strlen(cells) + 1)
        put(out, cells, between);
}

void passed_json(struct json_writer *w, const struct passed *p,
                 const char *cells)
{
    for (int64_t i = 0; i < p->count; i++, cells += strlen(cells) + 1)
        json_put_text(w, p->names[i], cells);
}

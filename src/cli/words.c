/*
 * words.c - the value of an option that is several words.
 */
#include "cli/words.h"

#include <string.h>

#include "base/num.h"
#include "cli/say.h"
#include "source/csv_cell.h"

/* The cells of a line that ends with a line break. */
static const char *read_cells(const struct call *call, const struct words *w,
                              const char *line, struct text_list *out)
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
            fault = arena_printf(call->arena, "a %s is empty", w->noun);
        else
            words[out->count++] =
                arena_strndup(call->arena, cell.at, cell.length);
        more = *p == ',';
    }
    text_free(&scratch);
    out->at = words;
    return fault;
}

enum status words_read(const struct call *call, const struct words *w,
                       const char *text, struct text_list *out, struct err *e)
{
    *out = (struct text_list){0};
    if (!text)
        return OK;
    const char *fault =
        strchr(text, '\n')
            ? arena_printf(call->arena, "a name of a %s has no line break",
                           w->noun)
            : read_cells(call, w, arena_printf(call->arena, "%s\n", text), out);
    const enum status s =
        arena_check(call->arena, e, "reading the command line");
    return s == OK && fault ? usage_error(e, call, "--%s: %s", w->option, fault)
                            : s;
}

enum status words_read_counts(const struct call *call, const struct words *w,
                              const char *text, const int64_t **out,
                              int64_t *count, struct err *e)
{
    struct text_list list;
    enum status s = words_read(call, w, text, &list, e);
    int64_t *numbers = NULL;

    if (s == OK)
        numbers = arena_take(call->arena, (size_t)list.count, sizeof *numbers);
    if (s == OK && !numbers)
        s = err_memory(e, "reading the command line");
    for (int64_t i = 0; s == OK && i < list.count; i++)
        if (!num_parse_int(list.at[i], &numbers[i]) || numbers[i] < 0 ||
            numbers[i] > (int64_t)9e15)
            s = usage_error(e, call,
                            "--%s: '%s' is no whole number from 0 to 9e15",
                            w->option, list.at[i]);
    *out = numbers;
    *count = list.count;
    return s;
}

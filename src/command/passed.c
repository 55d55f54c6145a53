/*
 * passed.c - the columns of --pass.
 */
#include "command/passed.h"

#include <string.h>

#include "cli/say.h"
#include "cli/words.h"
#include "source/convert.h"

enum status passed_read(const struct call *call, const char *text,
                        struct text_list *out, struct err *e)
{
    return words_read(call, &(struct words){"pass", "column"}, text, out, e);
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

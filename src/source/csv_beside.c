/*
 * csv_beside.c - the answers of a table in a table of their own.
 */
#include "source/csv_beside.h"

#include "base/arena.h"

enum status csv_beside_open(struct source_reader *rows,
                            const struct csv_source *c,
                            const struct source_request *q,
                            const struct columns **columns, struct err *e)
{
    struct csv_source answers = *c;
    const struct source_request own = {.answers = ANSWERS_READ,
                                       .blind = q->blind,
                                       .names = q->names,
                                       .place = q->place,
                                       .arena = q->arena};
    struct csv_reader *r = mem_take(1, sizeof *r);
    struct columns *of = arena_take(q->arena, 1, sizeof *of);
    struct source_reader found = {0};

    ((struct csv_reader *)rows->state)->beside = r;
    if (!r || !of)
        return err_memory(e, "reading rows");
    answers.csv = c->targets;
    answers.columns = answers.ignore = (struct text_list){0};
    r->answers_alone = true;
    const enum status s = csv_begin(r, &answers, &own, &found, e);
    *of =
        (struct columns){.width = r->width, .names = r->names, .slot = r->slot};
    *columns = of;
    rows->target = found.target;
    rows->note = rows->note ? rows->note : found.note;
    return s;
}

/* All rows of a table, also those that nobody has read yet. */
static enum status count_rows(struct csv_reader *r, int64_t *count,
                              struct err *e)
{
    bool more = true;
    enum status s = OK;

    for (*count = r->records; s == OK && more; *count += more)
        s = csv_next(r, &more, e);
    return s;
}

/* One of both has ended. */
static enum status fail_counts(struct csv_reader *rows, struct err *e)
{
    struct csv_reader *of[] = {rows, rows->beside};
    int64_t count[2] = {rows->records, rows->beside->records};
    enum status s = OK;

    for (int i = 0; i < 2 && s == OK; i++)
        s = count_rows(of[i], &count[i], e);
    if (s != OK)
        return s;
    return err_add(e, ERR_DATA, input_name(&rows->in),
                   "has %lld row%s, but %s has %lld%s", (long long)count[0],
                   count[0] == 1 ? "" : "s", input_name(&rows->beside->in),
                   (long long)count[1],
                   rows->names || rows->beside->names
                       ? "; a first row without a number is a header, unless "
                         "header is false"
                       : "");
}

enum status csv_beside_next(struct csv_reader *rows, bool more, struct err *e)
{
    struct csv_reader *r = rows->beside;
    bool another;
    enum status s = csv_next(r, &another, e);

    if (s != OK)
        return s;
    rows->records += more;
    r->records += another;
    if (another != more)
        return fail_counts(rows, e);
    return more ? csv_read_row(r, e) : OK;
}

void csv_beside_close(struct csv_reader *rows)
{
    if (rows->beside)
        csv_release(rows->beside);
    mem_free(rows->beside);
    rows->beside = NULL;
}

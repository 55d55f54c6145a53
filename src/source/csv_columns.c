/*
 * csv_columns.c - what each column of a file is, by position or by name.
 */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "source/csv_passed.h"
#include "source/csv_width.h"

/* What asks for a column when no key does. */
static const char of_model[] = "the model's inputs";

/* Records what the file does not bear out: of a key of the source where that
 * stands. */
static enum status refuse(const struct columning *k, const char *key,
                          const char *word, struct text *why)
{
    const struct source_place *place = k->q->place;
    const char *file = input_name(&k->r->in);
    const bool is_key = field_find(csv_source_ops.kind.fields, key) ||
                        strcmp(key, "path_column") == 0;
    const char *what = text_string(why);
    const enum status s =
        why->failed       ? err_memory(k->e, "reading rows")
        : place && is_key ? place->refuse(place, key, word, file, what, k->e)
                          : err_add(k->e, ERR_CONFIG, file, "%s", what);

    text_free(why);
    return s;
}

/* The paths of a list are called so unless a header says otherwise. */
static bool is_path(const struct columning *k, const char *word)
{
    const char *column = k->c->path_column;

    return column && strcmp(word, "path") == 0 && strcmp(column, word) != 0;
}

enum status csv_find_column(const struct columning *k, const char *word,
                            const char *key, int64_t *found)
{
    const int64_t width = k->r->width;
    struct nearest near = {.word = word};
    struct text why = {0};
    int64_t given;

    if (strcmp(key, of_model) != 0 && num_parse_int(word, &given)) {
        *found = given < 0 ? given + width : given;
        if (*found >= 0 && *found < width)
            return OK;
        text_printf(&why, "%s names %lld, but a row has columns 0 to %lld", key,
                    (long long)given, (long long)width - 1);
        return refuse(k, key, word, &why);
    }
    *found = k->is_header ? first_row_find(k, word) : -1;
    if (*found >= 0)
        return OK;
    if (is_path(k, word))
        return csv_find_column(k, k->c->path_column, key, found);
    for (int64_t i = 0; k->is_header && i < k->count; i++)
        nearest_offer(&near, k->cells[i], k->cells[i]);
    text_printf(&why, "%s'%s' (%s)%s",
                k->is_header ? "the header has no column "
                             : "has no header, no column is called ",
                word, key, did_you_mean(near.found).text);
    return refuse(k, key, word, &why);
}

/* Makes a column what it is, once. */
static enum status assign(const struct columning *k, const char *word,
                          const char *key, int64_t slot)
{
    int64_t column = 0;
    const enum status s = csv_find_column(k, word, key, &column);
    int64_t *at = &k->r->slot[column];
    struct text why = {0};

    if (s != OK)
        return s;
    if (*at == COLUMN_UNASSIGNED) {
        *at = slot;
        return OK;
    }
    text_printf(&why, "%s names column %lld%s", key, (long long)column,
                (*at < 0) == (slot < 0) && *at != COLUMN_LABEL
                    ? " twice"
                    : ", which is something else");
    return refuse(k, key, word, &why);
}

/* The key `columns`: names, indices, and ranges of these. */
static enum status assign_chosen(const struct columning *k)
{
    const struct text_list *chosen = &k->c->columns;
    int64_t slot = 0;
    enum status s = OK;

    for (int64_t i = 0; i < chosen->count && s == OK; i++) {
        int64_t from, to;
        char word[24];
        if (!csv_range(chosen->at[i], &from, &to)) {
            s = assign(k, chosen->at[i], "columns", slot++);
            continue;
        }
        for (; from <= to && s == OK; from++) {
            snprintf(word, sizeof word, "%lld", (long long)from);
            s = assign(k, word, "columns", slot++);
        }
    }
    return s;
}

/* Label or targets: as the keys say; by name also as in training, and then a
 * sample needs none. */
static enum status assign_answers(const struct columning *k)
{
    const struct text_list *targets = csv_answers(k->c);
    const struct column_names *names = k->q->names;
    const bool read = k->q->answers == ANSWERS_READ;
    const char *key = k->c->label_columns.count > 0 ? "label_columns"
                      : targets->count > 0          ? "target_columns"
                                                    : "label_column";
    enum status s = OK;
    int64_t index;

    if (!k->by_name && k->q->answers == ANSWERS_ABSENT)
        return OK;
    for (int64_t i = 0; i < num_max(targets->count, 1) && s == OK; i++) {
        const bool target = targets->count > 0;
        const char *word = target ? targets->at[i] : k->c->label_column;
        const char *known = NULL;
        if (!word)
            continue;
        if (k->by_name && target && i < names->targets.count)
            known = names->targets.at[i];
        else if (k->by_name && !target)
            known = names->label;
        if (known &&
            (num_parse_int(word, &index) || first_row_find(k, word) < 0))
            word = known;
        if (k->by_name && !read && first_row_find(k, word) < 0)
            continue;
        s = assign(k, word, key,
                   !read    ? COLUMN_SKIPPED
                   : target ? COLUMN_TARGET - i
                            : COLUMN_LABEL);
    }
    return s;
}

static bool is_needed(const struct columning *k, int64_t column)
{
    const int64_t slot = k->r->slot[column];

    for (int64_t i = 0; i < k->r->passed_count; i++)
        if (k->r->passed[i] == column)
            return true;
    return slot != COLUMN_SKIPPED && slot != COLUMN_UNASSIGNED;
}

/* A name that is needed may stand but once. */
static enum status check_twice(const struct columning *k)
{
    for (int64_t i = 0; k->is_header && i < k->r->width; i++) {
        const int64_t first = first_row_find(k, k->cells[i]);
        if (first < i && (is_needed(k, first) || is_needed(k, i)))
            return err_add(k->e, ERR_DATA, input_name(&k->r->in),
                           "the header names '%s' twice; header: skip reads "
                           "the columns by position",
                           k->cells[i]);
    }
    return OK;
}

/* Columns that neither the model nor the keys speak of. */
static enum status refuse_further(const struct columning *k)
{
    enum { SHOWN = 5 };
    struct text list = {0};
    int64_t count = 0;

    for (int64_t i = 0; i < k->r->width; i++)
        if (k->r->slot[i] == COLUMN_UNASSIGNED && count++ < SHOWN)
            text_printf(&list, "%s'%s'", count > 1 ? ", " : "", k->cells[i]);
    const enum status s =
        count == 0 ? OK
                   : err_add(k->e, ERR_CONFIG, input_name(&k->r->in),
                             "the model knows no column %s%s; ignore names "
                             "those of a source that are no inputs, --pass "
                             "those to be copied to the output",
                             text_string(&list), count > SHOWN ? ", .." : "");
    text_free(&list);
    return s;
}

/* The columns that are nothing: those of `ignore`, and beside `columns` all
 * others. */
static enum status assign_ignored(const struct columning *k)
{
    const struct text_list *ignored = &k->c->ignore;
    enum status s = OK;

    /* The file that is trained on must have them, others need not. */
    const bool needed = !k->by_name && !k->q->blind;

    for (int64_t i = 0; i < ignored->count && s == OK; i++)
        if (needed || !k->is_header || first_row_find(k, ignored->at[i]) >= 0)
            s = assign(k, ignored->at[i], "ignore", COLUMN_SKIPPED);
    for (int64_t i = 0; i < k->r->width && k->c->columns.count > 0; i++)
        if (k->r->slot[i] == COLUMN_UNASSIGNED)
            k->r->slot[i] = COLUMN_SKIPPED;
    return s;
}

/* Those of rows without answers, which may be passed no less. */
static void skip_ignored(const struct columning *k)
{
    for (int64_t i = 0; i < k->c->ignore.count; i++)
        k->r->slot[csv_width_ignored(k, i)] = COLUMN_SKIPPED;
}

static enum status take_slots(const struct columning *k)
{
    struct csv_reader *r = k->r;

    r->slot = arena_take(r->arena, (size_t)r->width, sizeof *r->slot);
    if (!r->slot)
        return err_memory(k->e, "reading rows");
    for (int64_t i = 0; i < r->width; i++)
        r->slot[i] = COLUMN_UNASSIGNED;
    return OK;
}

/* What every column is.  In rows without answers nothing but their length is
 * known, and the keys of the source speak of other rows. */
static enum status place(const struct columning *k)
{
    struct csv_reader *r = k->r;
    const bool bare = !k->by_name && k->q->answers == ANSWERS_ABSENT;
    const bool of_list = k->c->path_column != NULL;
    enum status s = take_slots(k);

    if (s == OK)
        s = csv_passed_find(k);
    if (s == OK)
        s = csv_width_check(k);
    for (int64_t i = 0; k->by_name && i < k->q->names->inputs.count && s == OK;
         i++)
        s = assign(k, k->q->names->inputs.at[i], of_model, i);
    if (s == OK && of_list)
        s = assign(k, k->c->path_column, "path_column", COLUMN_PATH);
    if (s == OK)
        s = assign_answers(k);
    if (s == OK && !k->by_name && !bare)
        s = assign_chosen(k);
    if (s == OK && !bare)
        s = assign_ignored(k);
    else if (s == OK && csv_width_keeps(k))
        skip_ignored(k);
    if (s == OK)
        csv_passed_set_aside(k);
    if (s == OK && k->by_name)
        s = check_twice(k);
    if (s == OK && k->by_name)
        s = refuse_further(k);
    for (int64_t i = 0; r->slot && i < r->width; i++) {
        if (r->slot[i] == COLUMN_UNASSIGNED)
            r->slot[i] = r->features;
        r->features += r->slot[i] >= 0;
    }
    if (s == OK)
        s = check_twice(k);
    return s == OK && r->features == 0 && !of_list ? first_row_lone(k) : s;
}

/* In a table of answers all else is nothing. */
static enum status place_answers(const struct columning *k)
{
    struct csv_reader *r = k->r;
    enum status s = take_slots(k);

    if (s == OK)
        s = assign_answers(k);
    for (int64_t i = 0; s == OK && i < r->width; i++)
        if (r->slot[i] == COLUMN_UNASSIGNED)
            r->slot[i] = COLUMN_SKIPPED;
    return s == OK ? check_twice(k) : s;
}

static enum status make_room(struct csv_reader *r, struct err *e)
{
    const size_t features = (size_t)r->features;

    r->bytes = arena_take(r->arena, features, sizeof *r->bytes);
    r->reals = arena_take(r->arena, features, sizeof *r->reals);
    r->targets =
        arena_take(r->arena, (size_t)r->target_count, sizeof *r->targets);
    return arena_check(r->arena, e, "reading rows");
}

/* Has a table of answers columns whose names are known? */
static bool knows_answers(const struct columning *k)
{
    const struct column_names *names = k->q->names;

    return k->r->answers_alone && names &&
           (csv_answers(k->c)->count > 0 ? names->targets.count > 0
                                         : names->label != NULL);
}

/* The row at hand is the first; it stays the next one unless it is a header. */
static enum status read_first(struct columning *k, bool left_out)
{
    struct csv_reader *r = k->r;
    enum status s = first_row_read(k);

    if (s != OK)
        return s;
    enum first_row first = left_out ? FIRST_RECORD : first_row_classify(k);
    if (first == FIRST_NAMES && !csv_width_fits(k))
        first = FIRST_RECORD; /* which fails by itself, and keeps its place */
    if (*r->row == '\n' && (first != FIRST_RECORD || k->q->features == 0))
        return csv_fail(r, r->row, k->e, "empty line");
    k->is_header = first == FIRST_NAMES;
    if (k->is_header) {
        s = first_row_check(k);
        r->names = k->cells;
    }
    k->by_name = k->is_header && (k->known || knows_answers(k));
    if (first == FIRST_COUNTS)
        r->note = "the first row counts the columns: it is taken for a header";
    else if (k->known && !k->is_header)
        r->note = "has no header: its columns are read by position";
    r->may_be_header =
        first == FIRST_RECORD && strcmp(k->c->header, "auto") == 0;
    r->may_be_label = !k->known && k->q->answers == ANSWERS_READ &&
                      k->c->label_column != NULL;
    r->width = csv_width(k);
    if (s == OK && first != FIRST_RECORD && k->count != r->width)
        s = csv_fail_length(r, r->row, k->e);
    if (s == OK)
        s = r->answers_alone ? place_answers(k) : place(k);
    if (s == OK)
        s = make_room(r, k->e);
    if (s != OK)
        return s;
    if (first == FIRST_RECORD) {
        csv_put_back(r);
        return OK;
    }
    return k->q->answers == ANSWERS_READ ? first_row_followed(k) : OK;
}

enum status csv_columns(struct csv_reader *r, const struct csv_source *c,
                        const struct source_request *q, struct err *e)
{
    struct columning k = {
        .r = r,
        .c = c,
        .q = q,
        .e = e,
        .known = !r->answers_alone && q->names && q->names->inputs.count > 0,
    };
    const int64_t targets = csv_answers(c)->count;
    const bool left_out = strcmp(c->header, "skip") == 0;
    bool more = false;

    r->target_count = q->answers == ANSWERS_READ ? targets : 0;
    r->of_labels = c->label_columns.count > 0;
    if (q->answers == ANSWERS_ABSENT)
        r->spare = targets > 0 ? targets : c->label_column != NULL;
    r->spare_hint = r->of_labels  ? "the labels are among them"
                    : targets > 0 ? "the targets are among them"
                                  : "one of them is a label";
    enum status s = csv_skip_mark(r, e);
    if (s == OK)
        s = csv_next(r, &more, e);
    const bool empty = !more;
    if (s == OK && more && left_out)
        s = csv_next(r, &more, e);
    if (s != OK)
        return s;
    if (more) {
        s = read_first(&k, left_out);
        dict_free(&k.names);
        return s;
    }
    r->features = q->features;
    return q->answers == ANSWERS_READ
               ? err_add(e, ERR_DATA, input_name(&r->in),
                         empty ? "the file is empty, expected rows"
                               : "no rows after the first, which is left out")
               : OK;
}

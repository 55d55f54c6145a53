/*
 * csv_width.c - how many cells a row must have.
 */
#include "source/csv_width.h"

#include <string.h>

#include "base/num.h"
#include "source/csv_passed.h"

/* Columns of answers that rows of training have. */
static int64_t answers_of(const struct csv_source *c)
{
    const int64_t targets = csv_answers(c)->count;

    return targets > 0 ? targets : c->label_column != NULL;
}

/* A column of training as a number from 0; -1: it has a name. */
static int64_t column_of(const struct columning *k, const char *word)
{
    const int64_t width =
        k->q->features + k->c->ignore.count + answers_of(k->c);
    int64_t at;

    if (!num_parse_int(word, &at))
        return -1;
    return at < 0 ? at + width : at;
}

int64_t csv_width_ignored(const struct columning *k, int64_t i)
{
    const struct text_list *targets = csv_answers(k->c);
    const int64_t at = column_of(k, k->c->ignore.at[i]);
    int64_t before = 0;

    for (int64_t a = 0; at >= 0 && a < answers_of(k->c); a++) {
        const int64_t answer = column_of(
            k, targets->count > 0 ? targets->at[a] : k->c->label_column);
        if (answer < 0)
            return -1;
        before += answer < at;
    }
    return at - before;
}

/* Are columns of rows without answers told by where they stand? */
static bool is_bare(const struct columning *k)
{
    return k->q->answers == ANSWERS_ABSENT && !k->by_name &&
           k->q->features > 0 && k->c->columns.count == 0;
}

bool csv_width_keeps(const struct columning *k)
{
    const int64_t features = k->q->features;
    const int64_t least = features + k->c->ignore.count;

    if (!is_bare(k) || least == features ||
        csv_passed_width(k, features) == k->count ||
        csv_passed_width(k, least) != k->count)
        return false;
    for (int64_t i = 0; i < k->c->ignore.count; i++) {
        const int64_t at = csv_width_ignored(k, i);
        if (at < 0 || at >= least)
            return false;
    }
    return true;
}

static bool is_passed(const struct columning *k, int64_t column)
{
    for (int64_t i = 0; i < k->r->passed_count; i++)
        if (k->r->passed[i] == column)
            return true;
    return false;
}

enum status csv_width_check(const struct columning *k)
{
    const int64_t features = k->q->features;
    const int64_t ignored = k->c->ignore.count;
    const bool either = is_bare(k) && ignored > 0 &&
                        k->count == features + ignored &&
                        csv_passed_width(k, features) == k->count;

    for (int64_t i = 0; either && i < ignored; i++) {
        const int64_t at = csv_width_ignored(k, i);
        if (at >= 0 && !is_passed(k, at))
            return err_add(k->e, ERR_CONFIG, input_name(&k->r->in),
                           "rows have %lld cells, %lld more than the model's "
                           "inputs: those that training ignored, of which %lld "
                           "would be one, or those of --pass? A header, or no "
                           "--pass of others, tells",
                           (long long)k->count, (long long)ignored,
                           (long long)at);
    }
    return OK;
}

int64_t csv_width(const struct columning *k)
{
    const int64_t answers =
        k->q->answers == ANSWERS_ABSENT ? 0 : answers_of(k->c);
    const bool chosen = k->q->answers != ANSWERS_ABSENT &&
                        (k->c->columns.count > 0 || k->c->ignore.count > 0);

    return k->q->features == 0 || chosen || k->by_name || csv_width_keeps(k)
               ? k->count
               : csv_passed_width(k, k->q->features + answers);
}

bool csv_width_fits(const struct columning *k)
{
    if (k->q->answers != ANSWERS_ABSENT || k->q->features == 0 || k->q->passed)
        return true;
    if (!k->known)
        return strcmp(k->c->header, "true") == 0 || k->count == csv_width(k);
    const struct text_list *inputs = &k->q->names->inputs;
    for (int64_t i = 0; i < inputs->count; i++)
        if (first_row_find(k, inputs->at[i]) >= 0)
            return true;
    return k->count >= inputs->count;
}

/*
 * field_value.c - one value of a document, checked against its row.
 *
 * Numbers and booleans are plain scalars; where text is wanted any scalar is
 * text, so a name may be `no` or `010`.
 */
#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "conf/expect.h"
#include "conf/field_read.h"

size_t field_size(enum field_type type)
{
    switch (type) {
    case FIELD_INT:
        return sizeof(int64_t);
    case FIELD_REAL:
        return sizeof(double);
    case FIELD_BOOL:
        return sizeof(bool);
    case FIELD_TEXT:
        return sizeof(const char *);
    case FIELD_PAIR:
        return sizeof(struct pair);
    case FIELD_PAIR_OR_WORD:
        return sizeof(struct pair_or_word);
    case FIELD_REAL_OR_WORD:
        return sizeof(struct real_or_word);
    case FIELD_INT_LIST:
        return sizeof(struct int_list);
    case FIELD_REAL_LIST:
        return sizeof(struct real_list);
    case FIELD_TEXT_LIST:
        return sizeof(struct text_list);
    case FIELD_FRACTION:
        return sizeof(struct fraction);
    case FIELD_PATH:
        return sizeof(struct path);
    case FIELD_VARIANT:
        return sizeof(struct variant);
    }
    return 0;
}

static bool is_among(const char *word, const char *const *words)
{
    for (; words && *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

const char *kind_suggestion(const struct kind *const *kinds, const char *word)
{
    const char *nearest = NULL;
    int64_t least = INT64_MAX;

    for (; *kinds; kinds++) {
        const char *const one[] = {(*kinds)->name, NULL};
        if (is_among(word, (*kinds)->aka))
            return (*kinds)->name;
        const int64_t distance = text_distance(word, one[0]);
        if (distance < least && text_nearest(word, one)) {
            least = distance;
            nearest = one[0];
        }
    }
    return nearest;
}

/* The word of a row that `word` most likely means: what another program calls
 * the same, else the nearest. */
static const char *meant_word(const struct source_value *v, const char *word)
{
    const struct field *f = v->field;

    if (f->choices)
        return text_nearest(word, f->choices);
    return f->kinds ? kind_suggestion(f->kinds, word) : NULL;
}

enum status value_mismatch(const struct source_value *v)
{
    const struct node *n = v->node;
    const struct found found = node_found(n);
    const bool is_word = n->kind == NODE_SCALAR && !node_is_null(n);
    const char *meant = is_word ? meant_word(v, n->text) : NULL;
    struct text want = {0};

    expect_add(&want, v->field);
    const char *text = text_string(&want);
    if (is_word && strncmp(text, "one of ", 7) == 0)
        tree_error(v->tree, n, AT_VALUE, NULL, v->e, "%s is not %s%s%s%s",
                   found.text, text, meant ? "; did you mean " : "",
                   meant ? meant : "", meant ? "?" : "");
    else
        tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                   "expected %s, got %s%s%s%s", text, found.text,
                   meant ? "; did you mean " : "", meant ? meant : "",
                   meant ? "?" : "");
    text_free(&want);
    return ERR_CONFIG;
}

static enum status out_of_range(const struct source_value *v)
{
    const struct field *f = v->field;
    struct text range = {0};

    if (f->type != FIELD_FRACTION && !has_max(f)) {
        text_puts(&range, "less than ");
        real_add(&range, f->min);
    } else {
        text_puts(&range, "not ");
        expect_range(&range, f);
    }
    tree_error(v->tree, v->node, AT_VALUE, NULL, v->e, "%s is %s",
               v->node->text, text_string(&range));
    text_free(&range);
    return ERR_CONFIG;
}

static bool in_range(const struct field *f, double value)
{
    return (!has_min(f) || value >= f->min) && (!has_max(f) || value <= f->max);
}

static bool is_plain(const struct node *n)
{
    return n->kind == NODE_SCALAR && n->plain;
}

enum status number_read(const struct source_value *v, double *to)
{
    if (!is_plain(v->node) || !num_parse_real(v->node->text, to))
        return value_mismatch(v);
    return in_range(v->field, *to) ? OK : out_of_range(v);
}

static enum status int_read(const struct source_value *v, int64_t *to)
{
    if (!is_plain(v->node) || !num_parse_int(v->node->text, to))
        return value_mismatch(v);
    return in_range(v->field, (double)*to) ? OK : out_of_range(v);
}

static enum status bool_read(const struct source_value *v, bool *to)
{
    if (!is_plain(v->node) || (strcmp(v->node->text, "true") != 0 &&
                               strcmp(v->node->text, "false") != 0))
        return value_mismatch(v);
    *to = v->node->text[0] == 't';
    return OK;
}

/* UTF-8, of which a character has one byte that continues none. */
static int64_t character_count(const char *text)
{
    int64_t count = 0;

    for (; *text; text++)
        count += (*text & 0xc0) != 0x80;
    return count;
}

static enum status text_read(const struct source_value *v, const char **to)
{
    const struct node *n = v->node;

    if (n->kind != NODE_SCALAR || node_is_null(n))
        return value_mismatch(v);
    if (v->field->choices && !is_among(n->text, v->field->choices))
        return value_mismatch(v);
    const int64_t length = character_count(n->text);
    if (length < v->field->least ||
        (v->field->most > 0 && length > v->field->most))
        return value_mismatch(v);
    *to = n->text;
    return OK;
}

/* The row of one entry of a list or pair. */
static struct field entry_row(const struct field *f)
{
    struct field entry = *f;

    entry.least = entry.most = 0; /* those are of the list */
    if (f->type == FIELD_REAL_LIST)
        entry.type = FIELD_REAL;
    else if (f->type == FIELD_TEXT_LIST)
        entry.type = FIELD_TEXT;
    else
        entry.type = FIELD_INT;
    return entry;
}

static enum status pair_read(const struct source_value *v, struct pair *to)
{
    const struct node *n = v->node;
    const struct field row = entry_row(v->field);

    if (n->kind == NODE_LIST && n->first && n->first->next &&
        !n->first->next->next) {
        const struct source_value y = {v->tree, &row, n->first, v->e};
        const struct source_value x = {v->tree, &row, n->first->next, v->e};
        const enum status rows = int_read(&y, &to->y);
        const enum status columns = int_read(&x, &to->x);
        return rows != OK ? rows : columns;
    }
    if (n->kind == NODE_LIST)
        return tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                          "expected one integer or two, got a list of %s",
                          n->first ? n->first->next ? "more" : "one"
                                   : "nothing");
    const enum status s = int_read(v, &to->y);
    to->x = to->y;
    return s;
}

/* One of the row's choices; NULL for anything else. */
static const char *choice_of(const struct source_value *v)
{
    const struct node *n = v->node;
    const bool is_choice = n->kind == NODE_SCALAR && !node_is_null(n) &&
                           is_among(n->text, v->field->choices);

    return is_choice ? n->text : NULL;
}

static enum status pair_or_word_read(const struct source_value *v,
                                     struct pair_or_word *to)
{
    to->word = choice_of(v);
    return to->word ? OK : pair_read(v, &to->pair);
}

static enum status real_or_word_read(const struct source_value *v,
                                     struct real_or_word *to)
{
    to->word = choice_of(v);
    return to->word ? OK : number_read(v, &to->value);
}

/* "1/3": two integers without sign; false when `text` is no fraction. */
static bool parse_ratio(const char *text, double *to)
{
    const char *slash = strchr(text, '/');
    char numerator[24];
    int64_t over, under;

    if (!slash || (size_t)(slash - text) >= sizeof numerator)
        return false;
    memcpy(numerator, text, (size_t)(slash - text));
    numerator[slash - text] = '\0';
    if (!num_parse_int(numerator, &over) || !num_parse_int(slash + 1, &under) ||
        under < 1)
        return false;
    *to = (double)over / (double)under;
    return true;
}

static enum status fraction_read(const struct source_value *v,
                                 struct fraction *to)
{
    const struct node *n = v->node;

    if (!is_plain(n) || (!parse_ratio(n->text, &to->value) &&
                         !num_parse_real(n->text, &to->value)))
        return value_mismatch(v);
    if (to->value < 0 || to->value >= 1 || !in_range(v->field, to->value))
        return out_of_range(v);
    to->text = n->text;
    return OK;
}

static int64_t count_entries(const struct node *list)
{
    int64_t count = 0;

    for (const struct node *n = list->first; n; n = n->next)
        count++;
    return count;
}

/* One entry by its row, which is of a scalar type. */
static enum status entry_read(const struct source_value *v, void *to)
{
    if (v->field->type == FIELD_INT)
        return int_read(v, to);
    if (v->field->type == FIELD_REAL)
        return number_read(v, to);
    return text_read(v, to);
}

/* All lists: entries of `size` bytes go to *out, their number to *count.  A
 * single number or word stands for a list of one. */
static enum status list_read(const struct source_value *v, size_t size,
                             void **out, int64_t *count)
{
    const struct field *f = v->field;
    const struct node *n = v->node;
    const bool is_list = n->kind == NODE_LIST;
    const struct field row = entry_row(f);
    const int64_t entries = is_list ? count_entries(n) : 1;
    const int64_t before = v->e->count;

    if (n->kind == NODE_MAP || (!is_list && f->type == FIELD_INT_LIST))
        return value_mismatch(v);
    if (entries < f->least || (f->most > 0 && entries > f->most)) {
        struct text want = {0};
        expect_add(&want, f);
        tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                   "expected %s, got %" PRId64 " of them", text_string(&want),
                   entries);
        text_free(&want);
        return ERR_CONFIG;
    }
    char *at = arena_take(v->tree->arena, (size_t)entries, size);
    if (!at)
        return err_memory(v->e, "reading the configuration");
    const struct node *entry = is_list ? n->first : n;
    for (int64_t i = 0; i < entries; i++, entry = entry->next) {
        const struct source_value one = {v->tree, &row, entry, v->e};
        if (entry_read(&one, at + (size_t)i * size) == ERR_MEMORY)
            return ERR_MEMORY;
    }
    *out = at;
    *count = entries;
    return v->e->count == before ? OK : ERR_CONFIG;
}

static enum status lists_read(const struct source_value *v, void *to)
{
    void *at = NULL;
    int64_t count = 0;
    enum status s;

    if (v->field->type == FIELD_INT_LIST) {
        s = list_read(v, sizeof(int64_t), &at, &count);
        *(struct int_list *)to = (struct int_list){at, count};
    } else if (v->field->type == FIELD_REAL_LIST) {
        s = list_read(v, sizeof(double), &at, &count);
        *(struct real_list *)to = (struct real_list){at, count};
    } else {
        s = list_read(v, sizeof(const char *), &at, &count);
        *(struct text_list *)to = (struct text_list){at, count};
    }
    return s;
}

enum status value_read(const struct source_value *v, void *to)
{
    switch (v->field->type) {
    case FIELD_INT:
        return int_read(v, to);
    case FIELD_REAL:
        return number_read(v, to);
    case FIELD_BOOL:
        return bool_read(v, to);
    case FIELD_TEXT:
        return text_read(v, to);
    case FIELD_PAIR:
        return pair_read(v, to);
    case FIELD_PAIR_OR_WORD:
        return pair_or_word_read(v, to);
    case FIELD_REAL_OR_WORD:
        return real_or_word_read(v, to);
    case FIELD_INT_LIST:
    case FIELD_REAL_LIST:
    case FIELD_TEXT_LIST:
        return lists_read(v, to);
    case FIELD_FRACTION:
        return fraction_read(v, to);
    case FIELD_PATH:
        return path_read(v, to);
    case FIELD_VARIANT:
        return variant_read(v, to);
    }
    return ERR_INTERNAL;
}

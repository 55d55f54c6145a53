/*
 * field_list.c - values made of others: pairs, lists, and one or a word.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "conf/field_type.h"

static enum status pair_read(const struct source_value *v, void *to)
{
    struct pair *pair = to;
    const struct node *n = v->node, *x = n->first ? n->first->next : NULL;
    struct field row = entry_row(v->field);

    if (n->kind == NODE_LIST && x && !x->next) {
        row.type = &type_int; /* also of a pair beside words */
        const struct source_value rows = {v->tree, &row, n->first, v->e};
        const struct source_value columns = {v->tree, &row, x, v->e};
        const enum status s = type_int.read(&rows, &pair->y);
        const enum status other = type_int.read(&columns, &pair->x);
        return s != OK ? s : other;
    }
    if (n->kind == NODE_LIST)
        return tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                          "expected one integer or two, got a list of %s",
                          n->first ? x ? "more" : "one" : "nothing");
    const enum status s = type_int.read(v, &pair->y);
    pair->x = pair->y;
    return s;
}

static void pair_print(struct text *out, const struct field *f,
                       const void *member)
{
    const struct pair *p = member;

    (void)f;
    if (p->y == p->x)
        text_printf(out, "%" PRId64, p->y);
    else
        text_printf(out, "[%" PRId64 ", %" PRId64 "]", p->y, p->x);
}

const struct field_type type_pair = {
    .size = sizeof(struct pair),
    .entry = &type_int,
    .is_list = true,
    .is_lone = true,
    .has_zero = true,
    .expect = "an integer or a pair of integers",
    .sample = "3",
    .read = pair_read,
    .print = pair_print,
};

/* The word comes first, the value of the entry's type after it. */
static enum status or_word_read(const struct source_value *v, void *to)
{
    const struct node *n = v->node;
    const char **word = to;

    if (n->kind == NODE_SCALAR && !node_is_null(n) &&
        is_among(n->text, v->field->choices)) {
        *word = n->text;
        return OK;
    }
    return v->field->type->entry->read(v, word + 1);
}

static void or_word_print(struct text *out, const struct field *f,
                          const void *member)
{
    const char *const *word = member;

    if (*word)
        text_puts(out, *word);
    else
        f->type->entry->print(out, f, word + 1);
}

static_assert(offsetof(struct pair_or_word, pair) == sizeof(char *) &&
                  offsetof(struct real_or_word, value) == sizeof(char *),
              "the value follows the word");

const struct field_type type_pair_or_word = {
    .size = sizeof(struct pair_or_word),
    .entry = &type_pair,
    .has_zero = true,
    .expect = "an integer or a pair of integers",
    .between = " or ",
    .sample = "3",
    .read = or_word_read,
    .print = or_word_print,
};

const struct field_type type_real_or_word = {
    .size = sizeof(struct real_or_word),
    .entry = &type_real,
    .has_zero = true,
    .expect = "a number",
    .between = " or ",
    .sample = "0.01",
    .read = or_word_read,
    .print = or_word_print,
};

/* What int_list, real_list and text_list look like. */
struct list {
    const void *at;
    int64_t count;
};

/* The row of an element, also of a list beside words. */
static struct field element_row(const struct field *f)
{
    const struct field row = entry_row(f);

    return f->type->is_list ? row : entry_row(&row);
}

/* A single entry of a lone type stands for a list of one; of one that stands
 * beside words, what is wrong is said of all that could be there.  A list with
 * a wrong entry is not stored: the checks that go on to find more would read
 * what no entry has filled in. */
static enum status list_read(const struct source_value *v, void *to)
{
    const struct field *f = v->field;
    const struct node *n = v->node;
    const bool is_list = n->kind == NODE_LIST;
    const struct field row = element_row(f);
    const struct field *said = is_list || f->type->is_list ? &row : f;
    const int64_t entries = is_list ? node_count(n) : 1;
    enum status s = OK;

    if (n->kind == NODE_MAP || (!is_list && !f->type->is_lone))
        return value_mismatch(v);
    if (entries < f->least || (f->most > 0 && entries > f->most))
        return tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                          "expected %s, got %" PRId64 " of them",
                          row_expect(v->tree->arena, f), entries);
    char *at = arena_take(v->tree->arena, (size_t)entries, row.type->size);
    if (!at)
        return err_memory(v->e, "reading the configuration");
    const struct list list = {at, entries};
    const struct node *entry = is_list ? n->first : n;
    for (int64_t i = 0; i < entries; i++, entry = entry->next) {
        const struct source_value one = {v->tree, said, entry, v->e};
        if (row.null_ok && node_is_null(entry))
            continue; /* its zero */
        const enum status read =
            row.type->read(&one, at + (size_t)i * row.type->size);
        s = s != OK ? s : read;
    }
    if (s == OK)
        memcpy(to, &list, sizeof list);
    return s;
}

static void list_print(struct text *out, const struct field *f,
                       const void *member)
{
    const struct field row = element_row(f);
    struct list list;

    memcpy(&list, member, sizeof list);
    text_puts(out, "[");
    for (int64_t i = 0; i < list.count; i++) {
        const char *entry = (const char *)list.at + (size_t)i * row.type->size;
        text_puts(out, i ? ", " : "");
        if (member_is_null(&row, entry))
            text_puts(out, "null");
        else
            row.type->print(out, &row, entry);
    }
    text_puts(out, "]");
}

const struct field_type type_int_list = {
    .size = sizeof(struct int_list),
    .entry = &type_int,
    .is_list = true,
    .expect = "a list of integers",
    .sample = "[1, 28, 28]",
    .read = list_read,
    .print = list_print,
};

static const struct field_type type_lone_ints = {
    .size = sizeof(struct int_list),
    .entry = &type_int,
    .is_list = true,
    .is_lone = true,
    .read = list_read,
    .print = list_print,
};

static_assert(offsetof(struct int_list_or_word, list) == sizeof(char *),
              "the list follows the word");

const struct field_type type_int_list_or_word = {
    .size = sizeof(struct int_list_or_word),
    .entry = &type_lone_ints,
    .is_lone = true,
    .expect = "an integer or a list of integers",
    .between = " or ",
    .sample = "[2, 3]",
    .read = or_word_read,
    .print = or_word_print,
};

const struct field_type type_real_list = {
    .size = sizeof(struct real_list),
    .entry = &type_real,
    .is_list = true,
    .is_lone = true,
    .expect = "a number or a list of numbers",
    .sample = "1",
    .read = list_read,
    .print = list_print,
};

const struct field_type type_text_list = {
    .size = sizeof(struct text_list),
    .entry = &type_text,
    .is_list = true,
    .is_lone = true,
    .expect = "a word or a list of words",
    .between = ", each ",
    .sample = "[one, two]",
    .read = list_read,
    .print = list_print,
};

const struct field_type type_path_list = {
    .size = sizeof(struct path_list),
    .entry = &type_path,
    .is_list = true,
    .is_lone = true,
    .expect = "a path or a list of paths",
    .sample = "[FILE]",
    .read = list_read,
    .print = list_print,
};

const struct field_type type_variant_list = {
    .size = sizeof(struct variant_list),
    .entry = &type_variant,
    .is_list = true,
    .is_lone = true,
    .expect = "a list of names, or of one name with its parameters each",
    .between = ", ",
    .sample = "[]",
    .read = list_read,
    .print = list_print,
};

const struct field_type type_pair_list = {
    .size = sizeof(struct pair_list),
    .entry = &type_pair,
    .is_list = true,
    .is_lone = true,
    .expect = "an integer or a list of integers or pairs of them",
    .sample = "1",
    .read = list_read,
    .print = list_print,
};

static enum status index_read(const struct source_value *v, void *to)
{
    struct index *index = to;
    const struct node *n = v->node;
    const bool is_list = n->kind == NODE_LIST;

    if (is_list && (!n->first || n->first->next))
        return tree_error(v->tree, n, AT_VALUE, NULL, v->e,
                          "expected an integer, or one in brackets");
    index->form = is_list ? INDEX_BRACKETS : INDEX_NUMBER;
    const struct source_value one = {v->tree, v->field, is_list ? n->first : n,
                                     v->e};
    return type_int.read(&one, &index->value);
}

static void index_print(struct text *out, const struct field *f,
                        const void *member)
{
    const struct index *index = member;
    const bool has_brackets = index->form == INDEX_BRACKETS;

    (void)f;
    text_printf(out, has_brackets ? "[%" PRId64 "]" : "%" PRId64, index->value);
}

static const struct field_type type_index = {
    .size = sizeof(struct index),
    .entry = &type_int,
    .is_list = true,
    .is_lone = true,
    .expect = "an integer, or one in brackets",
    .sample = "1",
    .read = index_read,
    .print = index_print,
};

static enum status index_list_read(const struct source_value *v, void *to)
{
    struct index_list *list = to;
    const enum status s = list_read(v, to);

    list->is_alone = s == OK && v->node->kind == NODE_SCALAR;
    return s;
}

static void index_list_print(struct text *out, const struct field *f,
                             const void *member)
{
    const struct index_list *list = member;

    if (list->is_alone)
        index_print(out, f, list->at);
    else
        list_print(out, f, member);
}

static_assert(offsetof(struct index_list, is_alone) == sizeof(struct list),
              "an index list begins as a list");

const struct field_type type_index_list = {
    .size = sizeof(struct index_list),
    .entry = &type_index,
    .is_list = true,
    .is_lone = true,
    .expect = "an integer or a list of integers, which may stand in brackets",
    .sample = "[[0], -1]",
    .read = index_list_read,
    .print = index_list_print,
};

/*
 * field_type.h - the types that values of a document have, a row each.
 *
 * Internal to conf/.  Reading and printing are functions of the row; its words
 * for messages and help, and its JSON Schema, are text.  A compound type names
 * the type of its entries and is made of their row.
 */
#pragma once

#include "conf/field.h"
#include "conf/tree_read.h"

/* Where a value comes from and where errors go. */
struct source_value {
    const struct tree *tree;
    const struct field *field;
    const struct node *node;
    struct err *e;
};

struct field_type {
    size_t size;                    /* of the member, in bytes */
    const struct field_type *entry; /* of lists and pairs, or beside words */
    bool is_list;                   /* a list of entries may stand for it, */
    bool is_lone;                   /* and a single entry, or nothing else */
    bool has_zero;       /* its zero is a value, where the bounds allow it */
    const char *expect;  /* "an integer" */
    const char *between; /* that and the row's words, " or "; NULL: words stand
                            in its place */
    const char *range;   /* NULL: by the row's bounds */
    const char *schema;  /* members of its JSON Schema; NULL: by the entries */
    const char *sample;  /* a value; of a number, within the bounds if it is */

    /* Check a node against its row and store it in the member.  null and empty
     * values are dealt with by the caller.  ERR_CONFIG, ERR_MEMORY. */
    enum status (*read)(const struct source_value *v, void *to);

    /* Append a member that is present as YAML. */
    void (*print)(struct text *out, const struct field *f, const void *member);
};

/* value_mismatch - record "expected WHAT, got FOUND", with the choice that was
 * most likely meant.  Returns ERR_CONFIG. */
enum status value_mismatch(const struct source_value *v);

/* row_expect - what field_expect says, on the arena. */
const char *row_expect(struct arena *arena, const struct field *f);

/* choice_called - the choice that `word` is called in a list of pairs
 * "theirs=ours"; NULL: it is not in it. */
const char *choice_called(const struct field *f, const char *aka,
                          const char *word);

/* value_in_range - true, or an error recorded: "5 is not in [1, 3]". */
bool value_in_range(const struct source_value *v, double value);

/* has_min, has_max - is the value bounded on that side? */
static inline bool has_min(const struct field *f)
{
    return f->min != 0 || f->max > 0;
}

static inline bool has_max(const struct field *f)
{
    return f->max > f->min || (f->min != 0 && f->max == f->min);
}

/* entry_row - the row of one entry of a compound value. */
static inline struct field entry_row(const struct field *f)
{
    struct field entry = *f;

    entry.type = f->type->entry;
    entry.least = entry.most = 0; /* those are of the list */
    entry.choices = f->type->is_list ? f->choices : NULL;
    return entry;
}

/* What an unknown word most likely means: what other programs call by exactly
 * that word, the nearest of ours, the nearest word of other programs. */
struct meant {
    struct nearest ours, theirs;
};

static inline struct meant meant_by(const char *word)
{
    return (struct meant){{.word = word}, {.word = word}};
}

/* meant_offer - one of our words and its words elsewhere (NULL: none). */
void meant_offer(struct meant *m, const char *name, const char *aka);

/* meant_word - NULL when nothing is near. */
const char *meant_word(const struct meant *m);

/* member_is_null - does it hold nothing: absent, or null where the row takes
 * it (in its entries, of a list)?  A zero that is a value is one. */
bool member_is_null(const struct field *f, const void *member);

/* is_among - is the word in a list ended by NULL?  NULL is an empty list. */
bool is_among(const char *word, const char *const *words);

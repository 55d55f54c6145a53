/*
 * field.h - tables that bind YAML keys to members of C structs.
 *
 * One row per key.  Reading, range checks, defaults, spelling hints, printing
 * the resolved document, --help, man page and JSON Schema are derived from the
 * rows and nothing else.  The default is YAML text, so it passes through the
 * same reader and range check as the user's value; the type follows from the
 * member, so table and struct cannot disagree.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "conf/tree.h"

/* Two extents, rows first.  YAML: `3` (both) or `[3, 5]`. */
struct pair {
    int64_t y, x;
};

/* A pair or one of the row's choices, `pad: same`: then word is not NULL. */
struct pair_or_word {
    const char *word;
    struct pair pair;
};

/* A number or one of the row's choices, `gain: relu`: then word is not NULL. */
struct real_or_word {
    const char *word;
    double value;
};

struct int_list {
    const int64_t *at;
    int64_t count;
};

/* A list or one of the row's choices, `axes: auto`: then word is not NULL. */
struct int_list_or_word {
    const char *word;
    struct int_list list;
};

/* An entry of a list of extents or bounds: nothing, a number, or the number of
 * something in brackets of its own, `[2]`.  Nothing is all zeros, so there is
 * no padding that might be none. */
struct index {
    int64_t value, form; /* of index_form */
};

enum index_form { INDEX_NONE, INDEX_NUMBER, INDEX_BRACKETS };

/* `3` or a list of them, `[[0], -1]`, `[2, null]`. */
struct index_list {
    const struct index *at;
    int64_t count;
    bool is_alone; /* no list but its only entry */
};

/* A single pair stands for all. */
struct pair_list {
    const struct pair *at;
    int64_t count;
};

struct real_list {
    const double *at;
    int64_t count;
};

/* An interval: a number, which what it is of understands, or [low, high]. */
struct span {
    double low, high; /* the same of a number */
    int64_t count;    /* of numbers given; 0: absent */
};

/* One interval for both axes, or {y: .., x: ..} of which one may be absent. */
struct span_axes {
    struct span y, x;
    bool apart;
};

struct text_list {
    const char *const *at;
    int64_t count;
};

/* Words, or what other words are to be called: YAML [china, flower], or
 * {0: china, 1: flower}.  Begins like a text_list. */
struct text_map {
    const char *const *at; /* [count] */
    int64_t count;
    const char *const *keys; /* [count] what they are called now; NULL: a list
                              */
};

/* A number for each of some names, or one of the row's choices: then word is
 * not NULL. */
struct real_map_or_word {
    const char *word;
    int64_t count;
    const char *const *keys; /* [count] */
    const double *at;        /* [count] */
};

/* A value of 0 <= value < 1 written as decimal or as `1/3`. */
struct fraction {
    double value;
    const char *text; /* as written */
};

/* A path: `${NAME}` and `${NAME:-default}` expanded, relative ones prefixed
 * with the folder of the file they stand in (values of --set: the current
 * folder), `written` as in the source, or without the folders of this machine
 * unless the tree keeps them.  Both NULL when absent. */
struct path {
    const char *at, *written;
};

/* A single path is a list of one. */
struct path_list {
    const struct path *at;
    int64_t count;
};

struct field;

/* A thing with a name and parameters: a layer, an initializer, an update rule.
 * The first member of every such ops struct, so that a registry of them can be
 * selected from, described and listed without knowing more. */
struct kind {
    const char *name;           /* its word in YAML */
    const char *doc;            /* one sentence with a full stop */
    const struct field *fields; /* NULL: no parameters */
    size_t config_size;
    const char *aka; /* its words in other programs, blanks between, for "did
                        you mean"; NULL: none */
};

/* A kind chosen in YAML, with its parameters bound: `rectify`, `{leaky_rectify:
 * {leakiness: 0.2}}`, a number where the row has `.number`, null where the row
 * has `.null_ok` (kind is NULL then). */
struct variant {
    const struct kind *kind;
    const void *config; /* config_size bytes */
};

/* Kinds in order, `[f1, {top_k: {k: 5}}]`. */
struct variant_list {
    const struct variant *at;
    int64_t count;
};

/* A mapping of its own: `early_stopping: {patience: 10}`. */
struct group {
    const void *config; /* filled by the row's `group`; NULL: absent */
};

/* The types, each a row of how its values are read, printed and described. */
struct field_type;
extern const struct field_type type_int, type_real, type_bool, type_text,
    type_pair, type_pair_or_word, type_real_or_word, type_int_list,
    type_int_list_or_word, type_index_list, type_pair_list,
    type_real_list, /* a single number is a list of one,
                                              in both of these */
    type_text_list, type_text_map, type_fraction, type_path, type_path_list,
    type_variant, type_variant_list, type_group, type_real_map_or_word,
    type_span, type_span_axes;

/* What another value means for a run that is to be continued. */
enum resume_effect {
    FIXED,          /* another run: refused */
    BETWEEN_EPOCHS, /* refused in the middle of an epoch, else as below */
    NAMED,          /* accepted and said */
    FREE,           /* does not touch the result */
};

struct field {
    const char *key;
    const char *def; /* default as YAML text, "null" allowed; NULL: required,
                        unless `optional` */
    const struct field_type *type;
    size_t offset;
    bool optional;   /* may be absent: the member keeps its zero value */
    bool null_ok;    /* null is a value, of a list's entries too */
    double min, max; /* of every number in it, inclusive; both 0: no bound;
                        max below min: no upper bound */
    int64_t least;   /* lists: fewest entries; text: fewest characters */
    int64_t most;    /* the most of them; 0: no bound */
    const char *const *choices;      /* the words allowed, ended by NULL */
    const char *choices_aka;         /* words of other programs for them,
                                        "theirs=ours", blanks between */
    const char *choices_gone;        /* words that once were choices, and are
                                        read as others: likewise */
    const struct kind *const *kinds; /* variants, ended by NULL */
    const struct kind *group;        /* &type_group: what stands in it */
    const char *number; /* of a variant: kind that a bare number means; the
                           number becomes its first field */
    bool short_first;   /* of a variant or group: what is no mapping of its keys
                         stands for the first of them, `{top_k: 5}` */
    const char *aka;    /* words of other programs, blanks between, for "did you
                        mean" */
    const char *unit, *doc;
    const char *sample; /* a value for examples; NULL: the default, or one of
                           its type */
    enum resume_effect resume;
};

/* FIELD(struct tag, member, .def = "1", ...).  A table ends with {0}. */
#define FIELD(S, m, ...)                                                         \
    {                                                                            \
        .key = #m, .offset = offsetof(struct S, m),                            \
        .type = _Generic(((struct S *)0)->m,                                   \
            int64_t: &type_int,                                                \
            double: &type_real,                                                \
            bool: &type_bool,                                                  \
            const char *: &type_text,                                          \
            struct pair: &type_pair,                                           \
            struct pair_or_word: &type_pair_or_word,                           \
            struct real_or_word: &type_real_or_word,                           \
            struct int_list: &type_int_list,                                   \
            struct index_list: &type_index_list,                               \
            struct pair_list: &type_pair_list,                                   \
            struct int_list_or_word: &type_int_list_or_word,                   \
            struct real_list: &type_real_list,                                 \
            struct text_list: &type_text_list,                                 \
            struct text_map: &type_text_map,                                   \
            struct fraction: &type_fraction,                                   \
            struct path: &type_path,                                           \
            struct path_list: &type_path_list,                                 \
            struct variant: &type_variant,                                     \
            struct variant_list: &type_variant_list,                           \
            struct real_map_or_word: &type_real_map_or_word,                   \
            struct group: &type_group,                                         \
            struct span: &type_span,                                           \
            struct span_axes: &type_span_axes),                                \
        __VA_ARGS__ \
    }

/* CONFIG(tag) - in a kind's row: the table `tag_fields` fills `struct
 * tag_config`. */
#define CONFIG(tag)                                                            \
    .fields = tag##_fields, .config_size = sizeof(struct tag##_config)

/* field_is_path - does it name a file, or several? */
static inline bool field_is_path(const struct field *f)
{
    return f->type == &type_path || f->type == &type_path_list;
}

/* One table and the struct it fills. */
struct binding {
    const struct field *fields; /* NULL ends an array of bindings */
    void *into;
};

/* Keys that are known but mean nothing here, and the message that says why:
 * "has no effect, the update is adam". */
struct inert {
    const struct field *fields; /* NULL ends an array of them */
    const char *why;            /* NULL: nobody can tell what they mean, after
                                   an error that was said */
};

extern const struct field field_any[]; /* of struct inert: whatever the key */

/*
 * field_bind - read mapping `map` into the structs of `bindings`.
 *
 * Keys that are absent take their defaults (`map` NULL, or the scalar of a list
 * entry that is a bare name: all of them).  Records
 * every error: unknown key (with the nearest known one or the one that an `aka`
 * word stands for), inert key, missing key, wrong type, out of range, not one
 * of the choices.  Keys named in `also` (ended by NULL; may be NULL) are known
 * but read by somebody else: nested sections.  Strings and lists live in the
 * tree's arena.  Returns ERR_CONFIG or ERR_MEMORY; the structs are complete
 * only on OK.
 */
MUST_USE enum status field_bind(const struct tree *t, const struct node *map,
                                const struct binding *bindings,
                                const struct inert *inert,
                                const char *const *also, struct err *e);

/* field_fill - field_bind of one table and nothing else. */
MUST_USE static inline enum status field_fill(const struct tree *t,
                                              const struct node *map,
                                              const struct field *fields,
                                              void *into, struct err *e)
{
    const struct binding bindings[] = {{fields, into}, {NULL, NULL}};

    return field_bind(t, map, bindings, NULL, NULL, e);
}

/*
 * field_print - append `key: value` rows for a filled struct, in table order,
 * as flow YAML `key: value, key: value` (no braces): the resolved form, every
 * default included, that binds to the same struct again.  Reals print with the
 * fewest digits that read back to the same double.  Optional members that are
 * absent are left out.  Paths print as written, of an absolute one the last
 * component.
 */
void field_print(struct text *out, const struct field *fields,
                 const void *from);

/* field_print_lines - the same as one line a row, indented by blanks. */
void field_print_lines(struct text *out, const struct field *fields,
                       const void *from, int64_t indent);

/* field_expect - append what a value of the row must be: "an integer in [1,
 * 100]", "one of a, b, c or null". */
void field_expect(struct text *out, const struct field *f);

/* field_sample - append the default of a row, or a value that may stand for
 * one. */
void field_sample(struct text *out, const struct field *f);

/* field_is_absent - has the row's member no value that could be printed? */
bool field_is_absent(const struct field *f, const void *from);

/* field_print_value - append the member's value alone; it is not absent. */
void field_print_value(struct text *out, const struct field *f,
                       const void *from);

/* kind_find - the kind called `name`; NULL when there is none. */
const struct kind *kind_find(const struct kind *const *kinds, const char *name);

enum { AKA_BYTES = 48 };

/* field_next_aka - cut the next word off `*aka`; false: there was none. */
bool field_next_aka(const char **aka, char word[AKA_BYTES]);

/* kind_meant - the kind that `word` most likely means: the one that other
 * programs call by it, else the nearest name; NULL when there is none. */
const struct kind *kind_meant(const struct kind *const *kinds,
                              const char *word);

/* kind_unknown - record at a value "unknown WHAT 'word'" and the kind that is
 * meant, or all there are.  Returns ERR_CONFIG. */
enum status kind_unknown(const struct tree *t, const struct node *n,
                         const char *what, const char *word,
                         const struct kind *const *kinds, struct err *e);

/* field_print_text - append text as a YAML scalar that stands in flow context
 * and reads back to the same text; quoted where a reader could take it for
 * something else. */
void field_print_text(struct text *out, const char *text);

/* field_print_quoted - the same in double quotes, which JSON reads too. */
void field_print_quoted(struct text *out, const char *text);

/* real_add - append a number with the fewest digits that read back to it. */
void real_add(struct text *out, double value);

/* field_takes_kind - is it one of the kinds that a value of the row may name,
 * also where the value stands for the first row of a group? */
bool field_takes_kind(const struct field *f, const char *name);

/* field_find - the row of `key`, NULL when there is none. */
const struct field *field_find(const struct field *fields, const char *key);

/* A document of tests: parsed, set, bound to a fixed set of tables. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "conf/field.h"
#include "conf/tree.h"

struct document {
    struct arena arena;
    struct tree tree;
    struct err e;
};

/* Parses `text` under the name "t.yaml"; entries of a document that begins with
 * `layers:` have names. */
enum status document_parse(struct document *d, const char *text);
void document_free(struct document *d);

/* "t.yaml:LINE:COLUMN" or "--set #N" of a node, as messages say it. */
const char *document_place(struct document *d, const struct node *n,
                           enum node_place at);

/* Fails the test unless the messages, "t.yaml:" left out, are `want`. */
void document_expect(const struct document *d, const char *want,
                     const char *yaml);

/* The tree as canonical text: {a: 1, b: ['x', {c: }]}; quoted scalars in single
 * quotes. */
void document_print(struct text *out, const struct node *root);

/* A section with one row of every type. */
struct every {
    int64_t count;
    double rate;
    bool flag;
    const char *name, *mode;
    struct pair size;
    struct pair_or_word pad;
    struct real_or_word gain;
    struct int_list shape;
    struct real_list mean;
    struct text_list from;
    struct fraction share;
    struct path file;
    struct variant act, init, maybe;
};

struct leak {
    double leakiness;
};

struct value {
    double val;
};

struct power {
    double exponent;
    struct variant inner;
};

extern const struct field every_fields[], power_fields[];
extern const struct kind *const act_kinds[], *const init_kinds_of_test[];

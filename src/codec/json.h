/*
 * json.h - JSON documents, written and read.  json.c alone includes
 * <jansson.h>.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

struct json; /* a value; owned by the document it stands in */

/*
 * Writing.  A failure (memory short) sticks until json_finish hands it on.
 * Inside a map every call names its `key`; inside a list and for
 * the document itself it is NULL.
 */
enum { JSON_MAX_DEPTH = 16 };

struct json_writer { /* initialise with {0} */
    struct json *stack[JSON_MAX_DEPTH];
    int depth;
    bool failed;
    struct json *root;
};

void json_begin_map(struct json_writer *w, const char *key);
void json_begin_list(struct json_writer *w, const char *key);
void json_end(struct json_writer *w); /* the innermost open map or list */
/* json_put_text - bytes that are no UTF-8 are replaced by U+FFFD; NULL becomes
 * null. */
void json_put_text(struct json_writer *w, const char *key, const char *text);
void json_put_int(struct json_writer *w, const char *key, int64_t value);
/* json_put_real - 17 significant digits; NaN and infinities become null. */
void json_put_real(struct json_writer *w, const char *key, double value);
void json_put_bool(struct json_writer *w, const char *key, bool value);
void json_put_null(struct json_writer *w, const char *key);
/* Lists of `count` values. */
void json_put_ints(struct json_writer *w, const char *key,
                   const int64_t *values, int64_t count);
void json_put_reals(struct json_writer *w, const char *key,
                    const double *values, int64_t count);
void json_put_texts(struct json_writer *w, const char *key,
                    const char *const *texts, int64_t count);

enum json_style {
    JSON_COMPACT,  /* one line without blanks, keys in the order put */
    JSON_SORTED,   /* the same, keys sorted */
    JSON_INDENTED, /* for people: two blanks a level, keys in the order put */
    JSON_LINE,     /* a record of a log: one line, a blank after : and , */
    JSON_FLOATS,   /* the same; reals, once 32-bit floats, of 9 digits, which
                      tell any two floats apart */
};

/* json_finish - append the document, without a final newline, and free it.  A
 * failure on the way fails `out`. */
void json_finish(struct json_writer *w, enum json_style style,
                 struct text *out);

/* json_finish_on - the same as a string on `arena`, which a failure fails. */
MUST_USE const char *json_finish_on(struct json_writer *w,
                                    enum json_style style, struct arena *arena);

/* A part of a longer text, which begins `offset` bytes before it. */
struct json_slice {
    const char *at;
    size_t length, offset;
};

/*
 * Reading.  json_parse refuses duplicate keys, invalid UTF-8, nesting beyond
 * JSON_MAX_DEPTH, too many maps and lists, trailing bytes: ERR_DATA with
 * `place` and the byte, counted from 1.
 */
MUST_USE enum status json_parse(const char *bytes, size_t length,
                                const char *place, struct json **out,
                                struct err *e);
MUST_USE enum status json_parse_slice(const struct json_slice *text,
                                      const char *place, struct json **out,
                                      struct err *e);
void json_free(struct json *document); /* NULL is allowed */

/* All of these take NULL, and answer NULL, -1 or false when the value is of
 * another kind or absent. */
const struct json *json_member(const struct json *map, const char *key);
bool json_is_map(const struct json *v);
int64_t json_count(const struct json *map_or_list); /* -1: neither */
const struct json *json_entry(const struct json *list, int64_t index);
const char *json_text_of(const struct json *v);
MUST_USE bool json_int_of(const struct json *v, int64_t *out);
MUST_USE bool json_real_of(const struct json *v, double *out); /* null: NaN */

/*
 * json_scan - the members of a map without a tree of the whole, which would
 * take twenty times the bytes of the text: calls fn with each key and the text
 * of its value, which nobody has looked into; stops at the first status that is
 * not OK and returns it.  A key that stands twice is for the caller to notice.
 * `*count` members were met; fn NULL: they are only counted.
 */
typedef enum status json_scan_fn(void *context, const char *key,
                                 const struct json_slice *value, struct err *e);
MUST_USE enum status json_scan(const struct json_slice *map, const char *place,
                               json_scan_fn *fn, void *context, int64_t *count,
                               struct err *e);

/*
 * npy.c - the header of a NumPy array.
 */
#include "codec/npy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"

static const char magic[] = "\x93NUMPY";
enum { MAGIC = 6, VERSION_1 = 10 /* where its dictionary begins */ };

bool npy_knows(const unsigned char *head, size_t length)
{
    return length >= MAGIC && memcmp(head, magic, MAGIC) == 0;
}

size_t npy_length(const unsigned char *head, size_t length, struct text *why)
{
    const unsigned char *dictionary = head + MAGIC + 2;
    size_t more = 0;

    if (!npy_knows(head, length)) {
        text_puts(why, "not a NumPy array: does not begin with \\x93NUMPY");
        return 0;
    }
    if (length < NPY_START_BYTES) {
        text_printf(why, "not a NumPy array: only %zu bytes long", length);
        return 0;
    }
    const int major = head[MAGIC], minor = head[MAGIC + 1];
    if (major < 1 || major > 3 || minor != 0) {
        text_printf(why, "a NumPy array of format %d.%d, expected 1.0 to 3.0",
                    major, minor);
        return 0;
    }
    const size_t bytes = major == 1 ? 2 : 4;
    for (size_t i = bytes; i-- > 0;)
        more = more << 8 | dictionary[i];
    if (more < NPY_MAX_HEADER - NPY_START_BYTES)
        return MAGIC + 2 + bytes + more;
    text_printf(why, "its NumPy header claims %zu bytes, at most %d are read",
                more, NPY_MAX_HEADER);
    return 0;
}

/* The part of a dictionary that has not been read. */
struct scan {
    const char *at, *end;
    const char *fault; /* what was expected there; NULL: nothing is wrong */
};

static bool fail(struct scan *s, const char *expected)
{
    if (!s->fault)
        s->fault = expected;
    return false;
}

/* The next character that is no blank, '\0' at the end. */
static char look(struct scan *s)
{
    while (s->at < s->end && isspace((unsigned char)*s->at))
        s->at++;
    return s->at < s->end ? *s->at : '\0';
}

static bool take(struct scan *s, char c)
{
    if (look(s) != c)
        return false;
    s->at++;
    return true;
}

enum { WORD_BYTES = 24 };

/* A quoted text without escapes, shorter than WORD_BYTES. */
static bool take_text(struct scan *s, char to[WORD_BYTES])
{
    const char quote = look(s);

    if (quote != '\'' && quote != '"')
        return fail(s, "a text in quotes");
    const char *from = s->at + 1;
    const char *end = memchr(from, quote, (size_t)(s->end - from));
    if (!end || end - from >= WORD_BYTES ||
        memchr(from, '\0', (size_t)(end - from)))
        return fail(s, "a short text in quotes");
    memcpy(to, from, (size_t)(end - from));
    to[end - from] = '\0';
    s->at = end + 1;
    return true;
}

static bool take_word(struct scan *s, const char *word)
{
    const size_t n = strlen(word);

    (void)look(s);
    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
        return false;
    s->at += n;
    return true;
}

/* Python 2 marked long integers with an L. */
static bool take_extent(struct scan *s, int64_t *to)
{
    *to = 0;
    if (!isdigit((unsigned char)look(s)))
        return fail(s, "an extent");
    for (; s->at < s->end && isdigit((unsigned char)*s->at); s->at++) {
        const int digit = *s->at - '0';
        if (*to > (INT64_MAX - digit) / 10)
            return fail(s, "an extent below 2^63");
        *to = *to * 10 + digit;
    }
    if (s->at < s->end && *s->at == 'L')
        s->at++;
    return true;
}

static bool take_shape(struct scan *s, struct npy_header *out)
{
    bool comma = true;

    if (!take(s, '('))
        return fail(s, "a shape in parentheses");
    for (out->axes = 0; look(s) != ')'; comma = take(s, ',')) {
        if (!comma)
            return fail(s, "',' or ')'");
        if (out->axes == NPY_MAX_AXES)
            return fail(s, "at most 8 extents");
        if (!take_extent(s, &out->dim[out->axes]))
            return false;
        out->axes++;
    }
    if (out->axes == 1 && !comma)
        return fail(s, "',': (3) is no shape, (3,) is");
    s->at++;
    return true;
}

/* What NumPy calls the types. */
static const struct {
    const char *name;
    struct element element;
} types[] = {
    {"b1", {ELEMENT_UNSIGNED, 1, false}}, {"u1", {ELEMENT_UNSIGNED, 1, false}},
    {"u2", {ELEMENT_UNSIGNED, 2, false}}, {"u4", {ELEMENT_UNSIGNED, 4, false}},
    {"u8", {ELEMENT_UNSIGNED, 8, false}}, {"i1", {ELEMENT_SIGNED, 1, false}},
    {"i2", {ELEMENT_SIGNED, 2, false}},   {"i4", {ELEMENT_SIGNED, 4, false}},
    {"i8", {ELEMENT_SIGNED, 8, false}},   {"f4", {ELEMENT_REAL, 4, false}},
    {"f8", {ELEMENT_REAL, 8, false}},
};

/* "<f4": byte order, kind, bytes. */
static bool read_type(const char *descr, struct npy_header *out,
                      struct text *why)
{
    const bool has_order = *descr && strchr("<>|=", *descr);
    const char *name = descr + has_order;

    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(types[i].name, name) == 0) {
            out->element = types[i].element;
            out->element.big = *descr == '>';
            out->is_bool = *name == 'b';
            return true;
        }
    text_puts(why, "elements of type '");
    text_shown(why, descr);
    text_puts(why, *name == 'O' ? "', objects of Python" : "'");
    text_puts(why, "; expected bool, integers of 1 to 8 bytes, or floats of 4 "
                   "or 8; in NumPy x.astype(\"float32\") makes them");
    return false;
}

/* A key and its value; `seen` gets the bit of the key. */
static bool take_entry(struct scan *s, struct npy_header *out, unsigned *seen,
                       char descr[WORD_BYTES])
{
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    const char *begin = s->at;
    char key[WORD_BYTES];
    size_t k = 0;

    if (!take_text(s, key))
        return false;
    while (k < ARRAY_LEN(keys) && strcmp(keys[k], key) != 0)
        k++;
    if (k == ARRAY_LEN(keys) || (*seen & 1U << k)) {
        s->at = begin;
        return fail(s, "each of descr, fortran_order and shape once");
    }
    *seen |= 1U << k;
    if (!take(s, ':'))
        return fail(s, "':'");
    if (k == 2)
        return take_shape(s, out);
    if (k == 0)
        return look(s) == '[' ? fail(s, "one type; records with fields are "
                                        "not read")
                              : take_text(s, descr);
    out->fortran = take_word(s, "True");
    return out->fortran || take_word(s, "False") || fail(s, "True or False");
}

static bool take_dictionary(struct scan *s, struct npy_header *out,
                            char descr[WORD_BYTES])
{
    enum { ALL = 7 };
    unsigned seen = 0;
    bool comma = true;

    if (!take(s, '{'))
        return fail(s, "a dictionary in braces");
    for (; look(s) != '}'; comma = take(s, ',')) {
        if (!comma)
            return fail(s, "',' or '}'");
        if (!take_entry(s, out, &seen, descr))
            return false;
    }
    if (seen != ALL)
        return fail(s, "each of descr, fortran_order and shape once");
    s->at++;
    (void)look(s);
    return s->at == s->end || fail(s, "nothing more");
}

bool npy_read(const unsigned char *head, size_t length, struct npy_header *out,
              struct text *why)
{
    const char *text = (const char *)head;
    const size_t begin = VERSION_1 + (head[MAGIC] == 1 ? 0U : 2U);
    struct scan s = {text + begin, text + length, NULL};
    char descr[WORD_BYTES] = "";

    *out = (struct npy_header){0};
    if (take_dictionary(&s, out, descr))
        return read_type(descr, out, why);
    text_printf(why, "its NumPy header is malformed: expected %s at byte %lld",
                s.fault, (long long)(s.at - text));
    return false;
}

void npy_write(char out[NPY_HEADER_BYTES], const char *descr, int64_t count,
               const int64_t *dim, int64_t axes)
{
    char dict[NPY_HEADER_BYTES - VERSION_1];
    int n = snprintf(dict, sizeof dict,
                     "{'descr': '%s', 'fortran_order': False, "
                     "'shape': (%lld,",
                     descr, (long long)count);

    for (int64_t i = 0; i < axes; i++)
        n += snprintf(dict + n, sizeof dict - (size_t)n, " %lld,",
                      (long long)dim[i]);
    n += snprintf(dict + n, sizeof dict - (size_t)n, "), }");
    memset(dict + n, ' ', sizeof dict - (size_t)n);
    dict[sizeof dict - 1] = '\n';
    /* Version 1.0 and the length of what follows, little endian. */
    memcpy(out, magic, MAGIC);
    out[MAGIC] = 1;
    out[MAGIC + 1] = 0;
    out[MAGIC + 2] = (char)sizeof dict;
    out[MAGIC + 3] = 0;
    memcpy(out + VERSION_1, dict, sizeof dict);
}

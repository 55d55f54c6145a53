/*
 * csv_cell.c - the cells of one line.
 */
#include "source/csv_cell.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/utf8.h"

static bool is_blank(unsigned char c, unsigned char delimiter)
{
    return (c == ' ' || c == '\t') && c != delimiter;
}

/* `q` is the opening quote. */
static enum csv_cell_state
take_quoted(const unsigned char **p, const unsigned char *q,
            unsigned char delimiter, struct text *scratch, struct csv_cell *out)
{
    q++;

    scratch->length = 0;
    for (;;) {
        const unsigned char *run = q;
        while (*q != '"' && *q != '\n')
            q++;
        text_add(scratch, (const char *)run, (size_t)(q - run));
        if (*q == '\n')
            return CSV_CELL_OPEN;
        q++;
        if (*q != '"')
            break;
        text_add(scratch, "\"", 1);
        q++;
    }
    if (scratch->failed)
        return CSV_CELL_MEMORY;
    while (is_blank(*q, delimiter))
        q++;
    if (*q != delimiter && *q != '\n')
        return CSV_CELL_TAIL;
    *out = (struct csv_cell){text_string(scratch), scratch->length};
    *p = q;
    return CSV_CELL_GOOD;
}

enum csv_cell_state csv_cell_take(const unsigned char **p,
                                  unsigned char delimiter, struct text *scratch,
                                  struct csv_cell *out)
{
    const unsigned char *q = *p, *from, *to;

    while (is_blank(*q, delimiter))
        q++;
    if (*q == '"')
        return take_quoted(p, q, delimiter, scratch, out);
    for (from = q; *q != delimiter && *q != '\n';)
        q++;
    for (to = q; to > from && is_blank(to[-1], delimiter);)
        to--;
    *out = (struct csv_cell){(const char *)from, (size_t)(to - from)};
    *p = q;
    return CSV_CELL_GOOD;
}

bool csv_cell_is_text(struct csv_cell c)
{
    size_t length = 1;
    uint32_t code;

    for (size_t i = 0; i < c.length && length > 0; i += length)
        length = utf8_decode(c.at + i, c.length - i, &code);
    return length > 0;
}

bool csv_cell_is_missing(struct csv_cell c)
{
    static const char *const words[] = {"", "nan", "na", "null"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strlen(words[i]) == c.length &&
            strncasecmp(c.at, words[i], c.length) == 0)
            return true;
    return false;
}

bool csv_cell_real(struct csv_cell c, struct text *scratch, double *value)
{
    if (c.at != scratch->at) {
        scratch->length = 0;
        text_add(scratch, c.at, c.length);
        if (scratch->failed)
            return false;
    }
    return strlen(scratch->at) == c.length &&
           num_parse_real(scratch->at, value);
}

bool csv_cell_decimal(const unsigned char **p, unsigned char delimiter,
                      double *value)
{
    /* Integers below 2^53 and powers of ten to 10^22 are doubles, so their
     * quotient is rounded once (Clinger: How to read floating point numbers
     * accurately, 1990). */
    static const double power[] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const uint64_t exact = UINT64_C(1) << 53;
    const unsigned char *q = *p + (**p == '-' || **p == '+');
    const unsigned char *digits = q, *point = NULL;
    uint64_t number = 0;

    for (;; q++) {
        const unsigned digit = (unsigned)*q - '0';
        if (digit <= 9)
            number = number * 10 + digit;
        else if (*q == '.' && !point)
            point = q;
        else
            break;
        if (number > exact)
            return false;
    }
    const size_t places = point ? (size_t)(q - point - 1) : 0;
    if (q - digits == (point ? 1 : 0) || places >= ARRAY_LEN(power) ||
        (*q != delimiter && *q != '\n'))
        return false;
    *value = (double)number / power[places];
    if (**p == '-')
        *value = -*value;
    *p = q;
    return true;
}

void csv_cell_excerpt(struct csv_cell c, char out[CSV_EXCERPT_BYTES])
{
    enum { SHOWN = 40 };
    size_t length = c.length;

    if (length > SHOWN) {
        length = SHOWN;
        while (length > SHOWN - 4 &&
               ((unsigned char)c.at[length] & 0xc0) == 0x80)
            length--;
    }
    for (size_t i = 0; i < length; i++) {
        out[i] = c.at[i];
        if (out[i] == '\0')
            out[i] = '?';
    }
    memcpy(out + length, c.length > SHOWN ? "..." : "",
           c.length > SHOWN ? 4 : 1);
}

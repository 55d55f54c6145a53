/*
 * field_text.c - text as a YAML scalar.
 *
 * Plain when every reader of YAML, also one of version 1.1, sees the same
 * text; else in single quotes; else, when characters need escapes, in double
 * quotes.
 */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "conf/field.h"

static const char first_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_./"
                                    "abcdefghijklmnopqrstuvwxyz0123456789";
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.+()=;-/"
                              "abcdefghijklmnopqrstuvwxyz0123456789";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Numbers of any notation, versions and dates. */
static bool looks_like_number(const char *text)
{
    const char *p = text + (*text == '-' || *text == '+');

    p += *p == '.';
    return is_digit(*p) &&
           p[strspn(p, "0123456789abcdefABCDEFxXoO_.+-")] == '\0';
}

static bool looks_like_constant(const char *text)
{
    static const char *const words[] = {
        "null", "true", "false", "yes", "no",   "on",
        "off",  "y",    "n",     "~",   ".inf", ".nan",
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

static bool can_be_plain(const char *text)
{
    return *text && strchr(first_letters, *text) &&
           text[strspn(text, letters)] == '\0' &&
           strncmp(text, "...", 3) != 0 && !looks_like_number(text) &&
           !looks_like_constant(text);
}

/* Bytes of a character that quotes alone do not protect: controls, YAML's line
 * breaks beyond ASCII, the byte order mark and non-characters.  Its code; 0
 * when the character is harmless. */
static uint32_t special(const unsigned char *p, size_t *bytes)
{
    *bytes = 1;
    if (*p < 0x20 || *p == 0x7f)
        return *p;
    if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) {
        *bytes = 2;
        return p[1];
    }
    if ((p[0] & 0xf0) != 0xe0 || !p[1] || !p[2])
        return 0;
    const uint32_t code = (uint32_t)(p[0] & 0x0f) << 12 |
                          (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    if (code != 0x2028 && code != 0x2029 && code != 0xfeff && code < 0xfffe)
        return 0;
    *bytes = 3;
    return code;
}

static bool needs_escapes(const char *text)
{
    size_t bytes;

    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if (special(p, &bytes))
            return true;
    return false;
}

static void add_single_quoted(struct text *out, const char *text)
{
    text_puts(out, "'");
    for (; *text; text++)
        text_add(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
    text_puts(out, "'");
}

static void add_double_quoted(struct text *out, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    text_puts(out, "\"");
    while (*p) {
        size_t bytes;
        const uint32_t code = special(p, &bytes);
        if (code == '\n')
            text_puts(out, "\\n");
        else if (code == '\t')
            text_puts(out, "\\t");
        else if (code)
            text_printf(out, "\\u%04X", (unsigned)code);
        else if (*p == '"' || *p == '\\')
            text_printf(out, "\\%c", *p);
        else
            text_add(out, (const char *)p, 1);
        p += bytes;
    }
    text_puts(out, "\"");
}

void field_print_text(struct text *out, const char *text)
{
    if (can_be_plain(text))
        text_puts(out, text);
    else if (needs_escapes(text))
        add_double_quoted(out, text);
    else
        add_single_quoted(out, text);
}

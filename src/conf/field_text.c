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

#include "base/utf8.h"
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

/* The bytes of a character, and its code when quotes alone do not protect it:
 * controls, YAML's line breaks beyond ASCII, the byte order mark and
 * non-characters; 0 when it is harmless. */
static uint32_t special(const char *p, size_t *bytes)
{
    uint32_t code = 0;

    *bytes = utf8_decode(p, strnlen(p, 4), &code);
    if (*bytes == 0)
        *bytes = 1;
    return utf8_is_control(code) || code == 0x2028 || code == 0x2029 ||
                   code == 0xfeff || code == 0xfffe || code == 0xffff
               ? code
               : 0;
}

static bool needs_escapes(const char *text)
{
    size_t bytes;

    while (*text && !special(text, &bytes))
        text += bytes;
    return *text != '\0';
}

static void add_single_quoted(struct text *out, const char *text)
{
    text_puts(out, "'");
    for (; *text; text++)
        text_add(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
    text_puts(out, "'");
}

void field_print_quoted(struct text *out, const char *text)
{
    size_t bytes;

    text_puts(out, "\"");
    for (; *text; text += bytes) {
        const uint32_t code = special(text, &bytes);
        if (code == '\n')
            text_puts(out, "\\n");
        else if (code == '\t')
            text_puts(out, "\\t");
        else if (code)
            text_printf(out, "\\u%04X", (unsigned)code);
        else if (*text == '"' || *text == '\\')
            text_printf(out, "\\%c", *text);
        else
            text_add(out, text, bytes);
    }
    text_puts(out, "\"");
}

void field_print_text(struct text *out, const char *text)
{
    if (can_be_plain(text))
        text_puts(out, text);
    else if (needs_escapes(text))
        field_print_quoted(out, text);
    else
        add_single_quoted(out, text);
}

/*
 * source.c - the characters of a document.
 */
#include "conf/source.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum {
    SHOWN_CHARACTERS = 100, /* of a line */
    SHOWN_BEFORE = 60,      /* of them left of the caret in a long line */
    SHOWN_INDENT = 2,
    CHARACTER_BYTES = 4,
};

/* A position in a text; line and column from 1. */
struct cursor {
    const char *at, *end;
    int64_t line, column;
};

static bool is_tail(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

static bool is_break(uint32_t code)
{
    return code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 ||
           code == 0x2029;
}

/* YAML 1.1, section 5.1: the printable subset. */
static bool is_allowed(uint32_t code)
{
    if (code == '\t' || is_break(code))
        return true;
    return !utf8_is_control(code) && code != 0xfffe && code != 0xffff;
}

/* Steps over the character at the cursor; 0 when it is not UTF-8. */
static size_t advance(struct cursor *c, uint32_t *code)
{
    const size_t length = utf8_decode(c->at, (size_t)(c->end - c->at), code);

    if (length == 0)
        return 0;
    c->at += length;
    c->column++;
    if (is_break(*code)) {
        if (*code == '\r' && c->at < c->end && *c->at == '\n')
            c->at++;
        c->line++;
        c->column = 1;
    }
    return length;
}

bool source_check(const char *text, size_t length, struct source_fault *fault)
{
    struct cursor c = {text, text + length, 1, 1};

    while (c.at < c.end) {
        const struct cursor before = c;
        uint32_t code = 0;
        const size_t bytes = advance(&c, &code);
        if (bytes > 0 && is_allowed(code))
            continue;
        fault->mark =
            (struct mark){.line = before.line, .column = before.column};
        if (bytes == 0)
            snprintf(fault->why, sizeof fault->why,
                     "byte 0x%02x is not part of UTF-8 text",
                     (unsigned)(unsigned char)*before.at);
        else
            snprintf(fault->why, sizeof fault->why,
                     "control character U+%04X is not allowed", (unsigned)code);
        return false;
    }
    return true;
}

struct mark source_limit(const char *text, size_t length, struct mark mark)
{
    struct cursor c = {text, text + length, 1, 1};
    struct mark last = {.line = 1, .column = 1};

    while (c.at < c.end) {
        const struct mark at = {.line = c.line, .column = c.column + 1};
        uint32_t code = 0;
        if (advance(&c, &code) == 0)
            return mark;
        if (code != ' ' && code != '\t' && !is_break(code))
            last = at;
    }
    if (mark.line < last.line ||
        (mark.line == last.line && mark.column < last.column))
        return mark;
    return last;
}

/* Cells of a terminal: 2 for East Asian wide characters and pictographs, 0 for
 * combining marks (Unicode Standard Annex 11, the large blocks only). */
static int64_t cells(uint32_t code)
{
    static const struct {
        uint32_t first, last;
        int64_t cells;
    } blocks[] = {
        {0x0300, 0x036f, 0},   {0x200b, 0x200f, 0},   {0xfe00, 0xfe0f, 0},
        {0x1100, 0x115f, 2},   {0x2e80, 0xa4cf, 2},   {0xac00, 0xd7a3, 2},
        {0xf900, 0xfaff, 2},   {0xfe30, 0xfe6f, 2},   {0xff00, 0xff60, 2},
        {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2}, {0x1f900, 0x1f9ff, 2},
        {0x20000, 0x3fffd, 2},
    };

    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        if (code >= blocks[i].first && code <= blocks[i].last)
            return blocks[i].cells;
    return 1;
}

/* Moves to the start of a line; false when the text has fewer. */
static bool find_line(struct cursor *c, int64_t line)
{
    uint32_t code;

    while (c->line < line && c->at < c->end)
        if (advance(c, &code) == 0)
            c->at++;
    return c->line == line;
}

/* One character as it is shown; its cells. */
static int64_t show_character(struct cursor *c, char *out, size_t *used)
{
    uint32_t code = 0;
    const size_t bytes = utf8_decode(c->at, (size_t)(c->end - c->at), &code);

    if (bytes == 0 || utf8_is_control(code)) {
        out[(*used)++] = code == '\t' ? ' ' : '?';
        c->at += bytes ? bytes : 1;
        return 1;
    }
    memcpy(out + *used, c->at, bytes);
    *used += bytes;
    c->at += bytes;
    return cells(code);
}

static bool at_line_end(const struct cursor *c)
{
    uint32_t code = 0;

    if (c->at >= c->end)
        return true;
    return utf8_decode(c->at, (size_t)(c->end - c->at), &code) > 0 &&
           is_break(code);
}

void source_show(const char *text, struct mark mark, struct err *e)
{
    char line[SHOWN_CHARACTERS * CHARACTER_BYTES + SHOWN_INDENT + 1];
    char both[sizeof line + (size_t)2 * SHOWN_CHARACTERS + 8];
    struct cursor c = {text, text + strlen(text), 1, 1};
    const bool is_long = mark.column > SHOWN_CHARACTERS;
    const int64_t first = is_long ? mark.column - SHOWN_BEFORE : 1;
    int64_t before = 0;
    size_t used = 0;

    if (mark.line < 1 || !find_line(&c, mark.line))
        return;
    for (int64_t i = 1; i < first + SHOWN_CHARACTERS && !at_line_end(&c); i++) {
        const size_t was = used;
        const int64_t width = show_character(&c, line, &used);
        if (i < first)
            used = was; /* left of what is shown */
        else if (i < mark.column)
            before += width;
    }
    line[used] = '\0';
    snprintf(both, sizeof both, "%*s%s\n%*s^\n", SHOWN_INDENT, "", line,
             (int)(SHOWN_INDENT + before), "");
    err_source(e, both);
}

size_t source_clip(const char *text, size_t limit)
{
    size_t length = strnlen(text, limit + 1);

    if (length <= limit)
        return length;
    length = limit;
    while (length > 0 && is_tail((unsigned char)text[length]))
        length--;
    return length;
}

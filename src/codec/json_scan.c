/*
 * json_scan.c - the members of a map, one at a time.
 *
 * A tree of the whole takes twenty times the bytes of its text, which a header
 * of 100 MB must not cost.  So the text is cut at the commas between members
 * without looking into them; what lies between is for json_parse to judge.
 */
#include <string.h>

#include "base/arena.h"
#include "codec/json.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What is left of the text. */
struct scan {
    const char *start, *next, *end;
    const struct json_slice *whole;
    const char *place;
};

static char peek(struct scan *s)
{
    while (s->next < s->end && is_blank(*s->next))
        s->next++;
    return s->next < s->end ? *s->next : '\0';
}

static enum status expected(const struct scan *s, const char *what,
                            struct err *e)
{
    return err_add(e, ERR_DATA, s->place, "JSON byte %zu: expected %s",
                   s->whole->offset + (size_t)(s->next - s->start) + 1, what);
}

/* The next `"..."`, or as much of it as there is. */
static void skip_string(struct scan *s)
{
    for (s->next++; s->next < s->end && *s->next != '"'; s->next++)
        s->next += *s->next == '\\' && s->next + 1 < s->end;
    s->next += s->next < s->end;
}

/* Up to the comma or the bracket that ends the value. */
static void skip_value(struct scan *s)
{
    for (size_t depth = 0; s->next < s->end; s->next++) {
        const char c = *s->next;
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        if (c == '"') {
            skip_string(s);
            s->next--;
        }
    }
}

static struct json_slice slice(const struct scan *s, const char *from)
{
    return (struct json_slice){from, (size_t)(s->next - from),
                               s->whole->offset + (size_t)(from - s->start)};
}

/* One member: its key, a colon, its value. */
static enum status scan_member(struct scan *s, json_scan_fn *fn, void *context,
                               struct err *e)
{
    struct json *key = NULL;

    if (peek(s) != '"')
        return expected(s, "a key in quotes", e);
    const char *from = s->next;
    skip_string(s);
    const struct json_slice name = slice(s, from);
    if (peek(s) != ':')
        return expected(s, "':'", e);
    s->next++;
    peek(s);
    from = s->next;
    skip_value(s);
    const struct json_slice value = slice(s, from);
    if (!fn)
        return OK;
    enum status status = json_parse_slice(&name, s->place, &key, e);
    if (status == OK)
        status = fn(context, json_text_of(key), &value, e);
    json_free(key);
    return status;
}

enum status json_scan(const struct json_slice *map, const char *place,
                      json_scan_fn *fn, void *context, int64_t *count,
                      struct err *e)
{
    struct scan s = {map->at, map->at, map->at + map->length, map, place};
    enum status status = OK;

    *count = 0;
    if (peek(&s) != '{')
        return expected(&s, "'{'", e);
    s.next++;
    bool more = peek(&s) != '}';
    for (; more && status == OK; ++*count) {
        status = scan_member(&s, fn, context, e);
        more = peek(&s) == ',';
        s.next += more;
    }
    if (status != OK)
        return status;
    if (peek(&s) != '}')
        return expected(&s, "',' or '}'", e);
    s.next++;
    return peek(&s) == '\0' && s.next == s.end
               ? OK
               : expected(&s, "the end of the text", e);
}

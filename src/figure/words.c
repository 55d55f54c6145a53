/*
 * words.c - text in its place.
 */
#include "figure/words.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

#define ELLIPSIS    "\xe2\x80\xa6"
#define REPLACEMENT "\xef\xbf\xbd"

/* What is looked at of a text: more never fits. */
enum { TEXT_MOST = 2000 };

/* Marks that stand on or under the letter before them. */
static bool is_mark(uint32_t code)
{
    return (code >= 0x300 && code < 0x370) || (code >= 0x483 && code < 0x48a) ||
           (code >= 0x1ab0 && code < 0x1b00) ||
           (code >= 0x1dc0 && code < 0x1e00) ||
           (code >= 0x20d0 && code < 0x2100) ||
           (code >= 0xfe20 && code < 0xfe30);
}

const char *words_clean(struct arena *arena, const char *text, size_t length)
{
    struct text out = {0};
    size_t at = 0;
    int marks = 0, count = 0;

    while (at < length && count < TEXT_MOST) {
        uint32_t code = 0;
        const size_t bytes = utf8_decode(text + at, length - at, &code);
        const bool stays =
            bytes > 0 && !utf8_is_control(code) && !utf8_misleads(code);
        marks = stays && is_mark(code) ? marks + 1 : 0;
        if (!stays)
            text_puts(&out, REPLACEMENT);
        else if (marks <= 1)
            text_add(&out, text + at, bytes);
        at += bytes > 0 ? bytes : 1;
        count++;
    }
    if (at < length)
        text_puts(&out, ELLIPSIS);
    return arena_text(arena, &out);
}

static double width_of(const struct sheet *s, const struct words *w,
                       const char *clean)
{
    return brush_width(&s->brush, clean, w->bold) * w->size * s->em;
}

static const char *clean_of(const struct sheet *s, const struct words *w)
{
    return words_clean(s->arena, w->text, strlen(w->text));
}

double words_width(const struct sheet *s, const struct words *w)
{
    return w->text ? width_of(s, w, clean_of(s, w)) : 0;
}

double words_widest(const struct sheet *s, const struct words *w,
                    const char *const *texts, int64_t count)
{
    struct words each = *w;
    double widest = 0;

    for (int64_t i = 0; i < count; i++) {
        each.text = texts[i];
        const double width = words_width(s, &each);
        widest = width > widest ? width : widest;
    }
    return widest;
}

double words_height(const struct sheet *s, double size)
{
    return (TYPE_ASCENT + TYPE_DESCENT) * size * s->em;
}

/* The length of the prefix of `count` characters. */
static size_t prefix(const char *clean, int64_t count)
{
    size_t at = 0;
    uint32_t code;

    while (count-- > 0 && clean[at])
        at += utf8_decode(clean + at, strnlen(clean + at, 4), &code);
    return at;
}

static int64_t characters(const char *clean)
{
    int64_t count = 0;

    for (; *clean; clean++)
        count += (*clean & 0xc0) != 0x80;
    return count;
}

static const char *beginning(struct arena *arena, const char *clean,
                             int64_t count, const char *tail)
{
    size_t length = prefix(clean, count);

    while (length > 0 && clean[length - 1] == ' ')
        length--;
    return arena_printf(arena, "%.*s" ELLIPSIS "%s", (int)length, clean, tail);
}

/* As much of it before the tail as fits, at least a character; NULL: nothing
 * does. */
static const char *fitting(struct sheet *s, const struct words *w,
                           const char *clean, const char *tail, double room)
{
    int64_t fits = 0, beyond = characters(clean) - characters(tail);

    while (beyond - fits > 1) {
        const int64_t middle = (fits + beyond) / 2;
        const char *part = beginning(s->arena, clean, middle, tail);
        if (width_of(s, w, part) <= room)
            fits = middle;
        else
            beyond = middle;
    }
    return fits > 0 ? beginning(s->arena, clean, fits, tail) : NULL;
}

/* What there is room for; NULL: nothing. */
static const char *shortened(struct sheet *s, const struct words *w,
                             const char *clean, double room)
{
    if (width_of(s, w, clean) <= room)
        return clean;
    const size_t length = strlen(clean);
    const char *tail = clean + length - text_number_at_end(clean, length);
    const char *part = fitting(s, w, clean, tail, room);
    return part ? part : fitting(s, w, clean, "", room);
}

/* Nothing, half or all of what is left of the room. */
static double aligned(enum words_align align, double room, double width)
{
    return align == ALIGN_START ? 0 : (room - width) / (3 - (int)align);
}

static bool put_clean(struct sheet *s, const struct words *w, const char *clean,
                      struct box room)
{
    const double along = w->turned ? room.height : room.width;
    const double across = w->turned ? room.width : room.height;
    const double size = w->size * s->em;
    const char *string = shortened(s, w, clean, along + 1e-9);

    if (!string || !*string || across + 1e-9 < words_height(s, w->size))
        return false;
    const double width = width_of(s, w, string);
    const double start = aligned(w->align, along, width);
    const double base =
        (across - words_height(s, w->size)) / 2 + TYPE_ASCENT * size;
    drawing_writing(
        &s->drawing,
        &(struct writing){
            .string = string,
            .x = w->turned ? room.x + base : room.x + start,
            .y = w->turned ? room.y + room.height - start : room.y + base,
            .size = size,
            .width = width,
            .bold = w->bold,
            .turned = w->turned,
            .colour = w->colour,
        });
    return true;
}

bool words_put(struct sheet *s, const struct words *w, struct box room)
{
    return w->text && put_clean(s, w, clean_of(s, w), room);
}

/* The bytes of the next line: as many words as fit, at least one. */
static size_t line_length(struct sheet *s, const struct words *w,
                          const char *clean, double room)
{
    size_t length = strcspn(clean, " ");

    while (clean[length]) {
        const size_t more = length + 1 + strcspn(clean + length + 1, " ");
        const char *line = arena_strndup(s->arena, clean, more);
        if (width_of(s, w, line) > room)
            break;
        length = more;
    }
    return length;
}

int64_t words_lines(struct sheet *s, const struct words *w, struct box room,
                    int64_t most, bool measure)
{
    const char *clean = w->text ? clean_of(s, w) : "";
    int64_t count = 0;

    room.height = words_height(s, w->size);
    for (; *clean && count < most; count++) {
        const size_t length = count + 1 < most
                                  ? line_length(s, w, clean, room.width)
                                  : strlen(clean);
        const char *line = arena_strndup(s->arena, clean, length);
        if (!measure)
            put_clean(s, w, line, room);
        room.y += room.height;
        clean += length;
        clean += strspn(clean, " ");
    }
    return count;
}

/*
 * text.c - growing strings and the nearest word.
 */
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/utf8.h"

enum { WORD_MAX = 64, LINE_COLUMNS = 79 };

static bool reserve(struct text *t, size_t more)
{
    t->failed =
        t->failed || !mem_grow(&t->at, &t->capacity, t->length + more + 1, 1);
    return !t->failed;
}

void text_add(struct text *t, const char *bytes, size_t length)
{
    if (!reserve(t, length))
        return;
    memcpy(t->at + t->length, bytes, length);
    t->length += length;
    t->at[t->length] = '\0';
}

void text_puts(struct text *t, const char *string)
{
    text_add(t, string, strlen(string));
}

void text_vprintf(struct text *t, const char *fmt, va_list args)
{
    va_list again;

    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, fmt, args);
    if (length < 0)
        t->failed = true;
    else if (reserve(t, (size_t)length)) {
        vsnprintf(t->at + t->length, (size_t)length + 1, fmt, again);
        t->length += (size_t)length;
    }
    va_end(again);
}

void text_printf(struct text *t, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    text_vprintf(t, fmt, args);
    va_end(args);
}

void text_shown(struct text *t, const char *foreign)
{
    char piece[UTF8_PIECE_BYTES];

    while (*foreign) {
        utf8_shown(&foreign, piece);
        text_puts(t, piece);
    }
}

void text_markup(struct text *t, const char *clean)
{
    static const char special[] = "&<>\"'";
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;",
                                           "&#39;"};

    while (*clean) {
        const size_t plain = strcspn(clean, special);
        text_add(t, clean, plain);
        clean += plain;
        if (*clean)
            text_puts(t, entities[strchr(special, *clean++) - special]);
    }
}

size_t text_number_at_end(const char *line, size_t length)
{
    const char *const blank = memrchr(line, ' ', length);
    const size_t tail = blank ? (size_t)(line + length - blank) : 0;

    return tail > 1 && strchr("0123456789(", blank[1]) &&
                   strspn(blank + 1, "0123456789.()%") >= tail - 1
               ? tail
               : 0;
}

void text_line(struct text *t, const char *fmt, ...)
{
    struct text line = {0};
    va_list args;

    va_start(args, fmt);
    text_vprintf(&line, fmt, args);
    va_end(args);
    text_shown(t, text_string(&line));
    text_puts(t, "\n");
    text_drop(t, &line);
}

void text_pad(struct text *t, char c, int64_t count)
{
    if (count <= 0 || !reserve(t, (size_t)count))
        return;
    memset(t->at + t->length, c, (size_t)count);
    t->length += (size_t)count;
    t->at[t->length] = '\0';
}

void text_wrap(struct text *t, const char *prefix, int64_t indent,
               const char *words)
{
    int64_t column = indent, blanks = 0;

    while (*words) {
        const int64_t length = (int64_t)strcspn(words, " ");
        if (blanks > 0 && column + blanks + length > LINE_COLUMNS) {
            text_printf(t, "\n%s", prefix);
            text_pad(t, ' ', indent - (int64_t)strlen(prefix));
            column = indent;
        } else {
            text_pad(t, ' ', blanks);
            column += blanks;
        }
        text_add(t, words, (size_t)length);
        column += length;
        words += length;
        blanks = (int64_t)strspn(words, " ");
        words += blanks;
    }
    text_puts(t, "\n");
}

void text_free(struct text *t)
{
    mem_free(t->at);
    *t = (struct text){0};
}

void text_drop(struct text *t, struct text *part)
{
    t->failed = t->failed || part->failed;
    text_free(part);
}

void text_join(struct text *t, struct text *part)
{
    text_add(t, text_string(part), part->length);
    text_drop(t, part);
}

struct counted counted(int64_t count, const char *noun)
{
    const size_t length = strlen(noun);
    const bool hisses = length > 0 && strchr("sx", noun[length - 1]);
    struct counted c;

    snprintf(c.text, sizeof c.text, "%lld %.40s%s", (long long)count, noun,
             count == 1 ? ""
             : hisses   ? "es"
                        : "s");
    return c;
}

const char *text_string(const struct text *t)
{
    return t->at ? t->at : "";
}

const char *arena_text(struct arena *a, struct text *t)
{
    const char *copy = arena_strndup(a, text_string(t), t->length);

    a->failed = a->failed || t->failed;
    text_free(t);
    return copy;
}

int rows_by_name(const void *a, const void *b)
{
    const char *x, *y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return strcmp(x, y);
}

const char *text_twin(const char *const *words, int64_t count,
                      struct arena *scratch)
{
    const char **sorted = arena_take(scratch, (size_t)count, sizeof *sorted);

    for (int64_t i = 0; sorted && i < count; i++)
        sorted[i] = words[i];
    if (sorted)
        qsort(sorted, (size_t)count, sizeof *sorted, rows_by_name);
    for (int64_t i = 1; sorted && i < count; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            return sorted[i];
    return NULL;
}

int64_t text_distance(const char *a, const char *b)
{
    /* cost[i % 3][j]: from the first i of a to the first j of b. */
    int64_t cost[3][WORD_MAX + 1];
    const int64_t n = (int64_t)strlen(a), m = (int64_t)strlen(b);

    if (n > WORD_MAX || m > WORD_MAX)
        return INT32_MAX;
    for (int64_t j = 0; j <= m; j++)
        cost[0][j] = j;
    for (int64_t i = 1; i <= n; i++) {
        int64_t *row = cost[i % 3];
        const int64_t *above = cost[(i + 2) % 3];
        const int64_t *two_above = cost[(i + 1) % 3];
        row[0] = i;
        for (int64_t j = 1; j <= m; j++) {
            row[j] = num_min(num_min(above[j], row[j - 1]) + 1,
                             above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = num_min(row[j], two_above[j - 2] + 1);
        }
    }
    return cost[n % 3][m];
}

/* Alike but for capitals, and for what stands between words. */
static bool is_same_word(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, "_-");
        b += strspn(b, "_-");
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        if (!*a)
            return true;
    }
}

bool nearest_offer(struct nearest *n, const char *word, const char *meaning)
{
    const int64_t least =
        n->found ? n->distance : (int64_t)strlen(n->word) / 3 + 1;
    const int64_t distance =
        is_same_word(n->word, word) ? 0 : text_distance(n->word, word);

    if (distance >= least)
        return false;
    n->distance = distance;
    n->found = meaning;
    return true;
}

const char *text_nearest(const char *word, const char *const *words)
{
    struct nearest n = {.word = word};

    for (; *words; words++)
        nearest_offer(&n, *words, *words);
    return n.found;
}

bool text_matches(const char *word, const char *pattern)
{
    const char *star = NULL, *tried = NULL; /* the last *, and where it ends */

    while (*word) {
        if (*pattern == '*') {
            star = pattern++;
            tried = word;
        } else if (*pattern && (*pattern == '?' || *pattern == *word)) {
            pattern++;
            word++;
        } else if (star) {
            pattern = star + 1;
            word = ++tried;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

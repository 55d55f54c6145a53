/*
 * named.c - what a path says of its sample's class.
 */
#include "app/named.h"

#include <stdbool.h>
#include <stddef.h>

/* Letters of ASCII become small. */
static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Those beyond ASCII are all taken for letters. */
static bool is_letter(char c)
{
    return (small(c) >= 'a' && small(c) <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Are two that stand side by side of one word? */
static bool joins(char a, char b)
{
    return (is_letter(a) && is_letter(b)) || (is_digit(a) && is_digit(b));
}

static int letters_of(const char *name)
{
    int count = 0;

    for (; *name; name++)
        count += is_letter(*name);
    return count;
}

/* Does `at`, where a word begins, name the class? */
static bool stands_at(const char *path, const char *at, const char *name)
{
    size_t n = 0;

    while (name[n] && small(at[n]) == small(name[n]))
        n++;
    if (n == 0 || name[n])
        return false;
    if (letters_of(name) < 2)
        return (at == path || at[-1] == '/') && at[n] == '/';
    return !joins(at[n - 1], at[n]);
}

int64_t named_otherwise(const char *path, const char *const *names,
                        int64_t count, int64_t own)
{
    int64_t other = -1;

    for (const char *at = path; *at; at++) {
        if (at > path && joins(at[-1], *at))
            continue;
        for (int64_t k = 0; k < count; k++) {
            if (!stands_at(path, at, names[k]))
                continue;
            if (k == own)
                return -1;
            other = other < 0 ? k : other;
        }
    }
    return other;
}

/*
 * rounds.c - numbers in names.
 */
#include "look/rounds.h"

#include <stdio.h>
#include <string.h>

/* A number as it stands in a name. */
struct number {
    char text[24];
};

static const char *name_of(const struct graph *g, int64_t i)
{
    return g->nodes[i].layer.name;
}

/* What follows `prefix`, the number of the round and "_"; NULL: something else
 * stands there. */
static const char *rest_of(const char *name, const char *prefix, size_t length,
                           int64_t round)
{
    struct number n;

    snprintf(n.text, sizeof n.text, "%lld_", (long long)round);
    const size_t digits = strlen(n.text);
    return strncmp(name, prefix, length) == 0 &&
                   strncmp(name + length, n.text, digits) == 0
               ? name + length + digits
               : NULL;
}

/* Is layer `i` of a round what layer `like` of the first one is? */
static bool is_like(const struct graph *g, int64_t i, int64_t like,
                    size_t prefix, int64_t round)
{
    const char *first = name_of(g, like);
    const char *rest = rest_of(name_of(g, i), first, prefix, round);
    const char *wanted = rest_of(first, first, prefix, 1);

    return rest && wanted && strcmp(rest, wanted) == 0 &&
           g->nodes[i].layer.ops == g->nodes[like].layer.ops;
}

static bool is_round(const struct graph *g, int64_t first, int64_t end,
                     const struct rounds *r)
{
    const int64_t from = first + r->count * r->layers;

    if (from + r->layers > end)
        return false;
    for (int64_t k = 0; k < r->layers; k++)
        if (!is_like(g, from + k, first + k, r->prefix, r->count + 1))
            return false;
    return true;
}

static bool count_rounds(const struct graph *g, int64_t first, int64_t end,
                         struct rounds *r)
{
    const char *name = name_of(g, first);

    r->layers = 0;
    while (first + r->layers < end &&
           rest_of(name_of(g, first + r->layers), name, r->prefix, 1))
        r->layers++;
    for (r->count = 0; is_round(g, first, end, r);)
        r->count++;
    return r->count >= 2;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool rounds_at(const struct graph *g, int64_t first, int64_t end, size_t skip,
               struct rounds *out)
{
    const char *name = name_of(g, first);

    if (strlen(name) <= skip)
        return false;
    for (size_t i = skip; name[i]; i++) {
        const bool starts =
            i > skip && name[i] == '1' && !is_digit(name[i - 1]);
        out->prefix = i;
        if (starts && name[i + 1] == '_' && count_rounds(g, first, end, out))
            return true;
    }
    return false;
}

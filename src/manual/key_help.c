/*
 * key_help.c - help about a key, a section or a kind.
 */
#include "manual/key_help.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "conf/describe.h"

/* Paths that say the same: the three sources have one table, and biases start
 * from the initializers of weights. */
static const struct {
    const char *from, *to;
} synonyms[] = {
    {"data.valid", "data.train"},
    {"data.test", "data.train"},
    {"layers.b.", "layers.W."},
};

/* What is looked for, and what has been said about it. */
struct question {
    struct text *out;
    char word[KEY_PATH_BYTES];
    int64_t found;
};

/* "conv2d.W.he_normal" after "layers.": the type says nothing more. */
static const char *without_type(const char *word)
{
    static const char *const values[] = {".nonlinearity.", ".W.", ".b."};

    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        const char *at = strstr(word, values[i]);
        if (at)
            return at + 1;
    }
    return word;
}

/* The word as places are called; false: too long to be one. */
static bool canonical(const char *word, char to[KEY_PATH_BYTES])
{
    const size_t length = strlen(word);

    if (length >= KEY_PATH_BYTES - 8)
        return false;
    memcpy(to, word, length + 1);
    if (strncmp(word, "layers.", 7) == 0)
        snprintf(to, KEY_PATH_BYTES, "layers.%s", without_type(word + 7));
    for (size_t i = 0; i < ARRAY_LEN(synonyms); i++) {
        const size_t from = strlen(synonyms[i].from);
        if (strncmp(to, synonyms[i].from, from) == 0) {
            char rest[KEY_PATH_BYTES];
            snprintf(rest, sizeof rest, "%s", to + from);
            snprintf(to, KEY_PATH_BYTES, "%.40s%.100s", synonyms[i].to, rest);
        }
    }
    if (*to && to[strlen(to) - 1] == '.')
        to[strlen(to) - 1] = '\0';
    return true;
}

/* "default 0.9", "required". */
static void add_default(struct text *out, const struct field *f)
{
    if (f->def)
        text_printf(out, "default %s\n", f->def);
    else
        text_puts(out, f->optional ? "optional\n" : "required\n");
}

static void describe_place(void *context, const struct place *p)
{
    struct question *q = context;

    if (*p->path == '\0' || strcmp(p->path, q->word) != 0)
        return;
    text_printf(q->out, "%s\n  ", p->path);
    text_wrap(q->out, "", 2, p->doc);
    if (p->fields && p->fields->key)
        text_puts(q->out, "\n");
    describe_table(q->out, p->fields);
    q->found++;
}

/* Kinds share keys: the first says everything, all of them their defaults. */
static void describe_key(void *context, const struct place *p)
{
    struct question *q = context;
    char path[KEY_PATH_BYTES];

    for (const struct field *f = p->fields; f && f->key; f++) {
        place_key(p, f, path);
        if (strcmp(path, q->word) != 0)
            continue;
        if (q->found++ == 0) {
            describe_field(q->out, f, p->keys);
            text_puts(q->out, p->role == PLACE_BESIDE ? "\n" : "");
        }
        if (p->role != PLACE_BESIDE)
            continue;
        text_printf(q->out, "  with %s: ", p->name);
        add_default(q->out, f);
    }
}

/* `layers.W`, a key of some layers: the first says everything. */
static void describe_layer_key(void *context, const struct place *p)
{
    struct question *q = context;
    const bool is_layer =
        p->role == PLACE_NESTED && strcmp(p->section, "layers") == 0;

    if (strncmp(q->word, "layers.", 7) != 0 || !is_layer)
        return;
    const struct field *f = field_find(p->fields, q->word + 7);
    if (!f)
        return;
    if (q->found++ == 0) {
        describe_field(q->out, f, "layers");
        text_puts(q->out, "\n");
    }
    text_printf(q->out, "  in %s: ", p->name);
    add_default(q->out, f);
}

/* Places within the one asked for: data.split, layers.conv2d, train.adam. */
static void describe_member(void *context, const struct place *p)
{
    struct question *q = context;
    const size_t length = strlen(q->word);

    if (strncmp(p->path, q->word, length) != 0 || p->path[length] != '.' ||
        p->role == PLACE_VALUE)
        return;
    text_printf(q->out, "\n%s\n  ", p->path);
    text_wrap(q->out, "", 2, p->doc);
}

bool key_help(struct text *out, const char *word)
{
    struct question q = {.out = out};

    if (!canonical(word, q.word) || *q.word == '\0')
        return false;
    place_each(describe_place, &q);
    if (q.found > 0)
        place_each(describe_member, &q);
    else
        place_each(describe_key, &q);
    if (q.found == 0)
        place_each(describe_layer_key, &q);
    return q.found > 0;
}

struct nearest_path {
    const char *word;
    char *path;
    int64_t distance;
};

static void offer(struct nearest_path *n, const char *path)
{
    const char *last = strrchr(path, '.');
    int64_t distance = text_distance(n->word, path);

    /* The key alone, without its section. */
    if (last && !strchr(n->word, '.'))
        distance = num_min(distance, text_distance(n->word, last + 1));
    if (distance < n->distance) {
        n->distance = distance;
        snprintf(n->path, KEY_PATH_BYTES, "%s", path);
    }
}

/* Is `word` a key of the place, or a key alone, by another program's name? */
static bool goes_by(const struct place *p, const struct field *f,
                    const char *word)
{
    const char *dot = strrchr(word, '.');
    const size_t length = dot ? (size_t)(dot - word) : 0;

    if (dot && (strncmp(p->keys, word, length) != 0 || p->keys[length]))
        return false;
    for (const char *const *other = f->aka; other && *other; other++)
        if (strcmp(*other, dot ? dot + 1 : word) == 0)
            return true;
    return false;
}

static void offer_place(void *context, const struct place *p)
{
    struct nearest_path *n = context;
    char path[KEY_PATH_BYTES];

    if (*p->path)
        offer(n, p->path);
    for (const struct field *f = p->fields; f && f->key; f++) {
        place_key(p, f, path);
        if (n->distance > 0 && goes_by(p, f, n->word)) {
            n->distance = 0;
            snprintf(n->path, KEY_PATH_BYTES, "%s", path);
        }
        offer(n, path);
    }
}

void key_nearest(const char *word, char path[KEY_PATH_BYTES])
{
    struct nearest_path n = {word, path, (int64_t)strlen(word) / 3 + 1};

    path[0] = '\0';
    place_each(offer_place, &n);
}

/* Kinds share keys: a path is listed once. */
static void put_path(struct text *out, const char *path)
{
    const size_t length = strlen(path);

    for (const char *at = text_string(out); (at = strstr(at, path));
         at += length)
        if (at > text_string(out) && at[-1] == ' ' &&
            (at[length] == ' ' || at[length] == '\0'))
            return;
    text_printf(out, " %s", path);
}

static void put_words(void *context, const struct place *p)
{
    struct text *out = context;
    char path[KEY_PATH_BYTES];

    if (*p->path)
        put_path(out, p->path);
    for (const struct field *f = p->fields; f && f->key; f++) {
        place_key(p, f, path);
        put_path(out, path);
    }
}

void key_words(struct text *out)
{
    struct text words = {0};

    place_each(put_words, &words);
    text_puts(out, text_string(&words));
    out->failed = out->failed || words.failed;
    text_free(&words);
}

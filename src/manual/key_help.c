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

static int64_t describe_places(struct text *out, const char *word)
{
    int64_t found = 0;

    for (struct place p = {0}; place_next(&p);) {
        if (*p.path == '\0' || strcmp(p.path, word) != 0)
            continue;
        text_printf(out, "%s\n  ", p.path);
        text_wrap(out, "", 2, p.doc);
        if (p.fields && p.fields->key)
            text_puts(out, "\n");
        describe_table(out, p.fields);
        found++;
    }
    return found;
}

/* Kinds share keys: the first says everything, all of them their defaults. */
static int64_t describe_keys(struct text *out, const char *word)
{
    char path[KEY_PATH_BYTES];
    int64_t found = 0;

    for (struct place p = {0}; place_next(&p);)
        for (const struct field *f = p.fields; f && f->key; f++) {
            place_key(&p, f, path);
            if (strcmp(path, word) != 0)
                continue;
            if (found++ == 0) {
                describe_field(out, f, p.keys);
                text_puts(out, p.role == PLACE_BESIDE ? "\n" : "");
            }
            if (p.role != PLACE_BESIDE)
                continue;
            text_printf(out, "  with %s: ", p.name);
            add_default(out, f);
        }
    return found;
}

static bool is_layer(const struct place *p)
{
    return p->role == PLACE_NESTED && strcmp(p->section, "layers") == 0;
}

/* `layers.W`, a key of some layers: the first says everything. */
static int64_t describe_layer_keys(struct text *out, const char *word)
{
    int64_t found = 0;

    if (strncmp(word, "layers.", 7) != 0)
        return 0;
    for (struct place p = {0}; place_next(&p);) {
        const struct field *f =
            is_layer(&p) ? field_find(p.fields, word + 7) : NULL;
        if (!f)
            continue;
        if (found++ == 0) {
            describe_field(out, f, "layers");
            text_puts(out, "\n");
        }
        text_printf(out, "  in %s: ", p.name);
        add_default(out, f);
    }
    return found;
}

/* Places within the one asked for: data.split, layers.conv2d, train.adam. */
static void describe_members(struct text *out, const char *word)
{
    const size_t length = strlen(word);

    for (struct place p = {0}; place_next(&p);) {
        if (strncmp(p.path, word, length) != 0 || p.path[length] != '.' ||
            p.role == PLACE_VALUE)
            continue;
        text_printf(out, "\n%s\n  ", p.path);
        text_wrap(out, "", 2, p.doc);
    }
}

bool key_help(struct text *out, const char *word)
{
    char name[KEY_PATH_BYTES];

    if (!canonical(word, name) || *name == '\0')
        return false;
    if (describe_places(out, name) == 0)
        return describe_keys(out, name) > 0 ||
               describe_layer_keys(out, name) > 0;
    describe_members(out, name);
    return true;
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
    char other[AKA_BYTES];

    if (dot && (strncmp(p->keys, word, length) != 0 || p->keys[length]))
        return false;
    for (const char *aka = f->aka; aka && field_next_aka(&aka, other);)
        if (strcmp(other, dot ? dot + 1 : word) == 0)
            return true;
    return false;
}

void key_nearest(const char *word, char path[KEY_PATH_BYTES])
{
    struct nearest_path n = {word, path, (int64_t)strlen(word) / 3 + 1};
    char key[KEY_PATH_BYTES];

    path[0] = '\0';
    for (struct place p = {0}; place_next(&p);) {
        if (*p.path)
            offer(&n, p.path);
        for (const struct field *f = p.fields; f && f->key; f++) {
            place_key(&p, f, key);
            if (n.distance > 0 && goes_by(&p, f, word)) {
                n.distance = 0;
                snprintf(path, KEY_PATH_BYTES, "%s", key);
            }
            offer(&n, key);
        }
    }
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

void key_words(struct text *out)
{
    struct text words = {0};
    char path[KEY_PATH_BYTES];

    for (struct place p = {0}; place_next(&p);) {
        if (*p.path)
            put_path(&words, p.path);
        for (const struct field *f = p.fields; f && f->key; f++) {
            place_key(&p, f, path);
            put_path(&words, path);
        }
    }
    text_puts(out, text_string(&words));
    out->failed = out->failed || words.failed;
    text_free(&words);
}

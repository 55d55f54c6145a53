/*
 * key_help.c - help about a key, a section or a kind.
 */
#include "manual/key_help.h"

#include <stdio.h>
#include <string.h>

#include "conf/describe.h"

/* The word as places are called; false: too long to be one.  The three sources
 * have one table, biases start from the initializers of weights, and in
 * "layers.conv2d.W.he_normal" the type says nothing more. */
static bool canonical(const char *word, char to[KEY_PATH_BYTES])
{
    static const struct {
        const char *within, *from, *to;
    } synonyms[] = {
        {"data.", "data.valid", "data.train"},
        {"data.", "data.test", "data.train"},
        {"layers.", ".nonlinearity.", "layers.nonlinearity."},
        {"layers.", ".W.", "layers.W."},
        {"layers.", ".b.", "layers.W."},
    };
    const size_t length = strlen(word);

    if (length >= KEY_PATH_BYTES - 8)
        return false;
    memcpy(to, word, length + 1);
    for (size_t i = 0; i < ARRAY_LEN(synonyms); i++) {
        const char *at = strstr(word, synonyms[i].from);
        if (at &&
            strncmp(word, synonyms[i].within, strlen(synonyms[i].within)) == 0)
            snprintf(to, KEY_PATH_BYTES, "%s%s", synonyms[i].to,
                     at + strlen(synonyms[i].from));
    }
    if (*to && to[strlen(to) - 1] == '.')
        to[strlen(to) - 1] = '\0';
    return true;
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

static bool is_layer(const struct place *p)
{
    return p->role == PLACE_NESTED && strcmp(p->section, "layers") == 0;
}

/* Is the word this key of the place: "train.momentum", "momentum", or of some
 * layers "layers.pad"? */
static bool is_key(const char *word, const struct place *p, const char *key)
{
    char path[KEY_PATH_BYTES];

    place_key(p, key, path);
    if (strcmp(path, word) == 0 || strcmp(key, word) == 0)
        return true;
    snprintf(path, sizeof path, "layers.%s", key);
    return is_layer(p) && strcmp(path, word) == 0;
}

/* Kinds of a section share keys: the first says everything, all of them their
 * defaults. */
static int64_t describe_keys(struct text *out, const char *word)
{
    const char *said = NULL; /* the section of the last key */
    int64_t found = 0;

    for (struct place p = {0}; place_next(&p);) {
        const bool in_layers =
            is_layer(&p) && strncmp(p.path, word, strlen(p.path)) != 0;
        const bool shared = in_layers || p.role == PLACE_BESIDE;
        const char *section = in_layers ? "layers" : p.keys;
        for (const struct field *f = p.fields; f && f->key; f++) {
            if (!is_key(word, &p, f->key))
                continue;
            if (!said || strcmp(said, section) != 0) {
                text_puts(out, said ? "\n" : "");
                describe_field(out, f, section);
                text_puts(out, shared ? "\n" : "");
            }
            said = section;
            found++;
            if (shared)
                text_printf(out, "  %s %s: %s%s\n", in_layers ? "in" : "with",
                            p.name, f->def ? "default " : "",
                            f->def        ? f->def
                            : f->optional ? "optional"
                                          : "required");
        }
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

/* A key of every layer, "layers.conv2d.trainable", becomes "layers.trainable".
 */
static bool is_of_layer(char word[KEY_PATH_BYTES])
{
    const char *key = strrchr(word, '.');

    for (struct place p = {0}; place_next(&p);)
        if (is_layer(&p) && key == word + strlen(p.path) &&
            strncmp(p.path, word, strlen(p.path)) == 0) {
            memmove(word + strlen("layers"), key, strlen(key) + 1);
            return true;
        }
    return false;
}

bool key_help(struct text *out, const char *word)
{
    char name[KEY_PATH_BYTES];

    if (!canonical(word, name) || *name == '\0')
        return false;
    if (describe_places(out, name) == 0)
        return describe_keys(out, name) > 0 ||
               (is_of_layer(name) && key_help(out, name));
    describe_members(out, name);
    return true;
}

/* A word that is looked for among all paths. */
struct search {
    struct nearest near;
    const char *last;               /* what stands behind its last dot, */
    char elsewhere[KEY_PATH_BYTES]; /* the path of what is called so anywhere */
    char *path;                     /* of the nearest */
};

/* One name of what `path` is, in the section `within` ("": as it stands). */
static void offer(struct search *s, const char *within, const char *name,
                  const char *path)
{
    char full[KEY_PATH_BYTES];

    snprintf(full, sizeof full, "%.80s%s%.60s", within, *within ? "." : "",
             name);
    if (nearest_offer(&s->near, full, "") ||
        (s->last == s->near.word && nearest_offer(&s->near, name, "")))
        snprintf(s->path, KEY_PATH_BYTES, "%s", path);
    if (*s->elsewhere == '\0' && strcmp(name, s->last) == 0)
        snprintf(s->elsewhere, KEY_PATH_BYTES, "%s", path);
}

static void offer_all(struct search *s, const char *within, const char *name,
                      const char *aka, const char *path)
{
    char word[AKA_BYTES];

    offer(s, within, name, path);
    while (aka && field_next_aka(&aka, word))
        offer(s, within, word, path);
}

void key_nearest(const char *word, char path[KEY_PATH_BYTES])
{
    const char *dot = strrchr(word, '.');
    struct search s = {
        .near = {.word = word}, .last = dot ? dot + 1 : word, .path = path};
    char key[KEY_PATH_BYTES];

    path[0] = '\0';
    for (struct place p = {0}; place_next(&p);) {
        if (p.name)
            offer_all(&s, p.section, p.name, p.aka, p.path);
        else
            offer(&s, "", p.path, p.path);
        for (const struct field *f = p.fields; f && f->key; f++) {
            place_key(&p, f->key, key);
            offer_all(&s, p.keys, f->key, f->aka, key);
        }
    }
    if (*s.elsewhere && (!*path || s.near.distance > 0))
        snprintf(path, KEY_PATH_BYTES, "%s", s.elsewhere);
}

/* Kinds share keys: a path is listed once. */
static void put_path(struct text *out, const char *path)
{
    const size_t length = strlen(path);

    for (const char *at = text_string(out); (at = strstr(at, path)); at++)
        if (at > text_string(out) && at[-1] == ' ' && strchr(" ", at[length]))
            return;
    text_printf(out, " %s", path);
}

void key_words(struct text *out)
{
    char path[KEY_PATH_BYTES];

    for (struct place p = {0}; place_next(&p);) {
        if (*p.path)
            put_path(out, p.path);
        for (const struct field *f = p.fields; f && f->key; f++) {
            place_key(&p, f->key, path);
            put_path(out, path);
        }
    }
}

/*
 * resume.c - two resolved documents, compared line by line.
 *
 * experiment_print writes one setting a line, sections unindented, so a line
 * and the section above it are a setting's path and value.
 */
#include "app/resume.h"

#include <stdio.h>
#include <string.h>

enum effect { FREE, NAMED, BETWEEN_EPOCHS, FIXED };

static const struct {
    const char *path; /* a prefix ended by '.' covers a section */
    enum effect effect;
} effects[] = {
    {"seed", FIXED},
    /* The samples themselves are compared by their fingerprint. */
    {"data.train", FREE},
    {"data.valid", FREE},
    {"data.test", FREE},
    {"data.", FIXED},
    {"layers", FIXED},
    {"train.update", FIXED},
    {"train.loss", FIXED},
    {"train.regression", FIXED},
    {"train.batch_size", BETWEEN_EPOCHS},
    {"train.shuffle", BETWEEN_EPOCHS},
    {"train.averaging", BETWEEN_EPOCHS},
    {"train.save_every", FREE},
    {"train.", NAMED},
    {"engine.", NAMED},
    {"info.", FREE},
};

static enum effect effect_of(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(effects); i++) {
        const size_t length = strlen(effects[i].path);
        if (strncmp(path, effects[i].path, length) == 0 &&
            (effects[i].path[length - 1] == '.' || path[length] == '\0' ||
             path[length] == '['))
            return effects[i].effect;
    }
    return FIXED;
}

/* One line of a resolved document. */
struct setting {
    const char *path, *value;
};

struct settings_list {
    struct setting *at;
    int64_t count;
};

/* Cuts a resolved document into settings. */
static enum status list_settings(struct arena *arena,
                                 const struct experiment *x,
                                 struct settings_list *out, struct err *e)
{
    struct text text = {0};
    const char *section = "";
    int64_t entry = 0;

    experiment_print(&text, x);
    char *line = arena_take(arena, text.length + 1, 1);
    if (line)
        memcpy(line, text_string(&text), text.length);
    out->at = arena_take(arena, text.length + 1, sizeof *out->at);
    arena->failed = arena->failed || text.failed;
    text_free(&text);
    if (!line || !out->at)
        return err_memory(e, "comparing configurations");
    for (char *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        char *colon = strchr(line, ':');
        if (!colon)
            continue;
        *colon = '\0';
        const char *value = colon + 1 + (colon[1] == ' ');
        struct setting *s = &out->at[out->count];
        if (line[0] != ' ' && *value == '\0') {
            section = line;
            continue;
        }
        if (line[0] != ' ')
            *s = (struct setting){line, value};
        else if (strncmp(line, "  - ", 4) == 0)
            *s = (struct setting){
                arena_printf(arena, "%s[%lld]", section, (long long)entry++),
                arena_printf(arena, "%s: %s", line + 4, value)};
        else
            *s = (struct setting){
                arena_printf(arena, "%s.%s", section, line + 2), value};
        out->count++;
    }
    return arena_check(arena, e, "comparing configurations");
}

static const char *value_of(const struct settings_list *list, const char *path)
{
    for (int64_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].path, path) == 0)
            return list->at[i].value;
    return NULL;
}

struct comparison {
    const struct model *m;
    const char *path; /* of the file */
    struct text *notes;
    struct err *e;
};

static enum status refuse(const struct comparison *c, const char *what,
                          const char *before, const char *now)
{
    return err_add(c->e, ERR_CONFIG, c->path,
                   "cannot resume: %s was %s, is now %s", what,
                   before ? before : "absent", now ? now : "absent");
}

static enum status compare(const struct comparison *c, const char *path,
                           const char *before, const char *now)
{
    if (before && now && strcmp(before, now) == 0)
        return OK;
    const enum effect effect = effect_of(path);
    if (effect == FREE)
        return OK;
    const bool between = c->m->state.position.batches == 0;
    if (effect == FIXED || (effect == BETWEEN_EPOCHS && !between))
        return refuse(c, path, before, now);
    text_printf(c->notes, "%s was %s, is now %s\n", path,
                before ? before : "absent", now ? now : "absent");
    return OK;
}

static enum status compare_settings(const struct comparison *c,
                                    const struct settings_list *before,
                                    const struct settings_list *now)
{
    enum status s = OK;

    for (int64_t i = 0; i < before->count; i++) {
        const struct setting *old = &before->at[i];
        const enum status one =
            compare(c, old->path, old->value, value_of(now, old->path));
        s = s != OK ? s : one;
    }
    for (int64_t i = 0; i < now->count; i++) {
        const struct setting *new = &now->at[i];
        if (value_of(before, new->path))
            continue;
        const enum status one = compare(c, new->path, NULL, new->value);
        s = s != OK ? s : one;
    }
    return s;
}

static enum status compare_limits(const struct comparison *c,
                                  const struct experiment *x)
{
    const struct source *pairs[][2] = {
        {&c->m->experiment.train_source, &x->train_source},
        {&c->m->experiment.valid_source, &x->valid_source},
    };
    enum status s = OK;

    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        char before[24], now[24];
        if (pairs[i][0]->limit == pairs[i][1]->limit)
            continue;
        snprintf(before, sizeof before, "%lld", (long long)pairs[i][0]->limit);
        snprintf(now, sizeof now, "%lld", (long long)pairs[i][1]->limit);
        s = refuse(c, i == 0 ? "data.train.limit" : "data.valid.limit", before,
                   now);
    }
    return s;
}

enum status resume_check(const struct model *m, const struct experiment *x,
                         const char *fingerprint, const char *path,
                         struct text *notes, struct err *e)
{
    const struct comparison c = {m, path, notes, e};
    struct settings_list before = {0}, now = {0};
    struct arena arena = {0};

    enum status s = list_settings(&arena, &m->experiment, &before, e);
    if (s == OK)
        s = list_settings(&arena, x, &now, e);
    if (s == OK) {
        s = compare_settings(&c, &before, &now);
        const enum status limits = compare_limits(&c, x);
        s = s != OK ? s : limits;
    }
    if (strcmp(m->fingerprint, fingerprint) != 0)
        s = refuse(&c, "the data (its SHA-256)", m->fingerprint, fingerprint);
    arena_free(&arena);
    return s;
}

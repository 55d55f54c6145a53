/*
 * opt.c - reads a command line by option tables.
 */
#include "cli/opt.h"

#include <string.h>

#include "base/num.h"
#include "conf/tree.h"

enum { MAX_NAMES = 128 };

bool opt_takes_value(const struct option *o)
{
    return o->type != OPT_FLAG && !(o->type == OPT_INT && !o->argument);
}

void opt_argument(struct text *out, const struct option *o)
{
    if (!o->choices) {
        text_puts(out, o->argument ? o->argument : "");
        return;
    }
    for (int64_t i = 0; o->choices[i]; i++)
        text_printf(out, "%s%s", i ? "|" : "", o->choices[i]);
}

void opt_doc(struct text *out, const struct option *o)
{
    text_puts(out, o->doc);
    for (int i = 0; o->kinds && o->kinds[i]; i++)
        text_printf(out, " %s: %s", o->kinds[i]->name, o->kinds[i]->doc);
}

enum status opt_append(struct settings *list, const char *word,
                       struct arena *arena, struct err *e)
{
    const int64_t count = list->count;

    /* There is room up to the next power of two. */
    if ((count & (count - 1)) == 0) {
        const char **moved =
            arena_take(arena, (size_t)num_max(2 * count, 1), sizeof *moved);
        for (int64_t i = 0; moved && i < count; i++)
            moved[i] = list->at[i];
        list->at = moved;
    }
    if (list->at)
        list->at[list->count++] = word;
    return arena_check(arena, e, "reading the command line");
}

/* A number within the row's bounds. */
static enum status bind_number(const struct opt_scan *scan,
                               const struct option *o, void *member,
                               const char *value, struct err *e)
{
    const bool is_int = o->type == OPT_INT;
    const int digits = is_int ? 17 : 15; /* 9e15 whole, but 0.1 as 0.1 */
    const bool parsed =
        is_int ? num_parse_int(value, member) : num_parse_real(value, member);

    if (!parsed)
        return err_add(e, ERR_USAGE, scan->place, "--%s: '%s' is not %s",
                       o->name, value, is_int ? "an integer" : "a number");
    const double number =
        is_int ? (double)*(int64_t *)member : *(double *)member;
    if ((o->min != 0 || o->max != 0) && (number < o->min || number > o->max))
        return err_add(e, ERR_USAGE, scan->place,
                       "--%s: %s is not in [%.*g, %.*g]", o->name, value,
                       digits, o->min, digits, o->max);
    return OK;
}

/* The choice that is meant: one nearly so, or one of which it is the beginning,
 * or that is its beginning, `val` or `validation`. */
static const char *choice_meant(const struct option *o, const char *value)
{
    const char *near = text_nearest(value, o->choices);
    const size_t length = strlen(value);

    for (int64_t i = 0; !near && length > 1 && o->choices[i]; i++) {
        const size_t own = strlen(o->choices[i]);
        if (strncmp(o->choices[i], value, own < length ? own : length) == 0)
            near = o->choices[i];
    }
    return near;
}

static enum status bind_word(const struct opt_scan *scan,
                             const struct option *o, const char **into,
                             const char *value, struct err *e)
{
    struct text words = {0};

    *into = value;
    if (*value == '\0')
        return err_add(e, ERR_USAGE, scan->place, "--%s: is empty", o->name);
    if (!o->choices)
        return OK;
    for (int64_t i = 0; o->choices[i]; i++)
        if (strcmp(o->choices[i], value) == 0)
            return OK;
    opt_argument(&words, o);
    const enum status s = err_add(
        e, ERR_USAGE, scan->place, "--%s: expected %s, got '%s'%s", o->name,
        text_string(&words), value, did_you_mean(choice_meant(o, value)).text);
    text_free(&words);
    return s;
}

static enum status bind(const struct opt_scan *scan, const struct option *o,
                        void *into, const char *value, struct err *e)
{
    void *member = (char *)into + o->offset;

    if (o->given > 0)
        *(bool *)((char *)into + o->given) = true;
    switch (o->type) {
    case OPT_FLAG:
        *(bool *)member = true;
        return OK;
    case OPT_INT:
        if (opt_takes_value(o))
            return bind_number(scan, o, member, value, e);
        ++*(int64_t *)member;
        return OK;
    case OPT_REAL:
        return bind_number(scan, o, member, value, e);
    case OPT_WORD:
        return bind_word(scan, o, member, value, e);
    case OPT_LIST:
        return opt_append(member, value, scan->arena, e);
    }
    return ERR_INTERNAL;
}

/* An option and the struct its table fills. */
struct found {
    const struct option *option;
    void *into;
};

static bool names(const struct option *o, const char *word, size_t length)
{
    return strncmp(o->name, word, length) == 0 && o->name[length] == '\0';
}

/* By letter, or by the first `length` bytes of a long name. */
static struct found find(const struct opt_scan *scan, char letter,
                         const char *word, size_t length)
{
    for (const struct opt_binding *b = scan->bindings; b->options; b++)
        for (const struct option *o = b->options; o->name; o++)
            if (word ? names(o, word, length) : o->letter == letter)
                return (struct found){o, b->into};
    return (struct found){NULL, NULL};
}

/* What an unknown name may have meant: a word close to it, or the only option
 * that it begins. */
static const char *suggest(const struct opt_scan *scan, const char *word)
{
    const char *words[MAX_NAMES + 1] = {NULL}, *begun = NULL;
    int64_t count = 0, begun_count = 0;

    for (const struct opt_binding *b = scan->bindings; b->options; b++)
        for (const struct option *o = b->options; o->name; o++) {
            if (o->hidden || count == MAX_NAMES)
                continue;
            words[count++] = o->name;
            if (strncmp(o->name, word, strlen(word)) == 0) {
                begun = o->name;
                begun_count++;
            }
        }
    return begun_count == 1 ? begun : text_nearest(word, words);
}

static enum status unknown(const struct opt_scan *scan, const char *word,
                           size_t length, struct err *e)
{
    const char *name = arena_strndup(scan->arena, word, length);
    const char *nearest = length > 0 ? suggest(scan, name) : NULL;

    return err_add(e, ERR_USAGE, scan->place, "--%.60s%s: unknown option%s%s%s",
                   name, length > 63 ? "..." : "",
                   nearest ? "; did you mean --" : "", nearest ? nearest : "",
                   nearest ? "?" : "");
}

/* The value that stands in the next argument. */
static enum status next_value(struct opt_scan *scan, const struct option *o,
                              const char **value, struct err *e)
{
    if (*scan->args) {
        *value = *scan->args++;
        return OK;
    }
    struct text argument = {0};
    opt_argument(&argument, o);
    const enum status s =
        err_add(e, ERR_USAGE, scan->place, "--%s: needs a value: %s", o->name,
                text_string(&argument));
    text_free(&argument);
    return s;
}

static enum status read_long(struct opt_scan *scan, const char *word,
                             struct err *e)
{
    const size_t length = strcspn(word, "=");
    const struct found f = find(scan, 0, word, length);
    const char *value = word[length] == '=' ? word + length + 1 : NULL;

    if (!f.option)
        return unknown(scan, word, length, e);
    if (!opt_takes_value(f.option)) {
        if (value)
            return err_add(e, ERR_USAGE, scan->place,
                           "--%s: takes no value, got '%s'", f.option->name,
                           value);
    } else if (!value) {
        const enum status s = next_value(scan, f.option, &value, e);
        if (s != OK)
            return s;
    }
    return bind(scan, f.option, f.into, value, e);
}

/* A bundle: flags, the last of which may be followed by its value. */
static enum status read_letters(struct opt_scan *scan, const char *letters,
                                struct err *e)
{
    for (; *letters; letters++) {
        const struct found f = find(scan, *letters, NULL, 0);
        const char *value = letters + 1;
        if (!f.option)
            return err_add(e, ERR_USAGE, scan->place, "-%c: unknown option",
                           *letters);
        const bool takes = opt_takes_value(f.option);
        enum status s = OK;
        if (takes && *value == '\0')
            s = next_value(scan, f.option, &value, e);
        if (s == OK)
            s = bind(scan, f.option, f.into, value, e);
        if (s != OK || takes)
            return s;
    }
    return OK;
}

enum status opt_next(struct opt_scan *scan, const char **operand, struct err *e)
{
    *operand = NULL;
    while (*scan->args) {
        const char *word = *scan->args++;
        if (scan->operands_only || word[0] != '-' || word[1] == '\0') {
            *operand = word;
            return OK;
        }
        enum status s = OK;
        if (strcmp(word, "--") == 0)
            scan->operands_only = true;
        else if (word[1] == '-')
            s = read_long(scan, word + 2, e);
        else
            s = read_letters(scan, word + 1, e);
        if (s != OK)
            return s;
    }
    return OK;
}

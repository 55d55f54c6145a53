/*
 * mdoc.c - commands, options and exit statuses as sections of a man page.
 *
 * All sections are printed; whoever assembles a page picks those that are not
 * written by hand.
 */
#include <ctype.h>
#include <string.h>

#include "base/compiler.h"
#include "conf/describe.h"
#include "manual/help.h"

/* Whether the command is one of the page's. */
static bool is_member(const struct command *member, const struct command *c,
                      const struct command_group *g)
{
    return g ? command_word(member, g->name) != NULL : member == c;
}

/* A sentence as the words of a .Nd line: small, without its full stop. */
static void put_purpose(struct text *out, const char *doc)
{
    const size_t length = strlen(doc);

    text_printf(out, "%c%.*s\n", tolower((unsigned char)doc[0]),
                (int)(length - 1 - (doc[length - 1] == '.')), doc + 1);
}

static void put_name(struct text *out, const char *name, const char *doc)
{
    text_printf(out, ".Sh NAME\n.Nm cnnctl-%s\n.Nd ", name);
    put_purpose(out, doc);
}

/* `[CONFIG]` may be left out. */
static void put_operand(struct text *out, const char *word, size_t length)
{
    const bool is_optional = word[0] == '[' && word[length - 1] == ']';

    text_puts(out, is_optional ? ".Op Ar " : ".Ar ");
    for (size_t i = is_optional; i < length - is_optional; i++) {
        text_puts(out, word[i] == '-' ? "\\" : "");
        text_add(out, word + i, 1);
    }
    text_puts(out, "\n");
}

static void put_synopsis(struct text *out, const struct command *c)
{
    text_printf(out, ".Nm cnnctl %s\n.Op Ar options\n", c->name);
    for (const char *p = c->operands; *p;) {
        const size_t length = strcspn(p, " ");
        put_operand(out, p, length);
        p += length;
        p += strspn(p, " ");
    }
}

static void put_option(struct text *out, const struct option *o)
{
    struct text argument = {0}, doc = {0};

    opt_argument(&argument, o);
    opt_doc(&doc, o);
    text_puts(out, ".It ");
    if (o->letter)
        text_printf(out, "Fl %c , ", o->letter);
    text_printf(out, "Fl \\-%s", o->name);
    if (opt_takes_value(o))
        text_printf(out, "%s Ar %s", o->choices ? " Ns = Ns" : "",
                    text_string(&argument));
    text_puts(out, "\n");
    describe_mdoc_text(out, text_string(&doc));
    out->failed = out->failed || argument.failed || doc.failed;
    text_free(&argument);
    text_free(&doc);
}

/* Options that no command of the page can be affected by are left out. */
static bool is_inert(const struct option *o, const struct command *c,
                     const struct command_group *g)
{
    if (!c && !g)
        return false;
    for (int64_t i = 0; command_table[i]; i++)
        if (is_member(command_table[i], c, g) &&
            !help_is_inert(o, command_table[i]))
            return false;
    return true;
}

static void put_own_options(struct text *out, const struct option *options)
{
    text_puts(out, ".Bl -tag -width Ds\n");
    for (const struct option *o = options; o->name; o++)
        if (!o->hidden)
            put_option(out, o);
    text_puts(out, ".El\n");
}

static bool has_shown(const struct option *options)
{
    for (const struct option *o = options; o && o->name; o++)
        if (!o->hidden)
            return true;
    return false;
}

static void put_options(struct text *out, const struct command *c,
                        const struct command_group *g)
{
    text_puts(out, ".Sh OPTIONS\n");
    for (int64_t i = 0; command_table[i]; i++) {
        const struct command *member = command_table[i];
        if (!is_member(member, c, g) || !has_shown(member->options))
            continue;
        if (g)
            text_printf(out, ".Ss cnnctl %s\n", member->name);
        put_own_options(out, member->options);
    }
    if (c || g)
        text_puts(out, ".Ss Global options\n");
    text_puts(out, ".Bl -tag -width Ds\n");
    for (const struct option *o = global_options; o->name; o++)
        if (!is_inert(o, c, g))
            put_option(out, o);
    text_puts(out, ".El\n");
}

static void put_statuses(struct text *out)
{
    static const struct {
        int code;
        const char *text;
    } rows[] = {
#define STATUS_ROW(name, code, text) {code, text},
        STATUSES(STATUS_ROW)
#undef STATUS_ROW
    };

    text_puts(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        text_printf(out, ".It %d\n", rows[i].code);
        describe_mdoc_text(out, rows[i].text);
    }
    text_puts(out, ".El\n");
}

static void put_commands(struct text *out)
{
    text_puts(out, ".Sh COMMANDS\n.Bl -tag -width Ds\n");
    for (int64_t i = 0; command_table[i]; i++) {
        const struct command *c = command_table[i];
        text_printf(out, ".It Cm %s%s%s\n", c->name, *c->operands ? " Ar " : "",
                    c->operands);
        describe_mdoc_text(out, c->doc);
    }
    text_puts(out, ".El\n");
}

static void put_literal(struct text *out, const char *lines)
{
    for (; *lines; lines++) {
        if (*lines == '\\')
            text_puts(out, "\\e");
        else if (*lines == '-')
            text_puts(out, "\\-");
        else
            text_add(out, lines, 1);
    }
}

static void put_examples(struct text *out, const struct command *c,
                         const struct command_group *g)
{
    text_puts(out, ".Sh EXAMPLES\n.Bd -literal\n");
    if (!c && !g)
        put_literal(out, help_examples);
    for (int64_t i = 0; command_table[i]; i++)
        if (is_member(command_table[i], c, g) && command_table[i]->examples)
            put_literal(out, command_table[i]->examples);
    text_puts(out, ".Ed\n");
}

/* The page that comes after `last` in the order of names; NULL: none. */
static const char *next_page(const char *last)
{
    const char *next = NULL;

    for (int64_t i = 0; command_table[i]; i++) {
        const struct command_group *group = command_group_of(command_table[i]);
        const char *name = group ? group->name : command_table[i]->name;
        if (strcmp(name, last) > 0 && (!next || strcmp(name, next) < 0))
            next = name;
    }
    return next;
}

/* The pages beside this one: of a command the program's, of the program all. */
static void put_see_also(struct text *out, bool all)
{
    text_puts(out, ".Sh SEE ALSO\n");
    if (!all)
        text_puts(out, ".Xr cnnctl 1 ,\n");
    for (const char *name = ""; all && (name = next_page(name));)
        text_printf(out, ".Xr cnnctl-%s 1 ,\n", name);
    text_puts(out, ".Xr cnnctl-config 5\n");
}

void help_mdoc(struct text *out, const struct command *c,
               const struct command_group *g)
{
    if (c)
        put_name(out, c->name, c->doc);
    if (g)
        put_name(out, g->name, g->doc);
    text_puts(out, ".Sh SYNOPSIS\n");
    for (int64_t i = 0; command_table[i]; i++)
        if (is_member(command_table[i], c, g))
            put_synopsis(out, command_table[i]);
    text_puts(out, ".Sh DESCRIPTION\n");
    if (c || g)
        describe_mdoc_text(out, c ? c->doc : g->doc);
    else
        put_commands(out);
    put_options(out, c, g);
    put_statuses(out);
    put_examples(out, c, g);
    put_see_also(out, !c && !g);
}

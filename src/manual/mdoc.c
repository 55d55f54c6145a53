/*
 * mdoc.c - commands, options and exit statuses as sections of a man page.
 *
 * All sections are printed; whoever assembles a page picks those that are not
 * written by hand.
 */
#include <ctype.h>
#include <string.h>

#include "conf/describe.h"
#include "manual/help.h"

/* A sentence as the words of a .Nd line: small, without its full stop. */
static void put_name(struct text *out, const char *name, const char *doc)
{
    const size_t length = strlen(doc);

    text_printf(out, ".Sh NAME\n.Nm cnnctl-%s\n.Nd %c%.*s\n", name,
                tolower((unsigned char)doc[0]),
                (int)(length - 1 - (doc[length - 1] == '.')), doc + 1);
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
static bool is_inert(const struct option *o, const struct program *p,
                     const struct command *c, const struct command_group *g)
{
    const struct command *member;

    for (int64_t i = 0; (member = member_next(p, c, g, &i));)
        if (command_affected(member, o))
            return false;
    return c || g;
}

static bool has_shown(const struct option *options)
{
    for (const struct option *o = options; o && o->name; o++)
        if (!o->hidden)
            return true;
    return false;
}

static void put_options(struct text *out, const struct program *p,
                        const struct command *c, const struct command_group *g)
{
    static const char begin[] = ".Bl -tag -width Ds\n", end[] = ".El\n";
    const struct command *member;

    text_puts(out, ".Sh OPTIONS\n");
    for (int64_t i = 0; (member = member_next(p, c, g, &i));) {
        if (!has_shown(member->options))
            continue;
        if (g)
            text_printf(out, ".Ss cnnctl %s\n", member->name);
        text_puts(out, begin);
        for (const struct option *o = member->options; o->name; o++)
            if (!o->hidden)
                put_option(out, o);
        text_puts(out, end);
    }
    text_printf(out, "%s%s", c || g ? ".Ss Global options\n" : "", begin);
    for (const struct option *o = global_options; o->name; o++)
        if (!is_inert(o, p, c, g))
            put_option(out, o);
    text_puts(out, end);
}

static void put_statuses(struct text *out)
{
    text_puts(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    for (const struct status_row *row = status_rows; row->text; row++) {
        text_printf(out, ".It %d\n", row->code);
        describe_mdoc_text(out, row->text);
    }
    text_puts(out, ".El\n");
}

static void put_commands(struct text *out, const struct program *p)
{
    text_puts(out, ".Sh COMMANDS\n.Bl -tag -width Ds\n");
    for (int64_t i = 0; p->commands[i]; i++) {
        const struct command *c = p->commands[i];
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

static void put_examples(struct text *out, const struct program *p,
                         const struct command *c, const struct command_group *g)
{
    const struct command *member;

    text_puts(out, ".Sh EXAMPLES\n.Bd -literal\n");
    if (!c && !g)
        put_literal(out, help_examples);
    for (int64_t i = 0; (member = member_next(p, c, g, &i));)
        put_literal(out, member->examples);
    text_puts(out, ".Ed\n");
}

/* The page that comes after `last` in the order of names; NULL: none. */
static const char *next_page(const struct program *p, const char *last)
{
    const char *next = NULL;

    for (int64_t i = 0; p->commands[i]; i++) {
        const struct command_group *g = command_group_of(p, p->commands[i]);
        const char *name = g ? g->name : p->commands[i]->name;
        if (strcmp(name, last) > 0 && (!next || strcmp(name, next) < 0))
            next = name;
    }
    return next;
}

/* The pages beside this one: of a command the program's, of the program all. */
static void put_see_also(struct text *out, const struct program *p, bool all)
{
    text_printf(out, ".Sh SEE ALSO\n%s", all ? "" : ".Xr cnnctl 1 ,\n");
    for (const char *name = ""; all && (name = next_page(p, name));)
        text_printf(out, ".Xr cnnctl-%s 1 ,\n", name);
    text_puts(out, ".Xr cnnctl-config 5\n");
}

void help_mdoc(struct text *out, const struct program *p,
               const struct command *c, const struct command_group *g)
{
    const char *doc = c ? c->doc : g ? g->doc : NULL;
    const struct command *member;

    if (doc)
        put_name(out, c ? c->name : g->name, doc);
    text_puts(out, ".Sh SYNOPSIS\n");
    for (int64_t i = 0; (member = member_next(p, c, g, &i));)
        put_synopsis(out, member);
    text_puts(out, ".Sh DESCRIPTION\n");
    if (doc)
        describe_mdoc_text(out, doc);
    else
        put_commands(out, p);
    put_options(out, p, c, g);
    put_statuses(out);
    put_examples(out, p, c, g);
    put_see_also(out, p, !doc);
}

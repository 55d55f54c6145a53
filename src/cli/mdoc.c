/*
 * mdoc.c - option tables and exit statuses as sections of a man page.
 */
#include "base/compiler.h"
#include "cli/help.h"
#include "conf/describe.h"

static void put_option(struct text *out, const struct option *o)
{
    struct text argument = {0};

    opt_argument(&argument, o);
    text_puts(out, ".It ");
    if (o->letter)
        text_printf(out, "Fl %c , ", o->letter);
    text_printf(out, "Fl \\-%s", o->name);
    if (opt_takes_value(o))
        text_printf(out, "%s Ar %s", o->choices ? " Ns = Ns" : "",
                    text_string(&argument));
    text_puts(out, "\n");
    describe_mdoc_text(out, o->doc);
    out->failed = out->failed || argument.failed;
    text_free(&argument);
}

static void put_options(struct text *out, const struct option *options)
{
    if (!options || !options->name)
        return;
    text_puts(out, ".Sh OPTIONS\n.Bl -tag -width Ds\n");
    for (const struct option *o = options; o->name; o++)
        if (!o->hidden)
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

static void put_examples(struct text *out, const char *examples)
{
    text_puts(out, ".Sh EXAMPLES\n.Bd -literal\n");
    for (; *examples; examples++) {
        if (*examples == '\\')
            text_puts(out, "\\e");
        else
            text_add(out, examples, 1);
    }
    text_puts(out, ".Ed\n");
}

void help_mdoc(struct text *out, const struct command *c)
{
    if (!c)
        put_commands(out);
    put_options(out, c ? c->options : global_options);
    put_statuses(out);
    if (c && c->examples)
        put_examples(out, c->examples);
}

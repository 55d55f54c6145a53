/*
 * tables.c - commands, options, exit statuses and keys as records, from which
 * scripts make man pages and completion.  Must not know what they look like.
 */
#include <string.h>

#include "manual/help.h"
#include "manual/key_help.h"
#include "operators/operators.h"

/* "EXAMPLE <tab> COMMAND <tab> LINE" for every line. */
static void put_examples(struct text *out, const char *command,
                         const char *lines)
{
    while (*lines) {
        const size_t length = strcspn(lines, "\n");
        text_printf(out, "example\t%s\t%.*s\n", command, (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

static void put_options(struct text *out, const char *command,
                        const struct option *options)
{
    for (const struct option *o = options; o && o->name; o++) {
        if (o->hidden)
            continue;
        text_printf(out, "option\t%s\t%.1s\t%s\t%s\t", command, &o->letter,
                    o->name,
                    !opt_takes_value(o)   ? "flag"
                    : o->choices          ? "choice"
                    : o->type == OPT_WORD ? "word"
                                          : "value");
        opt_argument(out, o);
        text_puts(out, "\t");
        opt_doc(out, o);
        text_puts(out, "\n");
    }
}

static void put_operators(struct text *out, const char *of,
                          struct operator_words (*number)(size_t i))
{
    for (size_t i = 0; number(i).kind; i++)
        text_printf(out, "operator\t%s\t%s\t%s\n", of, number(i).kind,
                    number(i).words);
}

void help_tables(struct text *out, const struct program *p)
{
    for (const struct command_group *g = p->groups; g->name; g++)
        text_printf(out, "group\t%s\t%s\n", g->name, g->doc);
    put_examples(out, "", help_examples);
    put_options(out, "", global_options);
    for (int64_t i = 0; p->commands[i]; i++) {
        const struct command *c = p->commands[i];
        const struct command_group *g = command_group_of(p, c);
        text_printf(out, "command\t%s\t%s\t%s\t%s\t", c->name, g ? g->name : "",
                    c->operands, c->doc);
        for (const struct option *o = global_options; o->name; o++)
            if (!command_affected(c, o))
                text_printf(out, " %s", o->name);
        text_puts(out, "\n");
        put_options(out, c->name, c->options);
        put_examples(out, c->name, c->examples);
    }
    for (const struct status_row *row = status_rows; row->text; row++)
        text_printf(out, "status\t%d\t%s\n", row->code, row->text);
    put_operators(out, "layer", operators_of_layer);
    put_operators(out, "nonlinearity", operators_of_activation);
    key_tables(out);
    text_puts(out, "keys\t");
    key_words(out);
    text_puts(out, "\n");
}

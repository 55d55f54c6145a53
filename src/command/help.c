/*
 * help.c - help by word; hidden: what man pages and completion are made of.
 */
#include "manual/help.h"

#include <stdio.h>

#include "cli/say.h"
#include "graph/lint.h"
#include "manual/key_help.h"

struct help_options {
    bool commands, tables;
};

static const struct option help_options[] = {
    OPTION(help_options, commands, "commands", .hidden = true,
           .doc = "Print the names of all commands."),
    OPTION(help_options, tables, "tables", .hidden = true,
           .doc = "Print what man pages and completion are made of."),
    {0},
};

/* "checkpoint save" from its words. */
static const char *joined(const struct call *call)
{
    const char *name = call->word_count > 0 ? call->words[0] : "";

    for (int64_t i = 1; i < call->word_count; i++)
        name = arena_printf(call->arena, "%s %s", name, call->words[i]);
    return name;
}

static enum status unknown_word(const struct call *call, const char *word,
                                struct err *e)
{
    const char *names[128];
    int64_t count = 0;
    char nearest[KEY_PATH_BYTES];

    for (; count < 127 && call->program->commands[count]; count++)
        names[count] = call->program->commands[count]->name;
    names[count] = NULL;
    const char *command = text_nearest(word, names);
    if (command)
        snprintf(nearest, sizeof nearest, "%s", command);
    else
        key_nearest(word, nearest);
    return usage_error(e, call, "%s: neither a command, a key nor a rule%s%s%s",
                       word, *nearest ? "; did you mean " : "", nearest,
                       *nearest ? "?" : "");
}

/* What is asked for by `name`, or by scripts; false: there is no such word. */
static bool put(struct text *t, const struct call *call, const char *name)
{
    const struct help_options *o = call->options;
    const struct program *p = call->program;
    const struct command *c = command_find(p, name);
    const struct command_group *g = group_find(p, name);

    if (o->commands)
        for (int64_t i = 0; p->commands[i]; i++)
            text_printf(t, "%s\n", p->commands[i]->name);
    else if (o->tables)
        help_tables(t, p);
    else if (c || g || *name == '\0')
        help_about(t, p, c, g);
    else
        return lint_explain(t, name) || key_help(t, name);
    return true;
}

static enum status run(const struct call *call, struct err *e)
{
    const char *name = joined(call);
    const enum status s = arena_check(call->arena, e, "looking for help");
    struct text t = {0};

    if (s != OK)
        return s;
    if (!put(&t, call, name))
        return unknown_word(call, name, e);
    out_text(call->out, &t);
    return OK;
}

const struct command cmd_help = {
    .name = "help",
    .operands = "[COMMAND...|KEY|RULE]",
    .doc = "Show help about a command, key or audit rule.",
    .examples = "  cnnctl help fit\n"
                "  cnnctl help train.learning_rate\n"
                "  cnnctl help A003\n",
    OPTIONS(help_options),
    .by_several = true,
    .run = run,
};

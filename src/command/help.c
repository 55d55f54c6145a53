/*
 * help.c - help by word; hidden: what man pages and completion are made of.
 */
#include "manual/help.h"

#include <stdio.h>
#include <string.h>

#include "cli/say.h"
#include "manual/key_help.h"

struct help_options {
    bool commands, mdoc, reference;
    const char *completion;
};

static const char *const shells[] = {"bash", "zsh", NULL};

static const struct option help_options[] = {
    OPTION(help_options, commands, "commands", .hidden = true,
           .doc = "Print the names of all commands."),
    OPTION(help_options, mdoc, "mdoc", .hidden = true,
           .doc = "Print sections of a man page, that of a command, a group or "
                  "the keys."),
    OPTION(help_options, reference, "reference", .hidden = true,
           .doc = "Print a configuration with every key."),
    OPTION(help_options, completion, "completion", .hidden = true,
           .choices = shells, .doc = "Print a completion script."),
    {0},
};

/* "checkpoint save" from one or two operands. */
static const char *joined(const struct call *call)
{
    if (call->word_count < 2)
        return call->word_count == 0 ? "" : call->words[0];
    return arena_printf(call->arena, "%s %s", call->words[0], call->words[1]);
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
    return usage_error(e, call, "%s: neither a command nor a key%s%s%s", word,
                       *nearest ? "; did you mean " : "", nearest,
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
    else if (o->completion)
        (strcmp(o->completion, "zsh") == 0 ? help_zsh : help_bash)(t, p);
    else if (o->reference)
        key_reference(t);
    else if (o->mdoc && strcmp(name, "keys") == 0)
        key_mdoc(t);
    else if (o->mdoc)
        help_mdoc(t, p, c, g);
    else if (c || g || *name == '\0')
        help_about(t, p, c, g);
    else
        return key_help(t, name);
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
    .operands = "[COMMAND|KEY]",
    .doc = "Show help about a command or a key.",
    .examples = "  cnnctl help fit\n"
                "  cnnctl help train.learning_rate\n",
    .options = help_options,
    .options_size = sizeof(struct help_options),
    .max_words = 2,
    .run = run,
};

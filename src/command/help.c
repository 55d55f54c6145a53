/*
 * help.c - help by word; hidden: what man pages and completion are made of.
 */
#include "manual/help.h"

#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
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

/* Help about a command, a group or nothing in particular. */
static void put_help(struct text *t, const struct command *c,
                     const struct command_group *g)
{
    if (c)
        help_command(t, c);
    else if (g)
        help_group(t, g);
    else
        help_overview(t);
}

static enum status unknown_word(const struct call *call, const char *word,
                                struct err *e)
{
    const char *names[128];
    int64_t count = 0;
    char nearest[KEY_PATH_BYTES];

    for (; count < 127 && command_table[count]; count++)
        names[count] = command_table[count]->name;
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

static void put_command_names(struct text *t)
{
    for (int64_t i = 0; command_table[i]; i++)
        text_printf(t, "%s\n", command_table[i]->name);
}

/* What scripts ask for; false: nothing of the kind. */
static bool put_hidden(struct text *t, const struct help_options *o,
                       const char *name)
{
    if (o->commands)
        put_command_names(t);
    else if (o->completion && strcmp(o->completion, "zsh") == 0)
        help_zsh(t);
    else if (o->completion)
        help_bash(t);
    else if (o->reference)
        key_reference(t);
    else if (o->mdoc && strcmp(name, "keys") == 0)
        key_mdoc(t);
    else if (o->mdoc)
        help_mdoc(t, command_find(name), group_find(name));
    else
        return false;
    return true;
}

static enum status run(const struct call *call, struct err *e)
{
    const char *name = joined(call);
    const enum status s = arena_check(call->arena, e, "looking for help");
    struct text t = {0};

    if (s != OK)
        return s;
    if (!put_hidden(&t, call->options, name)) {
        const struct command *c = command_find(name);
        const struct command_group *g = group_find(name);
        if (c || g || *name == '\0')
            put_help(&t, c, g);
        else if (!key_help(&t, name))
            return unknown_word(call, name, e);
    }
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

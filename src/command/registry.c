/*
 * registry.c - the list of commands.  A new one: its file, one line here.
 */
#include <string.h>

#include "cli/cmd.h"

/* In the order of --help. */
#define COMMANDS(X)                                                            \
    X(fit)                                                                     \
    X(evaluate)                                                                \
    X(predict)                                                                 \
    X(info)                                                                    \
    X(checkpoint_save)                                                         \
    X(checkpoint_load)                                                         \
    X(checkpoint_show)                                                         \
    X(checkpoint_verify)                                                       \
    X(checkpoint_diff)                                                         \
    X(config_check)                                                            \
    X(config_show)                                                             \
    X(config_schema)                                                           \
    X(data_stats)                                                              \
    X(data_show)                                                               \
    X(data_convert)                                                            \
    X(bench)                                                                   \
    X(version)                                                                 \
    X(help)

#define DECLARE(c) extern const struct command cmd_##c;
#define ADDRESS(c) &cmd_##c,
COMMANDS(DECLARE)

const struct command *const command_table[] = {COMMANDS(ADDRESS) NULL};

const struct command_group command_groups[] = {
    {"checkpoint", "Make, show, check and compare model files."},
    {"config", "Check a configuration; print it resolved; its schema."},
    {"data", "Facts about samples, one of them, other formats."},
    {NULL, NULL},
};

const struct command *command_find(const char *name)
{
    for (int64_t i = 0; command_table[i]; i++)
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    return NULL;
}

const struct command_group *group_find(const char *name)
{
    for (const struct command_group *g = command_groups; g->name; g++)
        if (strcmp(g->name, name) == 0)
            return g;
    return NULL;
}

const struct command_group *command_group_of(const struct command *c)
{
    for (const struct command_group *g = command_groups; g->name; g++)
        if (command_word(c, g->name))
            return g;
    return NULL;
}

const char *command_word(const struct command *c, const char *group)
{
    const size_t length = strlen(group);

    if (strncmp(c->name, group, length) != 0 || c->name[length] != ' ')
        return NULL;
    return c->name + length + 1;
}

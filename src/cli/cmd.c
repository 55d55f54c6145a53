/*
 * cmd.c - finds commands and groups by name.
 */
#include "cli/cmd.h"

#include <string.h>

const struct command *command_find(const struct program *p, const char *name)
{
    for (int64_t i = 0; p->commands[i]; i++)
        if (strcmp(p->commands[i]->name, name) == 0)
            return p->commands[i];
    return NULL;
}

const struct command_group *group_find(const struct program *p,
                                       const char *name)
{
    for (const struct command_group *g = p->groups; g->name; g++)
        if (strcmp(g->name, name) == 0)
            return g;
    return NULL;
}

const struct command_group *command_group_of(const struct program *p,
                                             const struct command *c)
{
    for (const struct command_group *g = p->groups; g->name; g++)
        if (command_word(c, g))
            return g;
    return NULL;
}

const char *command_word(const struct command *c, const struct command_group *g)
{
    const char *blank = strchr(c->name, ' ');
    const size_t length = blank ? (size_t)(blank - c->name) : 0;

    if (!g)
        return blank ? NULL : c->name;
    return blank && strncmp(c->name, g->name, length) == 0 &&
                   g->name[length] == '\0'
               ? blank + 1
               : NULL;
}

bool command_affected(const struct command *c, const struct option *o)
{
    return (strcmp(o->name, "set") != 0 || c->takes_set) &&
           (strcmp(o->name, "json") != 0 || c->takes_json);
}

/*
 * completion.c - completion scripts for bash and zsh.
 */
#include <string.h>

#include "manual/help.h"
#include "manual/key_help.h"

/* Words that may follow a group's name; g NULL: that may stand first. */
static void put_words(struct text *out, const struct program *p,
                      const struct command_group *g)
{
    for (int64_t i = 0; p->commands[i]; i++)
        if (command_word(p->commands[i], g))
            text_printf(out, " %s", command_word(p->commands[i], g));
    for (int64_t i = 0; !g && p->groups[i].name; i++)
        text_printf(out, " %s", p->groups[i].name);
}

/* Those of `options` that can affect the command, NULL: all. */
static void put_names(struct text *out, const struct option *options,
                      const struct command *c)
{
    for (const struct option *o = options; o && o->name; o++)
        if (!o->hidden && (!c || command_affected(c, o)))
            text_printf(out, " --%s", o->name);
}

static void put_choices(struct text *out, const char *quote,
                        const char *command, const struct option *options)
{
    for (const struct option *o = options; o && o->name; o++) {
        if (o->hidden || !o->choices)
            continue;
        text_printf(out, "    %s%s%s'|--%s') words='", quote, command, quote,
                    o->name);
        for (int64_t i = 0; o->choices[i]; i++)
            text_printf(out, " %s", o->choices[i]);
        text_puts(out, "' ;;\n");
    }
}

/* The words that may stand at the cursor, the command being known. */
static void put_bash_words(struct text *out, const struct program *p)
{
    text_puts(out, "    case \"$command\" in\n    '') words='");
    put_words(out, p, NULL);
    text_puts(out, "' ;;\n    'help') words='");
    put_words(out, p, NULL);
    key_words(out);
    text_puts(out, "' ;;\n");
    for (const struct command_group *g = p->groups; g->name; g++) {
        text_printf(out, "    '%s') words='", g->name);
        put_words(out, p, g);
        text_puts(out, "' ;;\n");
    }
    text_puts(out, "    esac\n");
}

static void put_bash_options(struct text *out, const struct program *p)
{
    text_puts(out, "    if [[ $word == -* ]]; then\n"
                   "        case \"$command\" in\n");
    for (int64_t i = 0; p->commands[i]; i++) {
        text_printf(out, "        '%s') words='", p->commands[i]->name);
        put_names(out, p->commands[i]->options, NULL);
        put_names(out, global_options, p->commands[i]);
        text_puts(out, "' ;;\n");
    }
    text_puts(out, "        *) words='");
    put_names(out, global_options, NULL);
    text_puts(out, "' ;;\n        esac\n    fi\n");
}

/* `--color=` reaches the function as two words. */
static void put_bash_values(struct text *out, const struct program *p)
{
    text_puts(out, "    case \"$command|$before\" in\n");
    for (int64_t i = 0; p->commands[i]; i++)
        put_choices(out, "'", p->commands[i]->name, p->commands[i]->options);
    put_choices(out, "", "*", global_options);
    text_puts(out, "    esac\n");
}

/* The loop finds the command among the words before the cursor; file names are
 * bash's own business (-o default). */
void help_bash(struct text *out, const struct program *p)
{
    text_puts(out,
              "# bash completion for cnnctl\n"
              "_cnnctl()\n{\n"
              "    local word=${COMP_WORDS[COMP_CWORD]} command= words= i\n"
              "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n\n"
              "    if [[ $word == = ]]; then\n"
              "        word=\n"
              "    elif [[ $before == = ]]; then\n"
              "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
              "    fi\n"
              "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
              "        case \"$command|${COMP_WORDS[i]}\" in\n"
              "        *\\|-*) ;;\n");
    for (int64_t i = 0; p->commands[i]; i++) {
        const struct command *c = p->commands[i];
        const struct command_group *g = command_group_of(p, c);
        text_printf(out, "        '%s|%s') command='%s' ;;\n", g ? g->name : "",
                    command_word(c, g), c->name);
    }
    for (const struct command_group *g = p->groups; g->name; g++)
        text_printf(out, "        '|%s') command='%s' ;;\n", g->name, g->name);
    text_puts(out, "        esac\n    done\n");
    put_bash_words(out, p);
    put_bash_options(out, p);
    put_bash_values(out, p);
    text_puts(out, "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
                   "complete -o default -F _cnnctl cnnctl\n");
}

/* Inside single quotes and brackets of _arguments. */
static void put_quoted(struct text *out, const char *words)
{
    for (; *words; words++) {
        if (*words == '\'')
            text_puts(out, "'\\''");
        else if (strchr("[]:\\", *words))
            text_printf(out, "\\%c", *words);
        else
            text_add(out, words, 1);
    }
}

static void put_zsh_option(struct text *out, const struct option *o)
{
    text_puts(out, " \\\n        '*");
    text_printf(out, "--%s%s[", o->name, opt_takes_value(o) ? "=" : "");
    put_quoted(out, o->doc);
    text_puts(out, "]");
    if (opt_takes_value(o) && o->choices) {
        text_puts(out, ":word:(");
        for (int64_t i = 0; o->choices[i]; i++)
            text_printf(out, "%s%s", i ? " " : "", o->choices[i]);
        text_puts(out, ")");
    } else if (opt_takes_value(o)) {
        text_printf(out, ":%s:%s", o->argument ? o->argument : "",
                    o->type == OPT_WORD ? "_files" : "");
    }
    text_puts(out, "'");
}

static void put_zsh_options(struct text *out, const struct option *options,
                            const struct command *c)
{
    for (const struct option *o = options; o && o->name; o++)
        if (!o->hidden && (!c || command_affected(c, o)))
            put_zsh_option(out, o);
}

static void put_zsh_command(struct text *out, const struct command *c)
{
    text_printf(out, "'%s')\n        _arguments", c->name);
    put_zsh_options(out, c->options, NULL);
    put_zsh_options(out, global_options, c);
    text_puts(out, " \\\n        '*:file:_files' ;;\n");
}

void help_zsh(struct text *out, const struct program *p)
{
    text_puts(out, "#compdef cnnctl\n"
                   "local command=$words[2]\n"
                   "case $command in\n");
    for (const struct command_group *g = p->groups; g->name; g++) {
        text_printf(out, "%s)\n    if (( CURRENT == 3 )); then compadd --",
                    g->name);
        put_words(out, p, g);
        text_puts(out, "; return; fi\n"
                       "    command=\"$words[2] $words[3]\" ;;\n");
    }
    text_puts(out, "esac\nif (( CURRENT == 2 )); then compadd --");
    put_words(out, p, NULL);
    text_puts(out, "; return; fi\ncase $command in\n");
    for (int64_t i = 0; p->commands[i]; i++)
        put_zsh_command(out, p->commands[i]);
    text_puts(out, "esac\n");
}

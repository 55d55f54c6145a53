/*
 * help.c - what --help prints.
 */
#include "manual/help.h"

#include <string.h>

enum {
    OPTION_COLUMN = 26,  /* where the words about an option begin */
    COMMAND_COLUMN = 30, /* and about a command */
    STATUS_COLUMN = 9,
    LINE_COLUMNS = 79,
};

const struct status_row status_rows[] = {
#define STATUS_ROW(name, code, text) {code, text},
    STATUSES(STATUS_ROW)
#undef STATUS_ROW
        {0, NULL},
};

/* A left part and words beside it; below it when there is no room.  `left` is
 * freed. */
static void put_entry(struct text *out, int64_t column, struct text *left,
                      const char *words)
{
    const int64_t width = (int64_t)left->length;

    text_join(out, left);
    if (width > column - 2) {
        text_puts(out, "\n");
        text_pad(out, ' ', column);
    } else {
        text_pad(out, ' ', column - width);
    }
    text_wrap(out, "", column, words);
}

static void put_option(struct text *out, const struct option *o)
{
    struct text left = {0}, doc = {0};

    if (o->letter)
        text_printf(&left, "  -%c, --%s", o->letter, o->name);
    else
        text_printf(&left, "      --%s", o->name);
    if (opt_takes_value(o)) {
        text_puts(&left, o->choices ? "=" : " ");
        opt_argument(&left, o);
    }
    opt_doc(&doc, o);
    put_entry(out, OPTION_COLUMN, &left, text_string(&doc));
    text_drop(out, &doc);
}

/* Those that can affect the command, NULL: all. */
static void put_options(struct text *out, const char *title,
                        const struct option *options, const struct command *c)
{
    if (options && options->name)
        text_printf(out, "\n%s:\n", title);
    for (const struct option *o = options; o && o->name; o++)
        if (!o->hidden && (!c || command_affected(c, o)))
            put_option(out, o);
}

static void put_command(struct text *out, const struct command *c)
{
    struct text left = {0};

    text_printf(&left, "  %s%s%s", c->name, *c->operands ? " " : "",
                c->operands);
    put_entry(out, COMMAND_COLUMN, &left, c->doc);
}

/* The words of a group; those that follow `room` columns are "...". */
static void put_members(struct text *left, const struct program *p,
                        const struct command_group *g, size_t room)
{
    const char *between = " ";

    text_printf(left, "  %s", g->name);
    for (int64_t i = 0; p->commands[i]; i++) {
        const char *word = command_word(p->commands[i], g);
        if (!word)
            continue;
        if (left->length + strlen(word) + strlen("|...") > room) {
            text_puts(left, "|...");
            return;
        }
        text_printf(left, "%s%s", between, word);
        between = "|";
    }
}

/* As many words as one line has room for: where not all find it beside each
 * other, those that leave room for what the group is about. */
static void put_group(struct text *out, const struct program *p,
                      const struct command_group *g)
{
    struct text left = {0};

    put_members(&left, p, g, SIZE_MAX);
    if (left.length > LINE_COLUMNS) {
        text_free(&left);
        left = (struct text){0};
        put_members(&left, p, g, COMMAND_COLUMN - 2);
    }
    put_entry(out, COMMAND_COLUMN, &left, g->doc);
}

/* Those of a group; of the program each group as one, where its first command
 * stands. */
static void put_commands(struct text *out, const struct program *p,
                         const struct command_group *g)
{
    const struct command_group *last = NULL;

    text_puts(out, ":\n");
    for (int64_t i = 0; p->commands[i]; i++) {
        const struct command *c = p->commands[i];
        const struct command_group *own = command_group_of(p, c);
        if (own == g)
            put_command(out, c);
        else if (!g && own != last)
            put_group(out, p, own);
        last = own;
    }
}

/* Those of signals share one line. */
static void put_statuses(struct text *out)
{
    text_puts(out, "\nExit status:\n");
    for (const struct status_row *row = status_rows; row->text; row++) {
        if (row->code > 128)
            continue;
        text_printf(out, "  %-*d", STATUS_COLUMN - 2, row->code);
        text_wrap(out, "", STATUS_COLUMN, row->text);
    }
    text_puts(out, "  128+n  ended by signal n after an orderly shutdown\n");
}

const char help_examples[] =
    "  cnnctl fit mnist.yaml               train; one model file\n"
    "  cnnctl info -v mnist.yaml           audit an architecture\n"
    "  cnnctl evaluate mnist.safetensors mnist.yaml\n"
    "  zcat x.csv.gz | cnnctl predict mnist.safetensors - | sort | uniq -c\n";

static void help_overview(struct text *out, const struct program *p)
{
    text_printf(
        out,
        "Trains, audits and applies convolutional networks described in YAML.\n"
        "\nExamples:\n%s"
        "\nusage: cnnctl [GLOBAL OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]\n"
        "\nCommands (cnnctl COMMAND --help says more)",
        help_examples);
    put_commands(out, p, NULL);
    put_options(out, "Global options", global_options, NULL);
    put_statuses(out);
}

void help_usage(struct text *out, const struct program *p,
                const struct command_group *g)
{
    text_printf(out,
                "usage: cnnctl %s COMMAND [OPTIONS] [ARGUMENTS]\n"
                "\nCommands",
                g ? g->name : "[GLOBAL OPTIONS]");
    put_commands(out, p, g);
    text_printf(out, "\ncnnctl %s%s--help says more.\n", g ? g->name : "",
                g ? " " : "");
}

/* The examples of all commands of the group first. */
static void help_group(struct text *out, const struct program *p,
                       const struct command_group *g)
{
    text_puts(out, "Examples:\n");
    for (int64_t i = 0; p->commands[i]; i++)
        if (command_word(p->commands[i], g))
            text_puts(out, p->commands[i]->examples);
    text_printf(out,
                "\nusage: cnnctl %s COMMAND [OPTIONS] [ARGUMENTS]\n\n%s\n"
                "\nCommands",
                g->name, g->doc);
    put_commands(out, p, g);
}

static void help_command(struct text *out, const struct command *c)
{
    text_printf(out, "Examples:\n%s\nusage: cnnctl %s%s%s%s\n\n", c->examples,
                c->name, c->options ? " [OPTIONS]" : "",
                *c->operands ? " " : "", c->operands);
    text_wrap(out, "", 0, c->doc);
    put_options(out, "Options", c->options, c);
    put_options(out, "Global options", global_options, c);
}

void help_about(struct text *out, const struct program *p,
                const struct command *c, const struct command_group *g)
{
    if (c)
        help_command(out, c);
    else if (g)
        help_group(out, p, g);
    else
        help_overview(out, p);
}

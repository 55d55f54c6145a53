/*
 * help.c - what --help prints.
 */
#include "manual/help.h"

#include <string.h>

#include "base/num.h"

enum {
    OPTION_COLUMN = 26,  /* where the words about an option begin */
    COMMAND_COLUMN = 30, /* and about a command */
    STATUS_COLUMN = 9,
};

/* A left part and words beside it; below it when there is no room.  `left` is
 * freed. */
static void put_entry(struct text *out, int64_t column, struct text *left,
                      const char *words)
{
    const int64_t width = (int64_t)left->length;

    text_puts(out, text_string(left));
    if (width > column - 2) {
        text_puts(out, "\n");
        text_pad(out, ' ', column);
    } else {
        text_pad(out, ' ', column - width);
    }
    text_wrap(out, "", column, words);
    out->failed = out->failed || left->failed;
    text_free(left);
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
    out->failed = out->failed || doc.failed;
    text_free(&doc);
}

bool help_is_inert(const struct option *o, const struct command *c)
{
    return (strcmp(o->name, "set") == 0 && !c->takes_set) ||
           (strcmp(o->name, "json") == 0 && !c->takes_json);
}

static void put_options(struct text *out, const char *title,
                        const struct option *options, const struct command *c)
{
    if (!options || !options->name)
        return;
    text_printf(out, "\n%s:\n", title);
    for (const struct option *o = options; o->name; o++) {
        if (!o->hidden &&
            !(c && options == global_options && help_is_inert(o, c)))
            put_option(out, o);
    }
}

static void put_command(struct text *out, const struct command *c)
{
    struct text left = {0};

    text_printf(&left, "  %s", c->name);
    if (*c->operands)
        text_printf(&left, " %s", c->operands);
    put_entry(out, COMMAND_COLUMN, &left, c->doc);
}

static void put_group(struct text *out, const struct command_group *g)
{
    struct text left = {0};
    const char *between = " ";

    text_printf(&left, "  %s", g->name);
    for (int64_t i = 0; command_table[i]; i++) {
        const char *word = command_word(command_table[i], g->name);
        if (!word)
            continue;
        text_printf(&left, "%s%s", between, word);
        between = "|";
    }
    put_entry(out, COMMAND_COLUMN, &left, g->doc);
}

static void put_members(struct text *out, const struct command_group *g)
{
    for (int64_t i = 0; command_table[i]; i++)
        if (command_word(command_table[i], g->name))
            put_command(out, command_table[i]);
}

/* Groups stand where their first command stands. */
static void put_commands(struct text *out)
{
    const struct command_group *last = NULL;

    for (int64_t i = 0; command_table[i]; i++) {
        const struct command *c = command_table[i];
        const struct command_group *group = command_group_of(c);
        if (!group)
            put_command(out, c);
        else if (group != last)
            put_group(out, group);
        last = group;
    }
}

/* Those of signals share one line. */
static void put_statuses(struct text *out)
{
    static const struct {
        int64_t code;
        const char *text;
    } rows[] = {
#define STATUS_ROW(name, code, text) {code, text},
        STATUSES(STATUS_ROW)
#undef STATUS_ROW
    };

    text_puts(out, "\nExit status:\n");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].code > 128)
            continue;
        text_printf(out, "  %-*lld", STATUS_COLUMN - 2,
                    (long long)rows[i].code);
        text_wrap(out, "", STATUS_COLUMN, rows[i].text);
    }
    text_puts(out, "  128+n  ended by signal n after an orderly shutdown\n");
}

const char help_examples[] =
    "  cnnctl fit mnist.yaml               train; one model file\n"
    "  cnnctl info -v mnist.yaml           audit an architecture\n"
    "  cnnctl evaluate mnist.safetensors mnist.yaml\n"
    "  zcat x.csv.gz | cnnctl predict mnist.safetensors - | sort | uniq -c\n";

void help_overview(struct text *out)
{
    text_puts(
        out,
        "Trains, audits and applies convolutional networks described in YAML.\n"
        "\nExamples:\n");
    text_puts(out, help_examples);
    text_puts(out,
              "\nusage: cnnctl [GLOBAL OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]\n"
              "\nCommands (cnnctl COMMAND --help says more):\n");
    put_commands(out);
    put_options(out, "Global options", global_options, NULL);
    put_statuses(out);
}

void help_usage(struct text *out, const struct command_group *g)
{
    text_printf(out,
                "usage: cnnctl %s COMMAND [OPTIONS] [ARGUMENTS]\n"
                "\nCommands:\n",
                g ? g->name : "[GLOBAL OPTIONS]");
    if (g)
        put_members(out, g);
    else
        put_commands(out);
    text_printf(out, "\ncnnctl %s%s--help says more.\n", g ? g->name : "",
                g ? " " : "");
}

/* The examples of all commands of the group first. */
void help_group(struct text *out, const struct command_group *g)
{
    text_puts(out, "Examples:\n");
    for (int64_t i = 0; command_table[i]; i++)
        if (command_word(command_table[i], g->name))
            text_puts(out, command_table[i]->examples);
    text_printf(out, "\nusage: cnnctl %s COMMAND [OPTIONS] [ARGUMENTS]\n\n%s\n",
                g->name, g->doc);
    text_puts(out, "\nCommands:\n");
    put_members(out, g);
}

void help_command(struct text *out, const struct command *c)
{
    if (c->examples)
        text_printf(out, "Examples:\n%s\n", c->examples);
    text_printf(out, "usage: cnnctl %s%s%s%s\n\n", c->name,
                c->options ? " [OPTIONS]" : "", *c->operands ? " " : "",
                c->operands);
    text_wrap(out, "", 0, c->doc);
    put_options(out, "Options", c->options, c);
    put_options(out, "Global options", global_options, c);
}

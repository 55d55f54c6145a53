/*
 * run.c - from the words of the command line to a command and its status.
 *
 * Global options are read by the same table before and after the command's
 * name, the command's own only after it.
 */
#include "cli/run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/pool.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/together.h"
#include "tensor/kernels.h"
#include "term/colour.h"

enum { MAX_THREADS = 1024 };

const struct option global_options[] = {
    OPTION(global, help, "help", .letter = 'h', .doc = "Show help and stop."),
    OPTION(global, version, "version", .letter = 'V',
           .doc = "Show versions and stop."),
    OPTION(global, quiet, "quiet", .letter = 'q',
           .doc = "Nothing but errors on standard error."),
    OPTION(global, verbose, "verbose", .letter = 'v',
           .doc = "Say more; twice: still more."),
    OPTION(global, set, "set", .letter = 's', .argument = "KEY=VALUE",
           .doc = "Set a key of the configuration, such as train.l2=0.01; null "
                  "removes it."),
    OPTION(global, threads, "threads", .argument = "N", .min = 1,
           .max = MAX_THREADS,
           .doc = "Threads; default: CNNCTL_THREADS, or the CPUs available."),
    OPTION(global, color, "color", .choices = when_words,
           .doc = "Colour; auto: on a terminal, NO_COLOR unset."),
    OPTION(global, progress, "progress", .choices = when_words,
           .doc = "Progress on standard error; auto: on a terminal."),
    OPTION(global, json, "json", .doc = "Print the result as JSON."),
    {0},
};

/* The command line while it is read. */
struct line {
    struct call call;
    struct opt_scan scan;
    struct opt_binding bindings[3];    /* that `scan` reads by */
    const struct command_group *group; /* of the name */
    const char **words;                /* operands as they are found */
    const char *const *args;           /* all, as given */
};

/* What the word may have meant.  The members of a group are few enough to be
 * told. */
static enum status unknown_command(const struct line *l, const char *word,
                                   struct err *e)
{
    const struct program *p = l->call.program;
    const char *words[128];
    struct text members = {0};
    int64_t count = 0;

    for (int64_t i = 0; p->commands[i] && count < 100; i++) {
        const char *name = command_word(p->commands[i], l->group);
        if (!name)
            continue;
        text_printf(&members, "%s%s", count ? ", " : "", name);
        words[count++] = name;
    }
    for (int64_t i = 0; !l->group && p->groups[i].name && count < 127; i++)
        words[count++] = p->groups[i].name;
    words[count] = NULL;
    const char *nearest = text_nearest(word, words);
    const char *hint = nearest    ? "; did you mean "
                       : l->group ? ", expected one of "
                                  : "";
    const char *meant = nearest    ? nearest
                        : l->group ? text_string(&members)
                                   : "";
    const enum status s = usage_error(e, &l->call, "%s: unknown command%s%s%s",
                                      word, hint, meant, nearest ? "?" : "");
    text_free(&members);
    return s;
}

/* A word that is no option: of the command's name, or an operand. */
static enum status take_word(struct line *l, const char *word, struct err *e)
{
    struct call *call = &l->call;
    const struct command_group *group = l->group;

    if (call->command) {
        l->words[call->word_count++] = word;
        return OK;
    }
    const char *name =
        group ? arena_printf(call->arena, "%s %s", group->name, word) : word;
    l->group = group ? group : group_find(call->program, word);
    call->command = command_find(call->program, name);
    if (!call->command && l->group == group && !call->arena->failed)
        return unknown_command(l, word, e);
    call->place = arena_printf(call->arena, "cnnctl %s", name);
    l->scan.place = call->place;
    if (call->command) {
        void *options = arena_take(call->arena, 1, call->command->options_size);
        call->options = options;
        l->bindings[1] = (struct opt_binding){call->command->options, options};
    }
    return arena_check(call->arena, e, "reading the command line");
}

static enum status read_line(struct line *l, struct err *e)
{
    size_t count = 0;
    const char *word;

    while (l->scan.args[count])
        count++;
    l->words = arena_take(l->call.arena, count + 1, sizeof *l->words);
    l->call.words = l->words;
    enum status s = arena_check(l->call.arena, e, "reading the command line");
    if (s == OK)
        s = opt_next(&l->scan, &word, e);
    while (s == OK && word) {
        s = take_word(l, word, e);
        if (s == OK)
            s = opt_next(&l->scan, &word, e);
    }
    return s;
}

/* `A` is one operand, `[A]` may be missing, `A...` are one or more. */
static enum status check_words(const struct call *call, struct err *e)
{
    const struct command *c = call->command;
    int64_t least = 0, most = 0;

    for (const char *p = c->operands; *p; p += *p == ' ') {
        const size_t length = strcspn(p, " ");
        const char *dots = strstr(p, "...");
        least += *p != '[';
        most = dots && dots < p + length ? INT64_MAX : most + 1;
        p += length;
    }
    if (call->global.set.count > 0 && !c->takes_set)
        return usage_error(e, call, "--set: has no effect on this command");
    if (call->global.json && !c->takes_json)
        return usage_error(e, call, "--json: has no effect on this command");
    if (call->word_count < least)
        return usage_error(e, call, "expected %s, got %lld operand%s",
                           c->operands, (long long)call->word_count,
                           call->word_count == 1 ? "" : "s");
    if (call->word_count > most)
        return usage_error(e, call, "unexpected operand '%s'",
                           call->words[most]);
    return OK;
}

static enum status choose_threads(struct call *call, struct err *e)
{
    const char *text = getenv("CNNCTL_THREADS");
    int64_t *threads = &call->global.threads;

    if (*threads > 0)
        return OK;
    if (!text || *text == '\0') {
        *threads = num_min(pool_default_threads(), MAX_THREADS);
        return OK;
    }
    if (!num_parse_int(text, threads))
        return err_add(e, ERR_USAGE, "CNNCTL_THREADS", "'%s' is not an integer",
                       text);
    if (*threads < 1 || *threads > MAX_THREADS)
        return err_add(e, ERR_USAGE, "CNNCTL_THREADS", "%s is not in [1, %d]",
                       text, MAX_THREADS);
    return OK;
}

/* The instruction set: the processor's best unless the environment names one,
 * so that machines of different age compute the same bytes. */
static enum status choose_kernels(struct call *call, struct err *e)
{
    const char *text = getenv("CNNCTL_KERNELS");
    int level = 0;

    call->kernels = kernels_best();
    if (!text || *text == '\0')
        return OK;
    while (level < CPU_LEVELS &&
           strcmp(text, cpu_name((enum cpu_level)level)) != 0)
        level++;
    if (level == CPU_LEVELS)
        return err_add(e, ERR_USAGE, "CNNCTL_KERNELS",
                       "'%s' is not one of avx512, avx2, portable", text);
    call->kernels = kernels_of((enum cpu_level)level);
    if (!call->kernels)
        return err_add(e, ERR_USAGE, "CNNCTL_KERNELS",
                       "this processor has no %s, its best is %s", text,
                       cpu_name(cpu_best()));
    return OK;
}

static enum status no_command(const struct line *l, struct err *e)
{
    struct text usage = {0};

    l->call.program->usage(&usage, l->call.program, l->group);
    err_source(e, text_string(&usage));
    text_free(&usage);
    e->status = ERR_USAGE;
    return ERR_USAGE;
}

static enum status run_command(struct call *call, struct err *e)
{
    const struct terminal t = terminal_of(STDERR_FILENO);
    enum status s = check_words(call, e);

    if (s == OK)
        s = outputs_check(call, e);
    if (s == OK)
        s = choose_threads(call, e);
    if (s == OK)
        s = choose_kernels(call, e);
    s = together(call, s, e);
    call->global.set.outputs = outputs_of(call, NULL);
    if (s == OK)
        s = arena_check(call->arena, e, "reading the command line");
    if (s != OK)
        return s;
    call->progress->enabled =
        !call->global.quiet &&
        control_allowed(when_of(call->global.progress), &t);
    s = call->command->run(call, e);
    progress_erase(call->progress);
    return s;
}

/* --help and --version act wherever they stand. */
static enum status act(struct line *l, struct err *e)
{
    struct call *call = &l->call;
    const enum status s = together_line(call, l->args, read_line(l, e), e);

    if (s != OK)
        return s;
    if (call->global.help) {
        struct text t = {0};
        call->program->help(&t, call->program, call->command, l->group);
        out_text(call->out, &t);
        return OK;
    }
    if (call->global.version) {
        if (call->command)
            call->global.set.count = 0; /* meant for that command */
        call->command = command_find(call->program, "version");
        call->word_count = 0;
    }
    return call->command ? run_command(call, e) : no_command(l, e);
}

enum status cli_run(const struct program *p, const char *const *args,
                    const struct exchange *x, struct err *e)
{
    struct arena arena = {0};
    struct progress progress = {0};
    static struct out out; /* a small stack has no room for it */
    struct line l = {
        .call =
            {
                .program = p,
                .exchange = x,
                .place = "cnnctl",
                .arena = &arena,
                .out = &out,
                .progress = &progress,
            },
        .bindings = {{global_options, &l.call.global}},
        .args = args,
        .scan = {.place = "cnnctl",
                 .bindings = l.bindings,
                 .args = args,
                 .arena = &arena},
    };

    out_begin(&out, exchange_leads(x) ? STDOUT_FILENO : -1, "standard output",
              e);
    enum status s = act(&l, e);
    const enum status flushed = out_flush(&out);
    if (s == OK || s == ERR_NO)
        s = flushed != OK ? flushed : s;
    arena_free(&arena);
    return s;
}

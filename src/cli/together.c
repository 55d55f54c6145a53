/*
 * together.c - command lines, builds and kernels of all processes, compared.
 */
#include "cli/together.h"

#include <stdlib.h>
#include <string.h>

#include "cli/say.h"
#include "conf/tree.h"
#include "tensor/kernels.h"
#include "train/accord.h"

/* All words with what ends them. */
static enum status accord_on_args(const struct call *call,
                                  const char *const *args, struct err *e)
{
    const struct accord_fact fact = {.status = ERR_USAGE,
                                     .otherwise =
                                         "was given another command line than"};
    struct text line = {0};

    for (int64_t i = 0; args[i]; i++)
        text_add(&line, args[i], strlen(args[i]) + 1);
    enum status s =
        line.failed ? err_memory(e, "reading the command line") : OK;
    s = accord_status(call->exchange, s, e);
    if (s == OK)
        s = accord_on_text(call->exchange, fact, text_string(&line),
                           line.length, e);
    text_free(&line);
    return s;
}

enum { PROGRAM_BYTES = 1 << 28 };

/* Two builds may compute two results: the program's own bytes tell. */
static enum status accord_on_build(const struct call *call, struct err *e)
{
    const struct accord_fact fact = {.status = ERR_MEMORY,
                                     .otherwise = "runs another build than"};
    struct bytes program = {0};
    enum status s = file_read_all("/proc/self/exe", PROGRAM_BYTES, &program, e);

    s = accord_status(call->exchange, s, e);
    if (s == OK)
        s = accord_on_text(call->exchange, fact, (const char *)program.at,
                           program.length, e);
    mem_free(program.at);
    return s;
}

/* The lowest level of all, unless somebody has asked for one. */
static enum status accord_on_kernels(struct call *call, struct err *e)
{
    const struct exchange *x = call->exchange;
    const char *asked = getenv("CNNCTL_KERNELS");
    const enum cpu_level own = call->kernels->level;
    const int64_t least = x->ops->least(x, (int64_t)own);
    const int64_t first =
        x->ops->least(x, (int64_t)own == least ? x->number : x->processes);
    char name[ACCORD_NAME_BYTES];

    if (x->ops->least(x, -(int64_t)own) == -least)
        return OK;
    if (x->ops->least(x, asked && *asked ? 0 : 1) == 0)
        return accord_on(x,
                         &(struct accord_fact){
                             .status = ERR_MEMORY,
                             .otherwise = "computes by other kernels than",
                             .value = cpu_name(own),
                             .is_shown = true,
                         },
                         e);
    call->kernels = kernels_of((enum cpu_level)least);
    enum status s = call->kernels
                        ? OK
                        : err_add(e, ERR_MEMORY, NULL,
                                  "this processor has no %s, which is the best "
                                  "of another process's",
                                  cpu_name((enum cpu_level)least));
    accord_name(x, first, name);
    warn(call,
         "the processor of %s has nothing better than %s: all compute by "
         "it",
         name, cpu_name((enum cpu_level)least));
    return accord_status(x, s, e);
}

enum status together_line(const struct call *call, const char *const *args,
                          enum status own, struct err *e)
{
    const enum status s = accord_status(call->exchange, own, e);

    return s == OK && call->exchange->processes > 1
               ? accord_on_args(call, args, e)
               : s;
}

enum status together(struct call *call, enum status own, struct err *e)
{
    const struct exchange *x = call->exchange;

    if (x->processes == 1)
        return own;
    call->global.quiet = call->global.quiet || !exchange_leads(x);
    if (own == OK && !call->command->by_several)
        own = usage_error(e, call,
                          "runs as one process, not as %lld: fit, evaluate and "
                          "bench run as several",
                          (long long)x->processes);
    enum status s = accord_status(x, own, e);
    if (s == OK)
        s = accord_on_build(call, e);
    return s == OK ? accord_on_kernels(call, e) : s;
}

enum status together_words(const struct call *call, enum status own,
                           struct err *e)
{
    if (own != OK || call->exchange->processes == 1)
        return own;
    for (int64_t i = 0; i < call->word_count; i++)
        if (strcmp(call->words[i], "-") == 0)
            return usage_error(e, call,
                               "-: standard input is that of one process, and "
                               "%lld would read it",
                               (long long)call->exchange->processes);
    return OK;
}

enum status together_document(const struct call *call, enum status own,
                              struct bytes *document, struct err *e)
{
    const struct exchange *x = call->exchange;
    enum status s = own;

    if (x->processes == 1)
        return own;
    if (strcmp(call->words[0], "-") != 0)
        return accord_status(x, own, e);
    if (s == OK && exchange_leads(x))
        s = file_read_all("-", TREE_MAX_BYTES, document, e);
    return accord_bytes(x, s, document, e);
}

/*
 * Processes that run one command: what they must have in common.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/together.h"
#include "tensor/kernels.h"
#include "train/hall.h"

TestSuite(together, .timeout = 60);

enum { PROCESSES = 3 };

static const struct command several = {.name = "fit", .by_several = true};
static const struct command single = {.name = "info"};

/* What a process begins with, and where it comes to. */
struct member {
    const struct command *command;
    const char *args[3];
    enum status own; /* of reading the command line */
    enum cpu_level level;
    struct call call;
    enum status got;
    struct err e;
};

static struct member members[PROCESSES];

static void gather(void)
{
    unsetenv("CNNCTL_KERNELS");
    for (int i = 0; i < PROCESSES; i++)
        members[i] = (struct member){.command = &several,
                                     .args = {"fit", "c.yaml", NULL},
                                     .level = cpu_best()};
}

static void join(void *context, int64_t process, const struct exchange *x)
{
    struct progress progress = {0};
    struct member *m = &members[process];

    (void)context;
    m->call = (struct call){
        .command = m->command,
        .place = "cnnctl fit",
        .exchange = x,
        .kernels = kernels_of(m->level),
        .global = {.quiet = true},
        .progress = &progress,
    };
    m->got = together_line(&m->call, m->args, m->own, &m->e);
    if (m->got == OK)
        m->got = together(&m->call, OK, &m->e);
}

static void expect(enum status status, const char *part)
{
    hall_run(PROCESSES, 1, join, NULL);
    for (int i = 0; i < PROCESSES; i++) {
        cr_assert_eq(members[i].got, status, "process %d: %d %s", i,
                     (int)members[i].got, members[i].e.text);
        cr_assert(strstr(members[i].e.text, part), "process %d: %s", i,
                  members[i].e.text);
    }
}

Test(together, who_is_alike_goes_on, .init = gather)
{
    expect(OK, "");
    for (int i = 0; i < PROCESSES; i++)
        cr_assert_eq(members[i].call.kernels, kernels_best());
}

/* However words are divided, they are others. */
Test(together, a_word_is_another, .init = gather)
{
    members[2].args[0] = "fitc";
    members[2].args[1] = ".yaml";
    expect(ERR_USAGE, "was given another command line than rank 0");
}

Test(together, some_commands_run_alone, .init = gather)
{
    for (int i = 0; i < PROCESSES; i++)
        members[i].command = &single;
    expect(ERR_USAGE, "runs as one process, not as 3");
}

/* Whoever cannot read its line ends all. */
Test(together, a_line_that_cannot_be_read_is_everybodys, .init = gather)
{
    members[1].own = err_add(&members[1].e, ERR_USAGE, NULL, "no such option");
    expect(ERR_USAGE, "no such option");
}

/* The processor of one is older: all compute as it does. */
Test(together, the_oldest_processor_decides, .init = gather)
{
    members[1].level = CPU_PORTABLE;
    expect(OK, "");
    for (int i = 0; i < PROCESSES; i++)
        cr_assert_eq(members[i].call.kernels, kernels_of(CPU_PORTABLE));
}

/* Whoever asks for kernels gets them, or nothing. */
Test(together, kernels_that_are_asked_for_stay, .init = gather)
{
    if (cpu_best() == CPU_PORTABLE)
        cr_skip_test("there is one level alone");
    members[1].level = CPU_PORTABLE;
    setenv("CNNCTL_KERNELS", cpu_name(cpu_best()), 1);
    expect(ERR_MEMORY, "computes by other kernels than rank 0");
}

/*
 * main.c - run a command, print its errors once, exit.  The only exit point.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "cli/run.h"
#include "command/registry.h"
#include "train/accord.h"

/* Whoever closed the pipe has no use for a message about it. */
static void print_errors(const struct err *e, enum status s)
{
    if (s == ERR_PIPE)
        return;
    fputs(e->text, stderr);
    if (e->unsaid > 0)
        fprintf(stderr, "cnnctl: error: and %lld more errors like these\n",
                (long long)e->unsaid);
}

int main(int argc, char **argv)
{
    static struct err e; /* a small stack has no room for it */
    const struct exchange x = exchange_begin(&argc, &argv);

    interrupt_begin();
    e.source_lines = exchange_leads(&x) && isatty(STDERR_FILENO) == 1;
    enum status s = cli_run(
        &cnnctl, (const char *const *)argv + (argc > 0 ? 1 : 0), &x, &e);
    s = accord_status(&x, s, &e);
    if (exchange_leads(&x))
        print_errors(&e, s);
    exchange_end();
    return (int)s;
}

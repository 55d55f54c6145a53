/*
 * main.c - run a command, print its errors once, exit.  The only exit point.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "cli/run.h"
#include "command/registry.h"

int main(int argc, char **argv)
{
    static struct err e; /* a small stack has no room for it */

    interrupt_begin();
    e.source_lines = isatty(STDERR_FILENO) == 1;
    const enum status s =
        cli_run(&cnnctl, (const char *const *)argv + (argc > 0 ? 1 : 0), &e);
    /* Whoever closed the pipe has no use for a message about it. */
    if (s != ERR_PIPE)
        fputs(e.text, stderr);
    if (s != ERR_PIPE && e.unsaid > 0)
        fprintf(stderr, "cnnctl: error: and %lld more errors like these\n",
                (long long)e.unsaid);
    return (int)s;
}

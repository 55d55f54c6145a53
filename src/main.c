/*
 * main.c - run a command, print its errors once, exit.  The only exit point.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cmd.h"

/* A descriptor 0..2 that the caller left closed must not become a file that we
 * open: what is printed would go into it.  In its place stands one that fails
 * as a closed one does. */
static void occupy_closed_descriptors(void)
{
    static const int useless_mode[] = {O_WRONLY, O_RDONLY, O_RDONLY};

    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1)
            (void)!open("/dev/null", useless_mode[fd]);
}

int main(int argc, char **argv)
{
    struct err e = {0};

    occupy_closed_descriptors();
    /* A vanished reader becomes EPIPE, which is reported like any failure. */
    signal(SIGPIPE, SIG_IGN);
    e.source_lines = isatty(STDERR_FILENO) == 1;
    const enum status s =
        cli_run((const char *const *)argv + (argc > 0 ? 1 : 0), &e);
    if (s != ERR_PIPE)
        fputs(e.text, stderr);
    return (int)s;
}

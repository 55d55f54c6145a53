/*
 * interrupt.c - handlers that set flags.
 */
#include "base/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t ended_by;
static volatile sig_atomic_t save_wanted;

static void note_end(int number)
{
    ended_by = number;
}

static void note_save(int number)
{
    (void)number;
    save_wanted = 1;
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

/* A handler that resets itself leaves the second signal its usual effect.  A
 * signal that the parent had ignored (nohup) stays ignored. */
static void handle_end(int number)
{
    struct sigaction before;

    if (sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return;
    handle(number, note_end, (int)(SA_RESETHAND | SA_RESTART));
}

void interrupt_watch(void)
{
    handle_end(SIGINT);
    handle_end(SIGTERM);
    handle_end(SIGHUP);
    handle(SIGUSR1, note_save, SA_RESTART);
}

enum status interrupt_pending(void)
{
    switch (ended_by) {
    case SIGINT:
        return ERR_INTERRUPT;
    case SIGTERM:
        return ERR_TERMINATED;
    case SIGHUP:
        return ERR_HANGUP;
    default:
        return OK;
    }
}

bool interrupt_save_wanted(void)
{
    const bool wanted = save_wanted != 0;

    save_wanted = 0;
    return wanted;
}

void interrupt_ignore_pipe(void)
{
    handle(SIGPIPE, SIG_IGN, 0);
}

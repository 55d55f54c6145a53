/*
 * interrupt.c - handlers that set flags.
 */
#include "base/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t ended_by;
static volatile sig_atomic_t save_wanted;

/* One handler runs to its end before the next signal is delivered. */
static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    sigfillset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void note_end(int number);

/* A signal that is not noted, such as one the parent ignored, stays so. */
static void stop_noting(int number)
{
    struct sigaction now;

    if (sigaction(number, NULL, &now) == 0 && now.sa_handler == note_end)
        handle(number, SIG_DFL, 0);
}

/* Whichever of them comes second has its usual effect. */
static void note_end(int number)
{
    ended_by = number;
    stop_noting(SIGINT);
    stop_noting(SIGTERM);
    stop_noting(SIGHUP);
}

static void note_save(int number)
{
    (void)number;
    save_wanted = 1;
}

/* nohup's doing; SIGINT on the other hand is ignored in everything that a
 * script starts in the background, and still means it. */
static bool is_ignored(int number)
{
    struct sigaction now;

    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

void interrupt_watch(void)
{
    handle(SIGINT, note_end, SA_RESTART);
    handle(SIGTERM, note_end, SA_RESTART);
    if (!is_ignored(SIGHUP))
        handle(SIGHUP, note_end, SA_RESTART);
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

void interrupt_ignore_writes(void)
{
    handle(SIGPIPE, SIG_IGN, 0);
    handle(SIGXFSZ, SIG_IGN, 0);
}

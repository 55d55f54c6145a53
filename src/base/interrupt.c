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

static const struct {
    int number;
    enum status status;
} ends[] = {
    {SIGINT, ERR_INTERRUPT}, {SIGTERM, ERR_TERMINATED}, {SIGHUP, ERR_HANGUP}};

/* Whichever of them comes second has its usual effect; one that is not noted,
 * such as one the parent ignored, stays so. */
static void note_end(int number)
{
    struct sigaction now;

    ended_by = number;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (sigaction(ends[i].number, NULL, &now) == 0 &&
            now.sa_handler == note_end)
            handle(ends[i].number, SIG_DFL, 0);
}

static void note_save(int number)
{
    (void)number;
    save_wanted = 1;
}

void interrupt_watch(void)
{
    struct sigaction now;

    /* An ignored SIGHUP is nohup's doing; SIGINT on the other hand is ignored
     * in everything that a script starts in the background, and means it. */
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (ends[i].number != SIGHUP || sigaction(SIGHUP, NULL, &now) != 0 ||
            now.sa_handler != SIG_IGN)
            handle(ends[i].number, note_end, SA_RESTART);
    handle(SIGUSR1, note_save, SA_RESTART);
}

enum status interrupt_pending(void)
{
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (ended_by == ends[i].number)
            return ends[i].status;
    return OK;
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

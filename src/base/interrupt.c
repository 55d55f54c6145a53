/*
 * interrupt.c - handlers that set flags.
 */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* The signals that end a run in order.  The kernel repeats SIGXCPU every second
 * from the soft limit on, so its second one is no sign of impatience. */
static const struct {
    int number;
    enum status status;
} ends[] = {
    {SIGINT, ERR_INTERRUPT},
    {SIGTERM, ERR_TERMINATED},
    {SIGHUP, ERR_HANGUP},
    {SIGXCPU, ERR_CPU_LIMIT},
};

static volatile sig_atomic_t ended_by; /* 0: none, else 1 + its row */
static volatile sig_atomic_t save_wanted;

/* One handler runs to its end before the next signal is delivered. */
static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    sigfillset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static bool is_handled_by(int number, void (*handler)(int))
{
    struct sigaction now;

    return sigaction(number, NULL, &now) == 0 && now.sa_handler == handler;
}

/* Whichever of them comes second has its usual effect; one that is not noted,
 * such as one the parent ignored, stays so. */
static void note_end(int number)
{
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        if (ends[i].number == number)
            ended_by = (int)i + 1;
        if (ends[i].number != SIGXCPU &&
            is_handled_by(ends[i].number, note_end))
            handle(ends[i].number, SIG_DFL, 0);
    }
}

static void note_save(int number)
{
    (void)number;
    save_wanted = 1;
}

/* SIGHUP may be ignored by nohup's doing; SIGINT is in everything that a script
 * starts in the background, and still means it. */
void interrupt_watch(void)
{
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (ends[i].number != SIGHUP || !is_handled_by(SIGHUP, SIG_IGN))
            handle(ends[i].number, note_end, SA_RESTART);
}

enum status interrupt_pending(void)
{
    return ended_by ? ends[ended_by - 1].status : OK;
}

enum status interrupt_unwritten(struct err *e)
{
    const enum status s = interrupt_pending();

    return s == OK
               ? OK
               : err_add(e, s, NULL, "%s, nothing was written", status_text(s));
}

bool interrupt_save_wanted(void)
{
    const bool wanted = save_wanted != 0;

    save_wanted = 0;
    return wanted;
}

void interrupt_begin(void)
{
    handle(SIGPIPE, SIG_IGN, 0);
    handle(SIGXFSZ, SIG_IGN, 0);
    handle(SIGUSR1, note_save, SA_RESTART);
    /* Where the parent ignored it, no program of ours could be waited for. */
    handle(SIGCHLD, SIG_DFL, 0);
}

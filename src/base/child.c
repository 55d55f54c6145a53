/*
 * child.c - another program, run to its end.
 */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

/* What is to happen before the program begins. */
struct plan {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
};

/* The signals that this program ignores are its own affair. */
static int plan_child(struct plan *p, int out)
{
    sigset_t usual;

    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    int why = posix_spawn_file_actions_addopen(&p->files, STDIN_FILENO,
                                               "/dev/null", O_RDONLY, 0);
    for (int fd = STDOUT_FILENO; why == 0 && fd <= STDERR_FILENO; fd++)
        why = posix_spawn_file_actions_adddup2(&p->files, out, fd);
    if (why == 0)
        why = posix_spawnattr_setsigdefault(&p->attributes, &usual);
    if (why == 0)
        why = posix_spawnattr_setflags(&p->attributes, POSIX_SPAWN_SETSIGDEF);
    return why;
}

/* 0, or why not. */
static int start(const char *const *words, int out, pid_t *pid)
{
    /* posix_spawn takes words that it does not change. */
    union {
        const char *const *given;
        char *const *taken;
    } list = {words};
    struct plan p;

    int why = posix_spawn_file_actions_init(&p.files);
    if (why != 0)
        return why;
    why = posix_spawnattr_init(&p.attributes);
    if (why == 0) {
        why = plan_child(&p, out);
        if (why == 0)
            why = posix_spawnp(pid, words[0], &p.files, &p.attributes,
                               list.taken, environ);
        posix_spawnattr_destroy(&p.attributes);
    }
    posix_spawn_file_actions_destroy(&p.files);
    return why;
}

/* All of it, so that the child never waits; what is over the limit goes. */
static void listen(int fd, struct text *said)
{
    char buffer[1024];

    for (;;) {
        const ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && fd_may_retry(fd, 0, errno))
            continue;
        if (got <= 0)
            return;
        const size_t room = CHILD_SAID_BYTES - said->length;
        text_add(said, buffer, (size_t)got < room ? (size_t)got : room);
    }
}

static int wait_for(pid_t pid)
{
    int ended = 0;

    while (waitpid(pid, &ended, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFSIGNALED(ended) ? 128 + WTERMSIG(ended) : WEXITSTATUS(ended);
}

enum status child_run(const char *const *words, struct child *out,
                      struct err *e)
{
    int ends[2];
    pid_t pid;

    *out = (struct child){0};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_memory(e, "starting a program");
    const int why = out->why = start(words, ends[1], &pid);
    close(ends[1]);
    if (why == 0) {
        listen(ends[0], &out->said);
        out->code = wait_for(pid);
    }
    close(ends[0]);
    if (err_is_memory(why) || why == EAGAIN || out->said.failed)
        return err_memory(e, "starting a program");
    return OK;
}

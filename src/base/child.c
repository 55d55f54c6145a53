/*
 * child.c - our ends of a program's three pipes.
 *
 * Reads while it writes, so that neither side waits for the other for ever.
 */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fd.h"

enum { PIECE_BYTES = 16384, MOST_COMPLAINT = 300 };

/* The streams of the program, as it numbers them. */
enum { TO, FROM, COMPLAINTS, STREAMS };

struct running {
    int here[STREAMS], there[STREAMS]; /* -1: closed */
    pid_t process;
};

/* What is run. */
struct program {
    const char *const *args, *const *settings; /* as in struct filter */
};

/* Lists of words as posix_spawnp takes them, which it does not write to. */
union words {
    const char *const *given;
    char *const *wanted;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Above the standard streams, whichever of those are closed. */
static bool move_up(int *fd)
{
    if (*fd >= FD_FIRST)
        return true;
    const int up = fcntl(*fd, F_DUPFD_CLOEXEC, FD_FIRST);
    const int why = errno;

    close(*fd);
    *fd = up;
    errno = why;
    return up >= 0;
}

/* Our end does not wait: poll(2) does. */
static bool open_stream(struct running *r, int which)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    r->here[which] = ends[which == TO ? 1 : 0];
    r->there[which] = ends[which == TO ? 0 : 1];
    return move_up(&r->here[which]) && move_up(&r->there[which]) &&
           fcntl(r->here[which], F_SETFL, O_NONBLOCK) == 0;
}

/* The signals that this program takes for errors of write(2) are for the other
 * one what they usually are. */
static int set_signals(posix_spawnattr_t *as)
{
    sigset_t usual;

    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    sigaddset(&usual, SIGUSR1);
    const int why = posix_spawnattr_setsigdefault(as, &usual);
    return why != 0 ? why : posix_spawnattr_setflags(as, POSIX_SPAWN_SETSIGDEF);
}

/* Is the variable of `setting`, NAME=VALUE, among `settings`? */
static bool is_set(const char *setting, const char *const *settings)
{
    const size_t length = strcspn(setting, "=") + 1;

    for (size_t i = 0; settings[i]; i++)
        if (strncmp(setting, settings[i], length) == 0)
            return true;
    return false;
}

/* `settings`, and the variables of this program that are not among them; to be
 * given back with mem_free.  NULL: memory is short. */
static const char **settle(const char *const *settings)
{
    size_t count = 0, n = 0;

    for (size_t i = 0; settings[i]; i++)
        count++;
    for (size_t i = 0; environ[i]; i++)
        count++;
    const char **all = mem_take(count + 1, sizeof *all);
    for (size_t i = 0; all && settings[i]; i++)
        all[n++] = settings[i];
    for (size_t i = 0; all && environ[i]; i++)
        if (!is_set(environ[i], settings))
            all[n++] = environ[i];
    return all;
}

static int spawn_with(struct running *r, const struct program *p,
                      posix_spawn_file_actions_t *to, posix_spawnattr_t *as)
{
    const union words words = {p->args};
    const char **all = p->settings ? settle(p->settings) : NULL;
    const union words variables = {all};
    int why = p->settings && !all ? ENOMEM : set_signals(as);

    for (int i = 0; why == 0 && i < STREAMS; i++)
        why = posix_spawn_file_actions_adddup2(to, r->there[i], i);
    if (why == 0)
        why = posix_spawnp(&r->process, p->args[0], to, as, words.wanted,
                           all ? variables.wanted : environ);
    mem_free(all);
    return why;
}

/* 0 or errno. */
static int start(struct running *r, const struct program *p)
{
    posix_spawn_file_actions_t to;
    posix_spawnattr_t as;

    for (int i = 0; i < STREAMS; i++)
        if (!open_stream(r, i))
            return errno;
    int why = posix_spawn_file_actions_init(&to);
    if (why != 0)
        return why;
    why = posix_spawnattr_init(&as);
    if (why == 0) {
        why = spawn_with(r, p, &to, &as);
        posix_spawnattr_destroy(&as);
    }
    posix_spawn_file_actions_destroy(&to);
    for (int i = 0; i < STREAMS; i++)
        close_end(&r->there[i]);
    return why;
}

/* Is that error of read(2), write(2) or poll(2) none?  Later they may do it. */
static bool is_for_later(void)
{
    return errno == EAGAIN || errno == EINTR;
}

/* The program need not read all of it. */
static void give(struct running *r, const char **input, size_t *length,
                 struct child *c)
{
    const ssize_t n =
        *length > 0 ? write(r->here[TO], *input, *length) : (ssize_t)0;

    if (n < 0 && is_for_later())
        return;
    if (n < 0 && errno != EPIPE)
        c->broken = errno;
    if (n > 0) {
        *input += n;
        *length -= (size_t)n;
    }
    if (n < 0 || *length == 0)
        close_end(&r->here[TO]);
}

/* All is read, so that it never waits; what is over the limit goes. */
static void take(struct running *r, int which, struct text *into, size_t limit,
                 struct child *c)
{
    char piece[PIECE_BYTES];
    const ssize_t n = read(r->here[which], piece, sizeof piece);

    if (n < 0 && is_for_later())
        return;
    if (n < 0)
        c->broken = errno;
    const size_t got = n > 0 ? (size_t)n : 0, room = limit - into->length;
    text_add(into, piece, got < room ? got : room);
    if (n <= 0 || into->failed)
        close_end(&r->here[which]);
}

/* Until it has closed both streams that it writes to. */
static void pump(struct running *r, const char *input, size_t length,
                 struct child *c)
{
    while (c->broken == 0 && (r->here[FROM] >= 0 || r->here[COMPLAINTS] >= 0)) {
        struct pollfd p[STREAMS];
        for (int i = 0; i < STREAMS; i++)
            p[i] = (struct pollfd){.fd = r->here[i],
                                   .events = i == TO ? POLLOUT : POLLIN};
        if (poll(p, STREAMS, -1) < 0) {
            c->broken = is_for_later() ? 0 : errno;
            continue;
        }
        if (p[TO].revents != 0)
            give(r, &input, &length, c);
        if (p[FROM].revents != 0)
            take(r, FROM, &c->out, SIZE_MAX, c);
        if (p[COMPLAINTS].revents != 0)
            take(r, COMPLAINTS, &c->said, CHILD_SAID_BYTES, c);
    }
}

static void close_all(struct running *r)
{
    for (int i = 0; i < STREAMS; i++) {
        close_end(&r->here[i]);
        close_end(&r->there[i]);
    }
}

static int wait_for(pid_t process)
{
    int how = 0;

    while (waitpid(process, &how, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
}

static enum status run(const struct program *p, const char *input,
                       size_t length, struct child *out, struct err *e)
{
    struct running r = {{-1, -1, -1}, {-1, -1, -1}, 0};

    *out = (struct child){0};
    out->why = start(&r, p);
    if (out->why == 0)
        pump(&r, input, length, out);
    close_all(&r);
    if (out->why == 0)
        out->code = wait_for(r.process);
    if (err_is_memory(out->why) || out->why == EAGAIN || out->out.failed ||
        out->said.failed || err_is_memory(out->broken))
        return err_memory(e, "running another program");
    return out->broken == 0 ? OK
                            : err_add(e, ERR_IO, NULL, "talking with %s: %s",
                                      p->args[0], strerror(out->broken));
}

enum status child_run(const char *const *args, const char *input, size_t length,
                      struct child *out, struct err *e)
{
    const struct program p = {args, NULL};

    return run(&p, input, length, out, e);
}

void child_free(struct child *c)
{
    text_free(&c->out);
    text_free(&c->said);
}

static enum status refuse(const struct filter *f, int why, struct err *e)
{
    return why == ENOENT
               ? err_add(e, ERR_MEMORY, NULL,
                         "the program %s is not installed; Debian's package "
                         "is %s",
                         f->args[0], f->package)
               : err_add(e, ERR_MEMORY, NULL, "cannot run %s: %s", f->args[0],
                         strerror(why));
}

static enum status complain(const struct filter *f, const struct text *said,
                            struct err *e)
{
    const char *words = text_string(said);
    const size_t length = strcspn(words, "\n");

    return err_add(e, ERR_MEMORY, NULL, "%s fails%s%.*s", f->args[0],
                   length > 0 ? ": " : "",
                   (int)(length < MOST_COMPLAINT ? length : MOST_COMPLAINT),
                   words);
}

enum status filter_run(const struct filter *f, const char *input, size_t length,
                       struct text *out, struct err *e)
{
    struct child c;
    const struct program p = {f->args, f->settings};
    enum status s = run(&p, input, length, &c, e);

    if (s == OK && c.why != 0)
        s = refuse(f, c.why, e);
    else if (s == OK && c.code != 0)
        s = complain(f, &c.said, e);
    text_add(out, text_string(&c.out), c.out.length);
    child_free(&c);
    return s == OK && out->failed
               ? err_memory(e, "reading what another program prints")
               : s;
}

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

#include "base/fd.h"

enum { PIECE_BYTES = 16384, MOST_COMPLAINT = 300 };

/* The streams of the program, as it numbers them. */
enum { TO, FROM, COMPLAINTS, STREAMS };

struct running {
    int here[STREAMS], there[STREAMS]; /* -1: closed */
    pid_t process;
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

static int spawn_with(struct running *r, const char *const *args,
                      posix_spawn_file_actions_t *to, posix_spawnattr_t *as)
{
    union {
        const char *const *given;
        char *const *wanted; /* which posix_spawnp does not write to */
    } words = {args};
    int why = set_signals(as);

    for (int i = 0; why == 0 && i < STREAMS; i++)
        why = posix_spawn_file_actions_adddup2(to, r->there[i], i);
    return why != 0 ? why
                    : posix_spawnp(&r->process, args[0], to, as, words.wanted,
                                   environ);
}

/* 0 or errno. */
static int start(struct running *r, const char *const *args)
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
        why = spawn_with(r, args, &to, &as);
        posix_spawnattr_destroy(&as);
    }
    posix_spawn_file_actions_destroy(&to);
    for (int i = 0; i < STREAMS; i++)
        close_end(&r->there[i]);
    return why;
}

/* What may be tried again later is no failure. */
static bool give(struct running *r, const char **input, size_t *length)
{
    const ssize_t n =
        *length > 0 ? write(r->here[TO], *input, *length) : (ssize_t)0;

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    *input += n;
    *length -= (size_t)n;
    return *length > 0;
}

/* All is read, so that it never waits; what is over the limit goes. */
static bool take(int fd, struct text *into, size_t limit)
{
    char piece[PIECE_BYTES];
    const ssize_t n = read(fd, piece, sizeof piece);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    const size_t room = limit - into->length;
    text_add(into, piece, (size_t)n < room ? (size_t)n : room);
    return n > 0 && !into->failed;
}

/* Until it has closed both streams that it writes to. */
static void pump(struct running *r, const char *input, size_t length,
                 struct child *c)
{
    while (r->here[FROM] >= 0 || r->here[COMPLAINTS] >= 0) {
        struct pollfd p[STREAMS];
        for (int i = 0; i < STREAMS; i++)
            p[i] = (struct pollfd){.fd = r->here[i],
                                   .events = i == TO ? POLLOUT : POLLIN};
        if (poll(p, STREAMS, -1) < 0 && errno != EINTR)
            return;
        if (p[TO].revents != 0 && !give(r, &input, &length))
            close_end(&r->here[TO]);
        if (p[FROM].revents != 0 && !take(r->here[FROM], &c->out, SIZE_MAX))
            close_end(&r->here[FROM]);
        if (p[COMPLAINTS].revents != 0 &&
            !take(r->here[COMPLAINTS], &c->said, CHILD_SAID_BYTES))
            close_end(&r->here[COMPLAINTS]);
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

enum status child_run(const char *const *args, const char *input, size_t length,
                      struct child *out, struct err *e)
{
    struct running r = {{-1, -1, -1}, {-1, -1, -1}, 0};

    *out = (struct child){0};
    out->why = start(&r, args);
    if (out->why == 0)
        pump(&r, input, length, out);
    close_all(&r);
    if (out->why == 0)
        out->code = wait_for(r.process);
    if (err_is_memory(out->why) || out->why == EAGAIN || out->out.failed ||
        out->said.failed)
        return err_memory(e, "running another program");
    return OK;
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
    enum status s = child_run(f->args, input, length, &c, e);

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

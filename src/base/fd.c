/*
 * fd.c - opening descriptors safely.
 */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

int fd_open(const char *path, int flags, mode_t mode)
{
    int fd;

    do {
        fd = open(path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0 || fd >= FD_FIRST)
        return fd;
    const int apart = fcntl(fd, F_DUPFD_CLOEXEC, FD_FIRST);
    const int why = errno;
    close(fd);
    errno = why;
    return apart;
}

bool fd_may_retry(int fd, short events, int why)
{
    struct pollfd p = {.fd = fd, .events = events};

    if (why == EINTR)
        return true;
    if (why != EAGAIN && why != EWOULDBLOCK)
        return false;
    return poll(&p, 1, -1) >= 0 || errno == EINTR;
}

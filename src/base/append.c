/*
 * append.c - opens with O_APPEND, so that every line lands whole at the end.
 */
#include "base/append.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"

enum status append_open(const char *path, bool keep, int *fd, struct err *e)
{
    *fd = fd_open(path, O_WRONLY | O_APPEND | O_CREAT | (keep ? 0 : O_TRUNC),
                  0666);
    if (*fd >= 0)
        return OK;
    const int why = errno;
    return err_add(e, fd_creation_status(why), path, "cannot create: %s",
                   strerror(why));
}

void append_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

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
    *fd = fd_open(path, O_WRONLY | O_APPEND | O_CREAT | (keep ? 0 : O_TRUNC));
    if (*fd >= 0)
        return OK;
    return err_add(e, ERR_CANTCREATE, path, "cannot be written: %s",
                   strerror(errno));
}

void append_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/*
 * part.c - a part of a file as it is read.
 */
#include "codec/part.h"

#include "base/file.h"
#include "codec/digest.h"

enum status part_fill(struct part_rest *r, int fd, const char *name,
                      struct piece *to, struct err *e)
{
    struct stream_part *p = &r->of;

    if (p->length < (int64_t)to->length)
        to->length = (size_t)p->length;
    const enum status s = file_read_at(fd, name, to->at, to->length, p->at, e);
    p->at += (int64_t)to->length;
    p->length -= (int64_t)to->length;
    return s;
}

enum status part_check(struct part_rest *r, const char *name,
                       const void *content, size_t length, struct err *e)
{
    struct stream_part *p = &r->of;

    p->size -= (int64_t)length;
    r->crc = crc32_more(r->crc, content, length);
    if (p->size < 0 || (length == 0 && p->size > 0))
        return err_add(e, ERR_DATA, name,
                       "has %s bytes than the archive's directory says",
                       p->size < 0 ? "more" : "fewer");
    if (length == 0 && r->crc != p->crc)
        return err_add(e, ERR_DATA, name,
                       "is damaged: its checksum is %08x, the archive's "
                       "directory says %08x",
                       (unsigned)r->crc, (unsigned)p->crc);
    return OK;
}

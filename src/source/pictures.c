/*
 * pictures.c - files of images, each the pixels of a sample.
 */
#include "source/pictures.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"

enum status pictures_open(struct pictures *p, const struct source_request *q,
                          const char *first, struct err *e)
{
    p->rule = q->images ? *q->images : (struct image_rule){0};
    p->shape = (struct shape){0};
    if (p->rule.channels == 0 || p->rule.height == 0)
        return image_read(first, &p->rule, NULL, &p->shape, e);
    p->shape = SHAPE(p->rule.channels, p->rule.height, p->rule.width);
    return OK;
}

enum status pictures_read(const struct pictures *p, const char *path,
                          unsigned char *pixels, struct err *e)
{
    struct shape shape = p->shape;

    return image_read(path, &p->rule, pixels, &shape, e);
}

bool picture_named(const char *path)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".pgm",
                                          ".ppm", ".pnm", ".pbm"};
    const char *dot = strrchr(file_base(path), '.');

    for (size_t i = 0; dot && i < ARRAY_LEN(endings); i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

enum status picture_check(const char *path, struct err *e)
{
    enum { HEAD_BYTES = 16 };
    struct bytes head = {0};
    int fd;
    enum status s = file_open(path, &fd, e);

    if (s != OK)
        return s;
    s = file_read_up_to(fd, path, HEAD_BYTES, &head, e);
    const bool is = s == OK && image_knows(head.at, head.length);
    close(fd);
    mem_free(head.at);
    return s != OK || is
               ? s
               : err_add(e, ERR_DATA, path,
                         "is no image; expected PNG, JPEG or PNM (what begins "
                         "with a dot is passed over)");
}

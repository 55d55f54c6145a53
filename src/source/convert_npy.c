/*
 * convert_npy.c - samples as arrays of NumPy.
 */
#include "source/convert_npy.h"

#include "base/num.h"
#include "codec/npy.h"
#include "data/pixels.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4,
               "numbers are written as they lie in memory");

static void put_header(struct text *out, const char *descr, int64_t count,
                       struct shape shape)
{
    char header[NPY_HEADER_BYTES];

    npy_write(header, descr, count, shape.dim, shape.axes);
    text_add(out, header, sizeof header);
}

static void put_rows(void *context, const struct pixel_rows *rows)
{
    const size_t bytes = (size_t)rows->size * pixel_bytes(rows->pixel);

    for (int64_t i = 0; i < rows->count; i++)
        text_add(context,
                 (const char *)rows->pixels + (size_t)rows->at[i] * bytes,
                 bytes);
}

static enum status put_classes(struct text *out, const struct subset *from,
                               const char *name, struct err *e)
{
    const struct dataset *d = from->set;
    bool bytes = true;

    for (int64_t k = 0; k < d->target.width; k++) {
        int64_t value;
        if (!num_parse_int(d->target.names[k], &value))
            return err_add(e, ERR_DATA, name,
                           "label '%s' is not a 64-bit integer, an array of "
                           "labels holds no others; CSV does",
                           d->target.names[k]);
        bytes = bytes && value >= 0 && value <= 255;
    }
    put_header(out, bytes ? "|u1" : "<i8", from->count, (struct shape){0});
    for (int64_t i = 0; i < from->count; i++) {
        int64_t value = 0;
        if (!num_parse_int(d->target.names[d->labels[from->ids[i]]], &value))
            continue; /* checked above */
        const char byte = (char)value;
        text_add(out, bytes ? &byte : (const char *)&value,
                 bytes ? 1 : sizeof value);
    }
    return OK;
}

static void put_numbers(struct text *out, const struct subset *from)
{
    const struct dataset *d = from->set;
    const int64_t width = d->target.width;
    const bool labels = dataset_has_labels(d);

    put_header(out, labels ? "|u1" : "<f4", from->count,
               width > 1 || labels ? SHAPE(width) : (struct shape){0});
    for (int64_t i = 0; i < from->count; i++) {
        const float *at = d->targets + from->ids[i] * width;
        for (int64_t k = 0; labels && k < width; k++)
            text_add(out, &(char){(char)(at[k] > 0)}, 1);
        if (!labels)
            text_add(out, (const char *)at, (size_t)width * sizeof *at);
    }
}

enum status convert_print_npy(struct text *samples, struct text *answers,
                              const struct subset *from, const char *name,
                              struct err *e)
{
    const struct dataset *d = from->set;
    const struct shape s = d->shape;
    const bool grey = s.axes == 3 && s.dim[0] == 1;

    put_header(samples, d->pixel == PIXEL_U8 ? "|u1" : "<f4", from->count,
               grey ? SHAPE(s.dim[1], s.dim[2]) : s);
    const enum status status = pixels_walk(from, put_rows, samples, e);
    if (status != OK || (!d->labels && !d->targets))
        return status;
    if (d->labels)
        return put_classes(answers, from, name, e);
    put_numbers(answers, from);
    return OK;
}

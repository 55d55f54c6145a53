/*
 * arrays_place.c - samples that stay in their file until they are needed.
 */
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "data/pixels.h"
#include "source/arrays.h"

/* Numbers that are converted at a time, and the most bytes of one. */
enum { PIECE = BUFFER_BYTES(16 * 1024) / 8, WIDEST = 8 };

enum status arrays_choose_place(struct source_reader *r,
                                const struct source_request *q, struct err *e)
{
    struct arrays *p = r->state;
    const struct array *a = &p->samples;
    const struct element *element = &a->is.element;
    const int64_t all = a->is.dim[0] * (int64_t)a->bytes;
    const size_t pixel =
        pixel_bytes(element_is_byte(element) ? PIXEL_U8 : PIXEL_F32);
    /* What is missing is known once all numbers have been read, and filled in
     * memory. */
    const bool may_miss = q->holes && element->kind == ELEMENT_REAL;

    if (!may_miss && source_leaves(q, a->is.dim[0], p->size * (int64_t)pixel))
        p->place = stream_in_place(a->in.stream);
    r->streams = p->place < 0;
    p->blind = q->blind || !r->streams;
    if (r->streams)
        return OK;
    const int64_t length = file_length(p->place);
    const int64_t there = length - a->header;
    return length < 0    ? input_unmeasured(&a->in, e)
           : there < all ? arrays_short(a, there, e)
           : there > all ? arrays_long(a, e)
                         : OK;
}

/* Numbers from `first` of all on, at most PIECE, as pixels. */
static enum status read_piece(const struct arrays *p, int64_t first,
                              int64_t count, void *to, struct err *e)
{
    const struct array *a = &p->samples;
    const struct element *element = &a->is.element;
    const bool is_byte = element_is_byte(element);
    unsigned char bytes[PIECE * WIDEST];

    const enum status s =
        file_read_at(p->place, input_name(&a->in), is_byte ? to : bytes,
                     (size_t)count * element->size,
                     a->header + first * (int64_t)element->size, e);
    if (s != OK)
        return s;
    if (!is_byte)
        element_floats(element, bytes, count, to);
    return arrays_check_numbers(p, first, to, count, e);
}

/* A sample of [H, W, C], from number `first` of all on, as [C, H, W]. */
static enum status read_ordered(const struct arrays *p, struct shape shape,
                                int64_t first, void *pixels, struct err *e)
{
    const int64_t channels = shape.dim[0];
    const int64_t plane = shape.dim[1] * shape.dim[2];
    const bool is_byte = element_is_byte(&p->samples.is.element);
    union {
        unsigned char bytes[PIECE];
        float reals[PIECE];
    } from;
    enum status s = OK;

    for (int64_t i = 0, at = 0; s == OK && i < p->size; i += PIECE) {
        const int64_t count = num_min(PIECE, p->size - i);
        s = read_piece(p, first + i, count, &from, e);
        for (int64_t k = 0; s == OK && k < count; k++) {
            if (is_byte)
                ((unsigned char *)pixels)[at] = from.bytes[k];
            else
                ((float *)pixels)[at] = from.reals[k];
            at += plane;
            at -= at >= channels * plane ? channels * plane - 1 : 0;
        }
    }
    return s;
}

enum status arrays_fetch_run(const struct source_reader *r, int64_t index,
                             int64_t count, void *pixels, struct err *e)
{
    const struct arrays *p = r->state;
    const bool is_byte = element_is_byte(&p->samples.is.element);
    const bool last = strcmp(p->config.layout, "last") == 0;
    const size_t pixel = pixel_bytes(is_byte ? PIXEL_U8 : PIXEL_F32);
    const int64_t first = index * p->size, all = count * p->size;
    const int64_t step = last                                ? p->size
                         : is_byte && !p->samples.is.is_bool ? all
                                                             : PIECE;
    unsigned char *to = pixels;
    enum status s = OK;

    for (int64_t i = 0; s == OK && i < all; i += step) {
        void *at = to + (size_t)i * pixel;
        s = last ? read_ordered(p, r->shape, first + i, at, e)
                 : read_piece(p, first + i, num_min(step, all - i), at, e);
    }
    return s;
}

enum status arrays_fetch(const struct source_reader *r, int64_t index,
                         void *pixels, struct err *e)
{
    return arrays_fetch_run(r, index, 1, pixels, e);
}

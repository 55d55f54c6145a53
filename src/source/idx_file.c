/*
 * idx_file.c - header and elements of an IDX file.
 */
#include "source/idx_file.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "data/pixels.h"

enum {
    PIECE_BYTES = BUFFER_BYTES(16 * 1024), /* converted at a time */
    OTHERS_BYTES = 8                       /* that tell other kinds */
};

static uint32_t read_u32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           (uint32_t)p[3];
}

static const struct idx_element elements[] = {
    {IDX_U8, 1, false, false}, {0x09, 1, true, false},   {0x0b, 2, true, false},
    {IDX_I32, 4, true, false}, {IDX_F32, 4, true, true}, {0x0e, 8, true, true},
};

double idx_value(const struct idx_element *t, const unsigned char *p)
{
    const uint32_t first = t->size < 4 ? 0 : read_u32(p);
    float single;
    double value;

    if (t->size == 8) {
        const uint64_t bits = (uint64_t)first << 32 | read_u32(p + 4);
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    if (t->real) {
        memcpy(&single, &first, sizeof single);
        return (double)single;
    }
    if (t->size == 4)
        return (int32_t)first;
    if (t->size == 2)
        return (int16_t)(uint16_t)(p[0] << 8 | p[1]);
    return t->is_signed ? (int8_t)p[0] : p[0];
}

bool idx_convert(const struct idx_element *t, const unsigned char *from,
                 int64_t count, float *to)
{
    bool finite = true;

    for (int64_t i = 0; i < count; i++) {
        to[i] = (float)idx_value(t, from + (size_t)i * t->size);
        finite = finite && isfinite(to[i]);
    }
    return finite;
}

const struct idx_element *idx_element(unsigned char code)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (elements[i].code == code)
            return &elements[i];
    return NULL;
}

/* The kind of source that claims the file by its first bytes; NULL: none. */
static const struct source_ops *idx_mistaken(const struct idx_file *f)
{
    const struct input *in = &f->in;

    for (int64_t i = 0; source_registry[i]; i++) {
        const struct source_ops *kind = source_registry[i];
        if (kind->knows &&
            kind->knows(in->at + in->begin, in->end - in->begin, ""))
            return kind;
    }
    return NULL;
}

enum status idx_read_header(struct idx_file *f, struct err *e)
{
    unsigned char head[4 + 4 * IDX_MAX_AXES];
    const char *name = input_name(&f->in);
    const struct source_ops *other = NULL;
    size_t got = 0;

    enum status s = input_ahead(&f->in, OTHERS_BYTES, e);
    if (s == OK)
        other = idx_mistaken(f);
    if (s == OK)
        s = input_read(&f->in, head, 4, &got, e);
    if (s != OK)
        return s;
    if (got < 4)
        return err_add(e, ERR_DATA, name,
                       "not an IDX file: only %zu bytes long", got);
    f->element = idx_element(head[2]);
    f->axes = head[3];
    const bool is_idx = !head[0] && !head[1] && f->element;
    if (!is_idx && other)
        return err_add(e, ERR_DATA, name,
                       "is what a source {%s: ..} reads, not IDX",
                       other->kind.name);
    if (!is_idx)
        return err_add(e, ERR_DATA, name,
                       "not an IDX file: starts with %02x %02x %02x %02x, "
                       "expected 00 00, a type (08 09 0b 0c 0d 0e) and the "
                       "number of axes",
                       head[0], head[1], head[2], head[3]);
    if (f->axes < 1 || f->axes > IDX_MAX_AXES)
        return err_add(e, ERR_DATA, name,
                       "IDX file with %d axes, expected 1 "
                       "for labels, 3 or 4 for images",
                       head[3]);
    const size_t rest = 4 * (size_t)f->axes;
    s = input_read(&f->in, head + 4, rest, &got, e);
    if (s == OK && got < rest)
        return err_add(e, ERR_DATA, name,
                       "the IDX header ends after %zu of %zu bytes", 4 + got,
                       4 + rest);
    for (int64_t i = 0; s == OK && i < f->axes; i++)
        f->dim[i] = read_u32(head + 4 + 4 * i);
    return s;
}

static int64_t header_bytes(const struct idx_file *f)
{
    return 4 + 4 * f->axes;
}

enum status idx_short(const struct idx_file *f, int64_t have, struct err *e)
{
    return err_add(e, ERR_DATA, input_name(&f->in),
                   "ends after %lld of the %lld bytes of elements that its "
                   "header says",
                   (long long)have, (long long)f->dim[0] * (long long)f->bytes);
}

enum status idx_long(const struct idx_file *f, struct err *e)
{
    return err_add(e, ERR_DATA, input_name(&f->in),
                   "longer than its IDX header says");
}

enum status idx_infinite(const struct idx_file *f, int64_t image, struct err *e)
{
    return err_add(e, ERR_DATA, input_name(&f->in),
                   "image %lld holds a pixel that is not a finite 32-bit float",
                   (long long)image);
}

enum status idx_choose_place(struct idx_file *f, const struct source_request *q,
                             struct shape shape, struct err *e)
{
    const bool bytes = f->element->code == IDX_U8;
    const int64_t all = f->dim[0] * (int64_t)f->bytes;
    const size_t pixel = pixel_bytes(bytes ? PIXEL_U8 : PIXEL_F32);

    f->place = -1;
    if (!source_leaves(q, f->dim[0], shape_count(shape) * (int64_t)pixel))
        return OK;
    f->place = stream_in_place(f->in.stream);
    if (f->place < 0)
        return OK;
    const int64_t length = file_length(f->place);
    const int64_t there = length - header_bytes(f);
    return length < 0    ? input_unmeasured(&f->in, e)
           : there < all ? idx_short(f, there, e)
           : there > all ? idx_long(f, e)
                         : OK;
}

/* Images that are not bytes, a piece at a time. */
static enum status fetch_reals(const struct idx_file *f, int64_t index,
                               int64_t count, float *to, struct err *e)
{
    const struct idx_element *t = f->element;
    const int64_t piece = PIECE_BYTES / (int64_t)t->size;
    const int64_t size = (int64_t)(f->bytes / t->size), all = count * size;
    unsigned char bytes[PIECE_BYTES];

    for (int64_t i = 0; i < all; i += piece) {
        const int64_t n = num_min(piece, all - i);
        const enum status s = file_read_at(
            f->place, input_name(&f->in), bytes, (size_t)n * t->size,
            header_bytes(f) + (index * size + i) * (int64_t)t->size, e);
        if (s != OK)
            return s;
        if (idx_convert(t, bytes, n, to + i))
            continue;
        while (isfinite(to[i]))
            i++;
        return idx_infinite(f, index + i / size, e);
    }
    return OK;
}

enum status idx_fetch_images(const struct idx_file *f, int64_t index,
                             int64_t count, void *pixels, struct err *e)
{
    const int64_t bytes = (int64_t)f->bytes;

    if (f->element->code != IDX_U8)
        return fetch_reals(f, index, count, pixels, e);
    return file_read_at(f->place, input_name(&f->in), pixels,
                        (size_t)(count * bytes),
                        header_bytes(f) + index * bytes, e);
}

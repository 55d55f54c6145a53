/*
 * idx.c - the IDX format: header and elements.
 */
#include "data/idx.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

static uint32_t read_u32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           (uint32_t)p[3];
}

bool idx_is_type(unsigned char type)
{
    return type == IDX_U8 || type == IDX_S8 ||
           (type >= IDX_I16 && type <= IDX_F64);
}

size_t idx_type_size(enum idx_type type)
{
    switch (type) {
    case IDX_U8:
    case IDX_S8:
        return 1;
    case IDX_I16:
        return 2;
    case IDX_I32:
    case IDX_F32:
        return 4;
    case IDX_F64:
        return 8;
    }
    return 1;
}

static enum status check_magic(const unsigned char *magic, const char *name,
                               struct err *e)
{
    if (magic[0] || magic[1] || !idx_is_type(magic[2]))
        return err_add(e, ERR_DATA, name,
                       "not an IDX file: starts with %02x %02x %02x %02x, "
                       "expected 00 00, a type (08 09 0b 0c 0d 0e) and the "
                       "number of axes",
                       magic[0], magic[1], magic[2], magic[3]);
    if (magic[3] < 1 || magic[3] > IDX_MAX_AXES)
        return err_add(e, ERR_DATA, name,
                       "IDX file with %d axes, expected 1 "
                       "for labels, 3 or 4 for images",
                       magic[3]);
    return OK;
}

enum status idx_read_header(struct input *in, struct idx_header *h,
                            struct err *e)
{
    unsigned char bytes[4 + 4 * IDX_MAX_AXES];
    const char *name = input_name(in);
    size_t got;

    enum status s = input_read(in, bytes, 4, &got, e);
    if (s != OK)
        return s;
    if (got < 4)
        return err_add(e, ERR_DATA, name,
                       "not an IDX file: only %zu bytes long", got);
    s = check_magic(bytes, name, e);
    if (s != OK)
        return s;
    *h = (struct idx_header){.type = bytes[2], .axes = bytes[3]};
    const size_t rest = 4 * (size_t)h->axes;
    s = input_read(in, bytes + 4, rest, &got, e);
    if (s != OK)
        return s;
    if (got < rest)
        return err_add(e, ERR_DATA, name,
                       "the IDX header ends after %zu of %zu bytes", 4 + got,
                       4 + rest);
    for (int64_t i = 0; i < h->axes; i++)
        h->dim[i] = read_u32(bytes + 4 + 4 * i);
    return OK;
}

enum status idx_image_shape(const struct idx_header *h, const char *name,
                            struct shape *out, struct err *e)
{
    struct shape s = {.axes = 3, .dim = {1, h->dim[1], h->dim[2]}};

    if (h->axes < 3)
        return err_add(e, ERR_DATA, name,
                       "%lld %s, expected images: [N, H, W] or [N, C, H, W]",
                       (long long)h->axes, h->axes == 1 ? "axis" : "axes");
    if (h->axes == 4)
        s = SHAPE(h->dim[1], h->dim[2], h->dim[3]);
    if (!shape_fits(s))
        return err_add(e, ERR_DATA, name, "images of %lldx%lldx%lld pixels",
                       (long long)s.dim[0], (long long)s.dim[1],
                       (long long)s.dim[2]);
    *out = s;
    return OK;
}

static float read_f32(const unsigned char *p)
{
    const uint32_t bits = read_u32(p);
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static float read_f64(const unsigned char *p)
{
    const uint64_t bits = (uint64_t)read_u32(p) << 32 | read_u32(p + 4);
    double value;

    memcpy(&value, &bits, sizeof value);
    return (float)value;
}

static float read_element(enum idx_type type, const unsigned char *p)
{
    switch (type) {
    case IDX_U8:
        return (float)p[0];
    case IDX_S8:
        return (float)(int8_t)p[0];
    case IDX_I16:
        return (float)(int16_t)(uint16_t)(p[0] << 8 | p[1]);
    case IDX_I32:
        return (float)(int32_t)read_u32(p);
    case IDX_F32:
        return read_f32(p);
    case IDX_F64:
        return read_f64(p);
    }
    return 0;
}

void idx_decode(enum idx_type type, const unsigned char *bytes, int64_t count,
                float *out)
{
    const size_t size = idx_type_size(type);

    for (int64_t i = 0; i < count; i++)
        out[i] = read_element(type, bytes + (size_t)i * size);
}

enum status idx_check_end(struct input *in, struct err *e)
{
    const enum status s = input_ahead(in, 1, e);

    if (s == OK && in->end > in->begin)
        return err_add(e, ERR_DATA, input_name(in),
                       "longer than its IDX header says");
    return s;
}

bool idx_is_finite(const float *values, int64_t count)
{
    bool finite = true;

    for (int64_t i = 0; i < count; i++)
        finite = finite && isfinite(values[i]);
    return finite;
}

/*
 * convert.c - labelled samples as CSV and as IDX.
 */
#include "data/convert.h"

#include <string.h>

#include "base/num.h"
#include "data/idx.h"

/* The bytes 0..255 in decimal with a comma before them. */
struct decimals {
    char text[256][5];
    size_t length[256];
};

static void make_decimals(struct decimals *d)
{
    for (unsigned v = 0; v < 256; v++) {
        char *p = d->text[v];
        *p++ = ',';
        if (v >= 100)
            *p++ = (char)('0' + v / 100);
        if (v >= 10)
            *p++ = (char)('0' + v / 10 % 10);
        *p++ = (char)('0' + v % 10);
        d->length[v] = (size_t)(p - d->text[v]);
    }
}

void csv_put(struct text *out, const char *cell)
{
    if (cell[strcspn(cell, ",\"\r\n")] == '\0') {
        text_puts(out, cell);
        return;
    }
    text_puts(out, "\"");
    for (; *cell; cell++) {
        text_add(out, cell, 1);
        if (*cell == '"')
            text_puts(out, "\"");
    }
    text_puts(out, "\"");
}

void convert_print_csv(struct text *out, const struct subset *from)
{
    struct decimals decimals = {0};
    const struct dataset *d = from->set;
    const int64_t size = shape_count(d->shape);
    const unsigned char *bytes = d->pixels;
    const float *reals = d->pixels;

    make_decimals(&decimals);
    for (int64_t i = 0; i < from->count; i++) {
        const int64_t id = from->ids[i];
        csv_put(out, d->target.names[d->labels[id]]);
        for (int64_t j = id * size; j < (id + 1) * size; j++) {
            if (d->pixel == PIXEL_U8)
                text_add(out, decimals.text[bytes[j]],
                         decimals.length[bytes[j]]);
            else
                text_printf(out, ",%.9g", (double)reals[j]);
        }
        text_add(out, "\n", 1);
    }
}

static void put_u32(struct text *t, uint32_t value)
{
    const char bytes[4] = {(char)(value >> 24), (char)(value >> 16),
                           (char)(value >> 8), (char)value};

    text_add(t, bytes, sizeof bytes);
}

static int64_t square_root(int64_t n)
{
    int64_t root = 1;

    while ((root + 1) * (root + 1) <= n)
        root++;
    return root;
}

/* [H, W] or [C, H, W] as stored behind the count. */
static enum status stored_shape(const struct dataset *d, struct shape wanted,
                                const char *name, struct shape *out,
                                struct err *e)
{
    const int64_t size = shape_count(d->shape), side = square_root(size);

    *out = side * side == size ? SHAPE(side, side) : SHAPE(1, size);
    if (wanted.axes == 0)
        return OK;
    *out = wanted;
    if (wanted.axes == 3 && wanted.dim[0] == 1)
        *out = SHAPE(wanted.dim[1], wanted.dim[2]);
    if (out->axes < 2 || out->axes > 3 || shape_count(*out) != size)
        return err_add(e, ERR_CONFIG, name,
                       "rows hold %lld numbers, which are no image of the "
                       "shape asked for",
                       (long long)size);
    return OK;
}

static void print_images(struct text *out, const struct subset *from,
                         struct shape shape)
{
    const struct dataset *d = from->set;
    const int64_t size = shape_count(d->shape);
    const char *bytes = d->pixels;
    const float *reals = d->pixels;
    const char magic[4] = {0, 0, d->pixel == PIXEL_U8 ? IDX_U8 : IDX_F32,
                           (char)(shape.axes + 1)};

    text_add(out, magic, sizeof magic);
    put_u32(out, (uint32_t)from->count);
    for (int64_t i = 0; i < shape.axes; i++)
        put_u32(out, (uint32_t)shape.dim[i]);
    for (int64_t i = 0; i < from->count; i++) {
        const int64_t at = from->ids[i] * size;
        if (d->pixel == PIXEL_U8)
            text_add(out, bytes + at, (size_t)size);
        for (int64_t j = at; d->pixel == PIXEL_F32 && j < at + size; j++) {
            uint32_t bits;
            memcpy(&bits, &reals[j], sizeof bits);
            put_u32(out, bits);
        }
    }
}

static enum status print_labels(struct text *out, const struct subset *from,
                                const char *name, struct err *e)
{
    const struct dataset *d = from->set;
    int64_t least = 0, most = 0;

    for (int32_t k = 0; k < d->target.width; k++) {
        int64_t value;
        if (!num_parse_int(d->target.names[k], &value) || value < INT32_MIN ||
            value > INT32_MAX)
            return err_add(e, ERR_DATA, name,
                           "label '%s' is not a 32-bit integer, IDX holds no "
                           "others",
                           d->target.names[k]);
        least = num_min(least, value);
        most = num_max(most, value);
    }
    const bool bytes = least >= 0 && most <= 255;
    const char magic[4] = {0, 0, bytes ? IDX_U8 : IDX_I32, 1};
    text_add(out, magic, sizeof magic);
    put_u32(out, (uint32_t)from->count);
    for (int64_t i = 0; i < from->count; i++) {
        int64_t value = 0;
        if (!num_parse_int(d->target.names[d->labels[from->ids[i]]], &value))
            continue; /* checked above */
        if (bytes)
            text_add(out, &(char){(char)value}, 1);
        else
            put_u32(out, (uint32_t)value);
    }
    return OK;
}

enum status convert_print_idx(struct text *images, struct text *labels,
                              const struct subset *from, struct shape shape,
                              const char *name, struct err *e)
{
    struct shape stored;

    if (from->count > UINT32_MAX)
        return err_add(e, ERR_DATA, name, "too many rows for IDX");
    enum status s = stored_shape(from->set, shape, name, &stored, e);
    if (s == OK)
        s = print_labels(labels, from, name, e);
    if (s == OK)
        print_images(images, from, stored);
    return s;
}

/*
 * convert.c - labelled samples as CSV, as IDX and as PNG.
 */
#include "source/convert.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "codec/png.h"
#include "data/pixels.h"
#include "source/idx_file.h"

/* The bytes 0..255 in decimal. */
struct decimals {
    char text[256][4];
};

static void make_decimals(struct decimals *d)
{
    for (unsigned v = 0; v < 256; v++)
        snprintf(d->text[v], sizeof d->text[v], "%u", v);
}

void csv_put(struct text *out, const char *cell)
{
    const size_t length = strlen(cell);
    const bool blank = length > 0 && (strchr(" \t", cell[0]) ||
                                      strchr(" \t", cell[length - 1]));

    if (!blank && cell[strcspn(cell, ",\"\r\n")] == '\0') {
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

void csv_put_float(struct text *out, float value)
{
    char text[24];

    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value)
            break;
    }
    text_puts(out, text);
}

/* The columns that are written: those of the table and of the one that holds
 * its answers, else the label and the numbers in order. */
static int64_t column_count(const struct dataset *d)
{
    const struct columns *beside = d->columns.beside;

    return d->columns.width > 0
               ? d->columns.width + (beside ? beside->width : 0)
               : shape_count(d->shape) + (d->labels != NULL);
}

static int64_t slot_of(const struct dataset *d, int64_t column)
{
    const int64_t width = d->columns.width;

    if (width > 0)
        return column < width ? d->columns.slot[column]
                              : d->columns.beside->slot[column - width];
    if (!d->labels)
        return column;
    return column > 0 ? column - 1 : COLUMN_LABEL;
}

/* What a column is called where the inputs have names; answers that have none
 * stand in a table of their own. */
static const char *name_of(const struct dataset *d, int64_t column,
                           char room[TARGET_NAME_BYTES])
{
    const int64_t width = d->columns.width;
    const struct columns *beside = d->columns.beside;

    if (column < width)
        return d->columns.names[column];
    if (beside->names)
        return beside->names[column - width];
    return d->labels ? "label"
                     : target_name(&d->target,
                                   COLUMN_TARGET - slot_of(d, column), room);
}

static void put_header(struct text *out, const struct dataset *d)
{
    const int64_t count = d->columns.names ? column_count(d) : 0;
    char room[TARGET_NAME_BYTES];
    const char *between = "";

    for (int64_t k = 0; k < count; k++) {
        if (slot_of(d, k) == COLUMN_SKIPPED)
            continue;
        text_puts(out, between);
        csv_put(out, name_of(d, k, room));
        between = ",";
    }
    if (*between)
        text_puts(out, "\n");
}

/* Is it a number where cells are read?  Longer ones are words. */
static bool is_number(const char *at, const char *end)
{
    char cell[64] = {0};
    double value;

    if (end - at >= (ptrdiff_t)sizeof cell)
        return false;
    memcpy(cell, at, (size_t)(end - at));
    return num_parse_real(cell, &value);
}

/* Do at least four cells of a row read 0, 1, 2 .. or a word and 0, 1 ..?  Then
 * it could be a header that counts its columns. */
static bool counts_up(const char *row, const char *end)
{
    const char *comma = memrchr(row, ',', (size_t)(end - row));
    const long long last = comma ? strtoll(comma + 1, NULL, 10) : 0;
    char cell[24];

    for (long long value = last; value >= 0; value--) {
        const int n = snprintf(cell, sizeof cell, "%lld", value);
        if (end - row < n || memcmp(end - n, cell, (size_t)n) != 0)
            return false;
        end -= n;
        if (end == row)
            return value == 0 && last >= 3;
        if (*--end != ',')
            return false;
    }
    return last >= 2 && !is_number(row, end);
}

/* What samples are written to. */
struct printing {
    struct text *out;
    const struct subset *from;
    struct decimals decimals;
};

/* `at`: the first of the sample's pixels. */
static void put_row(struct printing *p, const struct pixel_rows *rows,
                    int64_t at, int64_t id)
{
    const struct dataset *d = p->from->set;
    const int64_t count = column_count(d);
    const unsigned char *bytes = rows->pixels;
    const float *reals = rows->pixels;
    const int64_t targets =
        d->columns.width == 0 && d->targets ? d->target.width : 0;
    const char *between = "";
    struct text *out = p->out;

    for (int64_t k = 0; k < targets; k++, between = ",") {
        text_puts(out, between);
        csv_put_float(out, d->targets[id * targets + k]);
    }
    for (int64_t k = 0; k < count; k++) {
        const int64_t slot = slot_of(d, k);
        if (slot == COLUMN_SKIPPED)
            continue;
        text_puts(out, between);
        between = ",";
        if (slot == COLUMN_LABEL)
            csv_put(out, d->target.names[d->labels[id]]);
        else if (slot < 0)
            csv_put_float(
                out, d->targets[id * d->target.width + COLUMN_TARGET - slot]);
        else if (d->pixel == PIXEL_U8)
            text_puts(out, p->decimals.text[bytes[at + slot]]);
        else
            csv_put_float(out, reals[at + slot]);
    }
}

/* The first row of a file without a header must not be taken for one: a number
 * that is written as a fraction counts nothing, and is worth the same. */
static void put_first(struct printing *p, const struct pixel_rows *rows)
{
    const size_t before = p->out->length;

    put_row(p, rows, rows->at[0] * rows->size, p->from->ids[0]);
    const char *at = text_string(p->out);
    if (!p->from->set->columns.names && !p->out->failed &&
        counts_up(at + before, at + p->out->length))
        text_puts(p->out, ".0");
}

static void put_rows(void *context, const struct pixel_rows *rows)
{
    struct printing *p = context;

    for (int64_t i = 0; i < rows->count; i++) {
        if (rows->first + i == 0)
            put_first(p, rows);
        else
            put_row(p, rows, rows->at[i] * rows->size,
                    p->from->ids[rows->first + i]);
        text_puts(p->out, "\n");
    }
}

enum status convert_print_csv(struct text *out, const struct subset *from,
                              struct err *e)
{
    struct printing p = {.out = out, .from = from};

    make_decimals(&p.decimals);
    put_header(out, from->set);
    return pixels_walk(from, put_rows, &p, e);
}

static void put_u32(struct text *t, uint32_t value)
{
    const char bytes[4] = {(char)(value >> 24), (char)(value >> 16),
                           (char)(value >> 8), (char)value};

    text_add(t, bytes, sizeof bytes);
}

/* Of one image: its own, of a flat row a square when its length is one, else
 * [1, F]; a single channel is left out. */
static struct shape stored_shape(struct shape s)
{
    const int64_t side = (int64_t)(sqrt((double)s.dim[0]) + 0.5);

    if (s.axes == 1)
        return side * side == s.dim[0] ? SHAPE(side, side) : SHAPE(1, s.dim[0]);
    return s.axes == 3 && s.dim[0] == 1 ? SHAPE(s.dim[1], s.dim[2]) : s;
}

static void put_images(void *context, const struct pixel_rows *rows)
{
    struct text *out = context;
    const char *bytes = rows->pixels;
    const float *reals = rows->pixels;

    for (int64_t i = 0; i < rows->count; i++) {
        const int64_t at = rows->at[i] * rows->size;
        if (rows->pixel == PIXEL_U8)
            text_add(out, bytes + at, (size_t)rows->size);
        for (int64_t j = at; rows->pixel == PIXEL_F32 && j < at + rows->size;
             j++) {
            uint32_t bits;
            memcpy(&bits, &reals[j], sizeof bits);
            put_u32(out, bits);
        }
    }
}

static enum status print_images(struct text *out, const struct subset *from,
                                struct err *e)
{
    const struct dataset *d = from->set;
    const struct shape shape = stored_shape(d->shape);
    const char magic[4] = {0, 0, d->pixel == PIXEL_U8 ? IDX_U8 : IDX_F32,
                           (char)(shape.axes + 1)};

    text_add(out, magic, sizeof magic);
    put_u32(out, (uint32_t)from->count);
    for (int64_t i = 0; i < shape.axes; i++)
        put_u32(out, (uint32_t)shape.dim[i]);
    return pixels_walk(from, put_images, out, e);
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
                              const struct subset *from, const char *name,
                              struct err *e)
{
    if (!from->set->labels)
        return err_add(e, ERR_CONFIG, name,
                       "the samples have targets, IDX holds labels");
    if (from->count > UINT32_MAX)
        return err_add(e, ERR_DATA, name, "too many rows for IDX");
    const enum status s = print_images(images, from, e);
    return s == OK ? print_labels(labels, from, name, e) : s;
}

/* From the pixels of a sample as they are to bytes, in place. */
static enum status make_bytes(void *pixels, const struct dataset *d, int64_t id,
                              const char *name, struct err *e)
{
    const int64_t size = d->pixel == PIXEL_U8 ? 0 : shape_count(d->shape);
    const float *reals = pixels;
    unsigned char *bytes = pixels;

    for (int64_t i = 0; i < size; i++) {
        const float v = reals[i];
        if (!(v >= 0 && v <= 255 && v == (float)(unsigned char)v))
            return err_add(e, ERR_DATA, name,
                           "sample %lld holds %.9g, an image of 8 bits holds "
                           "integers from 0 to 255",
                           (long long)id, (double)v);
        bytes[i] = (unsigned char)v;
    }
    return OK;
}

enum status convert_print_png(struct text *out, const struct dataset *d,
                              int64_t id, const char *name, struct err *e)
{
    const struct shape s = stored_shape(d->shape);
    const int64_t channels = s.axes == 3 ? s.dim[0] : 1;
    const int64_t height = s.dim[s.axes - 2], width = s.dim[s.axes - 1];

    if ((channels != 1 && channels != 3) || height > PNG_MOST_SIDE ||
        width > PNG_MOST_SIDE)
        return err_add(e, ERR_CONFIG, name,
                       "the samples are %s, an image has 1 or 3 channels",
                       shape_text(d->shape).text);
    void *room = mem_take(sample_bytes(d), 1);
    if (!room)
        return err_memory(e, "converting samples");
    enum status status = pixels_read(d, &id, 1, room, e);
    if (status == OK)
        status = make_bytes(room, d, id, name, e);
    if (status == OK)
        png_print(out, room, channels, height, width);
    mem_free(room);
    return status;
}

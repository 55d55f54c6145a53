/*
 * convert.c - labelled samples to CSV, and from IDX to CSV and back.
 */
#include "data/convert.h"

#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "data/source.h"

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

static void print_label(struct text *out, const char *label)
{
    if (label[strcspn(label, ",\"\r\n")] == '\0') {
        text_puts(out, label);
        return;
    }
    text_puts(out, "\"");
    for (; *label; label++)
        text_add(out, *label == '"' ? "\"\"" : label, *label == '"' ? 2 : 1);
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
        print_label(out, d->target.names[d->labels[id]]);
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

/* An output that has been begun and written. */
static enum status write_output(struct file_replace *r, const char *path,
                                const struct text *content, struct err *e)
{
    const size_t n = strlen(path);
    const bool gzip = n > 3 && strcmp(path + n - 3, ".gz") == 0;
    unsigned char *packed = NULL;
    size_t length = content->length;

    if (content->failed)
        return err_memory(e, "converting samples");
    enum status s =
        gzip ? gzip_compress(content->at, content->length, &packed, &length, e)
             : OK;
    if (s == OK)
        s = file_replace_write(r, gzip ? (const char *)packed : content->at,
                               length, e);
    mem_free(packed);
    return s;
}

/* All that is left to do once the output has been begun; `s`: what was read
 * before went well. */
static enum status finish_csv(struct file_replace *r, enum status s,
                              const struct subset *from, const char *csv,
                              struct err *e)
{
    struct text rows = {0};

    if (s == OK) {
        convert_print_csv(&rows, from);
        s = write_output(r, csv, &rows, e);
    }
    if (s == OK)
        s = file_replace_commit(r, e);
    else
        file_replace_abort(r);
    text_free(&rows);
    return s;
}

enum status convert_part_to_csv(const struct subset *from, const char *csv,
                                struct err *e)
{
    struct file_replace r;
    const enum status s = file_replace_begin(&r, csv, e);

    return s == OK ? finish_csv(&r, s, from, csv, e) : s;
}

/* Every sample of `d`, whose arena is lent for their numbers. */
static enum status all_of(struct dataset *d, struct subset *out, struct err *e)
{
    int64_t *ids = arena_take(&d->arena, (size_t)d->count, sizeof *ids);

    if (!ids)
        return err_memory(e, "converting samples");
    for (int64_t i = 0; i < d->count; i++)
        ids[i] = i;
    *out = (struct subset){d, ids, d->count};
    return OK;
}

enum status convert_idx_to_csv(const struct idx_source *from, const char *csv,
                               struct err *e)
{
    struct dataset d = {0};
    struct subset all = {.set = &d};
    struct file_replace r;

    enum status s = file_replace_begin(&r, csv, e);
    if (s != OK)
        return s;
    s = idx_source_ops.load(from, &d, e);
    if (s == OK)
        s = all_of(&d, &all, e);
    s = finish_csv(&r, s, &all, csv, e);
    dataset_free(&d);
    return s;
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

static void print_images(struct text *out, const struct dataset *d,
                         struct shape shape)
{
    const int64_t count = d->count * shape_count(d->shape);
    const float *reals = d->pixels;
    const char magic[4] = {0, 0, d->pixel == PIXEL_U8 ? IDX_U8 : IDX_F32,
                           (char)(shape.axes + 1)};

    text_add(out, magic, sizeof magic);
    put_u32(out, (uint32_t)d->count);
    for (int64_t i = 0; i < shape.axes; i++)
        put_u32(out, (uint32_t)shape.dim[i]);
    if (d->pixel == PIXEL_U8) {
        text_add(out, d->pixels, (size_t)count);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &reals[i], sizeof bits);
        put_u32(out, bits);
    }
}

static enum status print_labels(struct text *out, const struct dataset *d,
                                const char *name, struct err *e)
{
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
    put_u32(out, (uint32_t)d->count);
    for (int64_t i = 0; i < d->count; i++) {
        int64_t value = 0;
        if (!num_parse_int(d->target.names[d->labels[i]], &value))
            continue; /* checked above */
        if (bytes)
            text_add(out, &(char){(char)value}, 1);
        else
            put_u32(out, (uint32_t)value);
    }
    return OK;
}

/* Both files as text, from the rows. */
static enum status print_pair(struct text *images, struct text *labels,
                              const struct csv_source *from,
                              struct shape wanted, struct err *e)
{
    struct dataset d = {0};
    struct shape shape;

    enum status s = csv_source_ops.load(from, &d, e);
    if (s == OK && d.count > UINT32_MAX)
        s = err_add(e, ERR_DATA, from->csv.at, "too many rows for IDX");
    if (s == OK)
        s = stored_shape(&d, wanted, from->csv.at, &shape, e);
    if (s == OK)
        s = print_labels(labels, &d, from->csv.at, e);
    if (s == OK)
        print_images(images, &d, shape);
    dataset_free(&d);
    return s;
}

enum status convert_csv_to_idx(const struct csv_source *from,
                               struct shape shape, const struct idx_source *to,
                               struct err *e)
{
    struct text images = {0}, labels = {0};
    struct file_replace r, q;

    enum status s = file_replace_begin(&r, to->images.at, e);
    if (s != OK)
        return s;
    s = file_replace_begin(&q, to->labels.at, e);
    if (s != OK) {
        file_replace_abort(&r);
        return s;
    }
    s = print_pair(&images, &labels, from, shape, e);
    if (s == OK)
        s = write_output(&r, to->images.at, &images, e);
    if (s == OK)
        s = write_output(&q, to->labels.at, &labels, e);
    if (s == OK)
        s = file_replace_commit(&r, e);
    else
        file_replace_abort(&r);
    if (s == OK)
        s = file_replace_commit(&q, e);
    else
        file_replace_abort(&q);
    text_free(&images);
    text_free(&labels);
    return s;
}

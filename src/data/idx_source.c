/*
 * idx_source.c - a pair of IDX files as a source of labelled samples.
 */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "data/idx.h"
#include "data/labels.h"
#include "data/source.h"

/* Bytes decoded at a time, a multiple of every element size. */
enum { CHUNK = BUFFER_BYTES(1 << 16) };

static const struct field idx_fields[] = {
    FIELD(idx_source, images,
          .doc = "An IDX file of images, [N, H, W] or [N, C, H, W], gzip or "
                 "not."),
    FIELD(idx_source, labels, .doc = "An IDX file of as many labels."),
    {0},
};

/* Both files, open behind their headers. */
struct idx_pair {
    struct input images, labels;
    struct idx_header image_header, label_header;
    struct shape shape; /* [C, H, W] */
};

static void close_pair(struct idx_pair *p)
{
    input_close(&p->images);
    input_close(&p->labels);
}

static enum status open_images(struct idx_pair *p, const char *path,
                               struct err *e)
{
    enum status s = input_open(&p->images, path, e);

    if (s == OK)
        s = idx_read_header(&p->images, &p->image_header, e);
    if (s == OK)
        s = idx_image_shape(&p->image_header, path, &p->shape, e);
    return s;
}

static enum status open_labels(struct idx_pair *p, const char *path,
                               struct err *e)
{
    const struct idx_header *h = &p->label_header;
    enum status s = input_open(&p->labels, path, e);

    if (s == OK)
        s = idx_read_header(&p->labels, &p->label_header, e);
    if (s == OK && h->axes != 1)
        s = err_add(e, ERR_DATA, path, "%lld axes, expected labels: [N]",
                    (long long)h->axes);
    if (s == OK && (h->type == IDX_F32 || h->type == IDX_F64))
        s = err_add(e, ERR_DATA, path,
                    "elements of type 0x%02x (real numbers), expected integer "
                    "labels",
                    (unsigned)h->type);
    return s;
}

/* Both files are opened whatever is wrong with the first: one run names every
 * fault. */
static enum status open_pair(struct idx_pair *p, const struct idx_source *c,
                             struct err *e)
{
    *p = (struct idx_pair){0};
    enum status s = open_images(p, c->images.at, e);
    const enum status other = open_labels(p, c->labels.at, e);

    if (s == OK)
        s = other;
    if (s != OK)
        return s;
    const int64_t images = p->image_header.dim[0];
    const int64_t labels = p->label_header.dim[0];
    if (images != labels)
        return err_add(e, ERR_DATA, c->images.at,
                       "%lld images, but %s holds %lld labels",
                       (long long)images, c->labels.at, (long long)labels);
    if (images == 0)
        return err_add(e, ERR_DATA, c->images.at, "holds no images");
    return OK;
}

/* What a look reads of standard input would be lost to idx_load. */
static bool reads_stdin(const struct idx_source *c)
{
    return strcmp(c->images.at, "-") == 0 || strcmp(c->labels.at, "-") == 0;
}

static enum status idx_check(const void *config, struct err *e)
{
    const struct idx_source *c = config;
    struct idx_pair p;

    if (reads_stdin(c))
        return OK;
    const enum status s = open_pair(&p, c, e);
    close_pair(&p);
    return s;
}

static enum status fail_short(const struct input *in, int64_t got,
                              int64_t expected, struct err *e)
{
    return err_add(e, ERR_DATA, input_name(in),
                   "ends after %lld of the %lld bytes of elements that its "
                   "header says",
                   (long long)got, (long long)expected);
}

/* Reads `total` bytes into a block that grows with what really comes. */
static enum status read_bytes(struct input *in, int64_t total,
                              unsigned char **block, struct err *e)
{
    size_t room = 0, used = 0;

    while (used < (size_t)total) {
        const size_t rest = (size_t)total - used;
        const size_t wanted = rest < CHUNK ? rest : CHUNK;
        unsigned char *moved = mem_grow(*block, &room, used + wanted, 1);
        if (!moved)
            return err_memory(e, "reading elements");
        *block = moved;
        size_t got;
        const enum status s = input_read(in, moved + used, wanted, &got, e);
        if (s != OK)
            return s;
        used += got;
        if (got < wanted)
            return fail_short(in, (int64_t)used, total, e);
    }
    return idx_check_end(in, e);
}

/* Elements of any type as floats; `bytes` in all of the file. */
static enum status read_reals(struct input *in, enum idx_type type,
                              int64_t bytes, float **block, struct err *e)
{
    const size_t size = idx_type_size(type);
    const int64_t total = bytes / (int64_t)size;
    size_t room = 0;
    int64_t used = 0;

    while (used < total) {
        unsigned char chunk[CHUNK];
        const int64_t count = num_min(total - used, CHUNK / (int64_t)size);
        float *moved =
            mem_grow(*block, &room, (size_t)(used + count), sizeof *moved);
        if (!moved)
            return err_memory(e, "reading elements");
        *block = moved;
        size_t got;
        const enum status s =
            input_read(in, chunk, (size_t)count * size, &got, e);
        if (s != OK)
            return s;
        if (got < (size_t)count * size)
            return fail_short(in, used * (int64_t)size + (int64_t)got, bytes,
                              e);
        idx_decode(type, chunk, count, moved + used);
        used += count;
    }
    return idx_check_end(in, e);
}

static enum status check_finite(const struct dataset *d, const char *name,
                                struct err *e)
{
    const int64_t size = shape_count(d->shape);

    for (int64_t i = 0; i < d->count; i++)
        if (!idx_is_finite((const float *)d->pixels + i * size, size))
            return err_add(e, ERR_DATA, name,
                           "image %lld holds a pixel that is not a finite "
                           "32-bit float",
                           (long long)i);
    return OK;
}

static enum status load_images(struct idx_pair *p, struct dataset *d,
                               struct err *e)
{
    const enum idx_type type = p->image_header.type;
    int64_t bytes;

    if (!num_mul(p->image_header.dim[0], shape_count(p->shape), &bytes) ||
        !num_mul(bytes, (int64_t)idx_type_size(type), &bytes))
        return err_add(e, ERR_DATA, input_name(&p->images),
                       "the IDX header asks for more than 2^63 bytes");
    d->count = p->image_header.dim[0];
    d->shape = p->shape;
    if (type == IDX_U8) {
        unsigned char *block = NULL;
        const enum status s = read_bytes(&p->images, bytes, &block, e);
        d->pixels = block;
        return s;
    }
    float *block = NULL;
    const enum status s = read_reals(&p->images, type, bytes, &block, e);
    d->pixel = PIXEL_F32;
    d->pixels = block;
    return s == OK ? check_finite(d, input_name(&p->images), e) : s;
}

/* Sign-extends a big-endian integer label. */
static long long label_at(enum idx_type type, const unsigned char *p)
{
    switch (type) {
    case IDX_S8:
        return (int8_t)p[0];
    case IDX_I16:
        return (int16_t)(uint16_t)(p[0] << 8 | p[1]);
    case IDX_I32:
        return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
                         (uint32_t)p[2] << 8 | (uint32_t)p[3]);
    case IDX_U8:
    case IDX_F32:
    case IDX_F64:
        break;
    }
    return p[0];
}

static enum status add_labels(struct labels *l, enum idx_type type,
                              const unsigned char *block, int64_t count,
                              struct err *e)
{
    const size_t size = idx_type_size(type);
    enum status s = OK;

    for (int64_t i = 0; s == OK && i < count; i++) {
        char name[24];
        const int length = snprintf(name, sizeof name, "%lld",
                                    label_at(type, block + (size_t)i * size));
        s = labels_add(l, name, (size_t)length, e);
    }
    return s;
}

static enum status load_labels(struct idx_pair *p, struct dataset *d,
                               struct err *e)
{
    const enum idx_type type = p->label_header.type;
    struct labels l = {0};
    unsigned char *block = NULL;

    enum status s = read_bytes(
        &p->labels, d->count * (int64_t)idx_type_size(type), &block, e);
    if (s == OK && block)
        s = add_labels(&l, type, block, d->count, e);
    if (s == OK)
        s = labels_finish(&l, d, e);
    labels_free(&l);
    mem_free(block);
    return s;
}

static enum status idx_load(const void *config, struct dataset *out,
                            struct err *e)
{
    struct idx_pair p;

    *out = (struct dataset){0};
    enum status s = open_pair(&p, config, e);
    if (s == OK)
        s = load_images(&p, out, e);
    if (s == OK)
        s = load_labels(&p, out, e);
    close_pair(&p);
    if (s != OK)
        dataset_free(out);
    return s;
}

static enum status idx_survey(const void *config, struct dataset *out,
                              struct err *e)
{
    struct idx_pair p;

    *out = (struct dataset){0};
    if (reads_stdin(config))
        return OK;
    enum status s = open_pair(&p, config, e);
    if (s == OK) {
        out->count = p.image_header.dim[0];
        out->shape = p.shape;
        out->pixel = p.image_header.type == IDX_U8 ? PIXEL_U8 : PIXEL_F32;
        s = load_labels(&p, out, e);
    }
    close_pair(&p);
    if (s != OK)
        dataset_free(out);
    return s;
}

const struct source_ops idx_source_ops = {
    .kind = {.name = "images",
             .doc = "A pair of IDX files, the format of MNIST.",
             .fields = idx_fields,
             .config_size = sizeof(struct idx_source)},
    .reads_files = true,
    .check = idx_check,
    .load = idx_load,
    .survey = idx_survey,
};

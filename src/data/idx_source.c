/*
 * idx_source.c - a pair of IDX files as a source of labelled samples.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "data/idx.h"
#include "data/source.h"

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
    size_t image_bytes, label_bytes; /* of one */
    int64_t next;                    /* the record to be read, from 0 */
    bool has_labels, blind;
    float *reals; /* of an image that is not bytes */
    size_t room;
    char label[24];
};

static void idx_close(struct source_reader *r)
{
    struct idx_pair *p = r->state;

    input_close(&p->images);
    input_close(&p->labels);
    mem_free(p->reals);
    mem_free(p);
}

static enum status open_images(struct idx_pair *p, struct source_reader *r,
                               const char *path, const struct source_request *q,
                               struct err *e)
{
    struct idx_header *h = &p->image_header;
    enum status s = source_input(q, path, &p->images, e);
    int64_t bytes;

    if (s != OK)
        return s;
    r->name = input_name(&p->images);
    r->in = &p->images;
    s = idx_read_header(&p->images, h, e);
    if (s == OK)
        s = idx_image_shape(h, r->name, &r->shape, e);
    if (s != OK)
        return s;
    p->image_bytes = (size_t)shape_count(r->shape) * idx_type_size(h->type);
    if (!num_mul(h->dim[0], (int64_t)p->image_bytes, &bytes))
        return err_add(e, ERR_DATA, r->name,
                       "the IDX header asks for more than 2^63 bytes");
    return OK;
}

static enum status open_labels(struct idx_pair *p, const char *path,
                               struct err *e)
{
    struct idx_header *h = &p->label_header;
    enum status s = input_open(&p->labels, path, e);

    if (s == OK)
        s = idx_read_header(&p->labels, h, e);
    if (s == OK && h->axes != 1)
        s = err_add(e, ERR_DATA, input_name(&p->labels),
                    "%lld axes, expected labels: [N]", (long long)h->axes);
    if (s == OK && (h->type == IDX_F32 || h->type == IDX_F64))
        s = err_add(e, ERR_DATA, input_name(&p->labels),
                    "elements of type 0x%02x (real numbers), expected integer "
                    "labels",
                    (unsigned)h->type);
    if (s == OK)
        p->label_bytes = idx_type_size(h->type);
    return s;
}

static enum status check_counts(const struct idx_pair *p, struct err *e)
{
    const int64_t images = p->image_header.dim[0];
    const int64_t labels = p->label_header.dim[0];

    if (images != labels)
        return err_add(e, ERR_DATA, input_name(&p->images),
                       "%lld images, but %s holds %lld labels",
                       (long long)images, input_name(&p->labels),
                       (long long)labels);
    return images > 0 ? OK
                      : err_add(e, ERR_DATA, input_name(&p->images),
                                "holds no images");
}

/* Both files are opened whatever is wrong with the first: one run names every
 * fault. */
static enum status idx_open(const void *config, const struct source_request *q,
                            struct source_reader *r, struct err *e)
{
    const struct idx_source *c = config;
    struct idx_pair *p = mem_take(1, sizeof *p);

    if (!p)
        return err_memory(e, "reading images");
    r->state = p;
    p->blind = q->blind;
    p->has_labels = q->answers == ANSWERS_READ;
    enum status s = open_images(p, r, c->images.at, q, e);
    if (!p->has_labels)
        return s;
    const enum status other = open_labels(p, c->labels.at, e);
    s = s != OK ? s : other;
    return s == OK ? check_counts(p, e) : s;
}

/* The `bytes` of element `at` of `count`; they stay in the buffer, which grows
 * with what really comes. */
static enum status take(struct input *in, size_t bytes, int64_t at,
                        int64_t count, const unsigned char **element,
                        struct err *e)
{
    const enum status s = input_ahead(in, bytes, e);
    const size_t have = in->end - in->begin;

    if (s != OK)
        return s;
    if (have < bytes)
        return err_add(e, ERR_DATA, input_name(in),
                       "ends after %lld of the %lld bytes of elements that its "
                       "header says",
                       (long long)at * (long long)bytes + (long long)have,
                       (long long)count * (long long)bytes);
    *element = in->at + in->begin;
    in->begin += bytes;
    return OK;
}

static enum status take_image(struct idx_pair *p, int64_t size,
                              struct record *out, struct err *e)
{
    const struct idx_header *h = &p->image_header;
    const unsigned char *bytes = NULL;
    const enum status s =
        take(&p->images, p->image_bytes, p->next, h->dim[0], &bytes, e);

    if (s != OK)
        return s;
    out->pixels = bytes;
    if (h->type == IDX_U8)
        return OK;
    if (!mem_grow(&p->reals, &p->room, (size_t)size, sizeof *p->reals))
        return err_memory(e, "reading images");
    idx_decode(h->type, bytes, size, p->reals);
    out->pixels = p->reals;
    if (idx_is_finite(p->reals, size))
        return OK;
    out->bad = true;
    return err_add(e, ERR_DATA, input_name(&p->images),
                   "image %lld holds a pixel that is not a finite 32-bit float",
                   (long long)p->next);
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

static enum status take_label(struct idx_pair *p, struct record *out,
                              struct err *e)
{
    const struct idx_header *h = &p->label_header;
    const unsigned char *bytes = NULL;
    const enum status s =
        take(&p->labels, p->label_bytes, p->next, h->dim[0], &bytes, e);

    if (s != OK)
        return s;
    out->label = p->label;
    out->label_length = (size_t)snprintf(p->label, sizeof p->label, "%lld",
                                         label_at(h->type, bytes));
    return OK;
}

static enum status idx_next(struct source_reader *r, struct record *out,
                            bool *more, struct err *e)
{
    struct idx_pair *p = r->state;
    enum status s = OK;

    *more = p->next < p->image_header.dim[0];
    if (!*more) {
        if (!p->blind)
            s = idx_check_end(&p->images, e);
        return s == OK && p->has_labels ? idx_check_end(&p->labels, e) : s;
    }
    out->pixel = p->image_header.type == IDX_U8 ? PIXEL_U8 : PIXEL_F32;
    if (!p->blind)
        s = take_image(p, shape_count(r->shape), out, e);
    if (s == OK && p->has_labels)
        s = take_label(p, out, e);
    p->next++;
    return s;
}

static bool idx_whole(const struct source_reader *r)
{
    const struct idx_pair *p = r->state;
    const struct input *in = &p->images;

    return in->ended || in->end - in->begin >= p->image_bytes;
}

static bool ends_with(const char *name, size_t length, const char *end)
{
    const size_t n = strlen(end);

    return length >= n && memcmp(name + length - n, end, n) == 0;
}

/* Text does not begin with two NUL bytes. */
static bool idx_knows(const unsigned char *head, size_t length,
                      const char *path)
{
    size_t named = strlen(path);

    if (ends_with(path, named, ".gz"))
        named -= 3;
    return (length >= 4 && !head[0] && !head[1] && idx_is_type(head[2])) ||
           ends_with(path, named, "-ubyte") || ends_with(path, named, ".idx");
}

const struct source_ops idx_source_ops = {
    .kind = {.name = "images",
             .doc = "A pair of IDX files, the format of MNIST.",
             .fields = idx_fields,
             .config_size = sizeof(struct idx_source)},
    .knows = idx_knows,
    .open = idx_open,
    .next = idx_next,
    .whole = idx_whole,
    .close = idx_close,
};

/*
 * idx.c - a pair of IDX files as a source of labelled samples.
 */
#include "source/idx.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"

enum { MAX_AXES = 4 };

static const struct field idx_fields[] = {
    FIELD(idx_source, images,
          .doc = "An IDX file of images, [N, H, W] or [N, C, H, W], gzip or "
                 "not."),
    FIELD(idx_source, labels, .optional = true,
          .doc = "An IDX file of as many labels; needed unless train.targets "
                 "is inputs."),
    {0},
};

static uint32_t read_u32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           (uint32_t)p[3];
}

/* A type of elements: its code in the header, bytes, kind. */
static const struct element {
    unsigned char code;
    size_t size;
    bool is_signed, real;
} elements[] = {
    {IDX_U8, 1, false, false}, {0x09, 1, true, false},   {0x0b, 2, true, false},
    {IDX_I32, 4, true, false}, {IDX_F32, 4, true, true}, {0x0e, 8, true, true},
};

static double value_of(const struct element *t, const unsigned char *p)
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

static const struct element *element_of(unsigned char code)
{
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (elements[i].code == code)
            return &elements[i];
    return NULL;
}

/* A file, open behind its header. */
struct idx_file {
    struct input in;
    const struct element *element;
    int64_t axes, dim[MAX_AXES];
    size_t bytes; /* of one record */
};

static enum status read_header(struct idx_file *f, struct err *e)
{
    unsigned char head[4 + 4 * MAX_AXES];
    const char *name = input_name(&f->in);
    size_t got;

    enum status s = input_read(&f->in, head, 4, &got, e);
    if (s != OK)
        return s;
    if (got < 4)
        return err_add(e, ERR_DATA, name,
                       "not an IDX file: only %zu bytes long", got);
    f->element = element_of(head[2]);
    f->axes = head[3];
    if (head[0] || head[1] || !f->element)
        return err_add(e, ERR_DATA, name,
                       "not an IDX file: starts with %02x %02x %02x %02x, "
                       "expected 00 00, a type (08 09 0b 0c 0d 0e) and the "
                       "number of axes",
                       head[0], head[1], head[2], head[3]);
    if (f->axes < 1 || f->axes > MAX_AXES)
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

/* Both files. */
struct idx_pair {
    struct idx_file images, labels;
    int64_t next; /* the record to be read, from 0 */
    bool has_labels, blind;
    float *reals; /* of an image that is not bytes */
    char label[24];
};

static void idx_close(struct source_reader *r)
{
    struct idx_pair *p = r->state;

    input_close(&p->images.in);
    input_close(&p->labels.in);
    mem_free(p->reals);
    mem_free(p);
}

static enum status open_images(struct idx_file *f, struct source_reader *r,
                               struct err *e)
{
    const int64_t *dim = f->dim;
    struct shape *shape = &r->shape;
    int64_t bytes;

    r->in = &f->in;
    r->name = input_name(r->in);
    const enum status s = read_header(f, e);
    if (s != OK)
        return s;
    if (f->axes < 3)
        return err_add(e, ERR_DATA, r->name,
                       "%lld %s, expected images: [N, H, W] or [N, C, H, W]",
                       (long long)f->axes, f->axes == 1 ? "axis" : "axes");
    *shape =
        f->axes == 4 ? SHAPE(dim[1], dim[2], dim[3]) : SHAPE(1, dim[1], dim[2]);
    if (!shape_fits(*shape))
        return err_add(e, ERR_DATA, r->name, "images of %lldx%lldx%lld pixels",
                       (long long)shape->dim[0], (long long)shape->dim[1],
                       (long long)shape->dim[2]);
    f->bytes = (size_t)shape_count(*shape) * f->element->size;
    if (!num_mul(dim[0], (int64_t)f->bytes, &bytes))
        return err_add(e, ERR_DATA, r->name,
                       "the IDX header asks for more than 2^63 bytes");
    return OK;
}

static enum status open_labels(struct idx_file *f, struct err *e)
{
    enum status s = read_header(f, e);

    if (s == OK && f->axes != 1)
        s = err_add(e, ERR_DATA, input_name(&f->in),
                    "%lld axes, expected labels: [N]", (long long)f->axes);
    if (s == OK && f->element->real)
        s = err_add(e, ERR_DATA, input_name(&f->in),
                    "elements of type 0x%02x (real numbers), expected integer "
                    "labels",
                    f->element->code);
    f->bytes = s == OK ? f->element->size : 0;
    return s;
}

static enum status check_counts(const struct idx_file *images,
                                const struct idx_file *labels, struct err *e)
{
    if (images->dim[0] != labels->dim[0])
        return err_add(e, ERR_DATA, input_name(&images->in),
                       "%lld images, but %s holds %lld labels",
                       (long long)images->dim[0], input_name(&labels->in),
                       (long long)labels->dim[0]);
    return images->dim[0] > 0 ? OK
                              : err_add(e, ERR_DATA, input_name(&images->in),
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
    p->has_labels = q->answers == ANSWERS_READ && c->labels.at;
    enum status s = source_input(q, c->images.at, &p->images.in, e);
    if (s == OK)
        s = open_images(&p->images, r, e);
    if (!p->has_labels)
        return s;
    enum status other = input_open(&p->labels.in, c->labels.at, e);
    if (other == OK)
        other = open_labels(&p->labels, e);
    s = s != OK ? s : other;
    return s == OK ? check_counts(&p->images, &p->labels, e) : s;
}

/* The bytes of record `at`; they stay in the buffer, which grows with what
 * really comes. */
static enum status take(struct idx_file *f, int64_t at,
                        const unsigned char **record, struct err *e)
{
    struct input *in = &f->in;
    const enum status s = input_ahead(in, f->bytes, e);
    const size_t have = in->end - in->begin;

    if (s == OK && have < f->bytes)
        return err_add(e, ERR_DATA, input_name(in),
                       "ends after %lld of the %lld bytes of elements that its "
                       "header says",
                       (long long)at * (long long)f->bytes + (long long)have,
                       (long long)f->dim[0] * (long long)f->bytes);
    *record = in->at + in->begin;
    in->begin += s == OK ? f->bytes : 0;
    return s;
}

static enum status take_image(struct idx_pair *p, struct record *out,
                              int64_t size, struct err *e)
{
    const struct element *element = p->images.element;
    const unsigned char *bytes = NULL;
    const enum status s = take(&p->images, p->next, &bytes, e);

    out->pixels = bytes;
    if (s != OK || element->code == IDX_U8)
        return s;
    if (!p->reals)
        p->reals = mem_take((size_t)size, sizeof *p->reals);
    if (!p->reals)
        return err_memory(e, "reading images");
    out->pixels = p->reals;
    for (int64_t i = 0; i < size; i++) {
        p->reals[i] =
            (float)value_of(element, bytes + (size_t)i * element->size);
        out->bad = out->bad || !isfinite(p->reals[i]);
    }
    return out->bad ? err_add(e, ERR_DATA, input_name(&p->images.in),
                              "image %lld holds a pixel that is not a finite "
                              "32-bit float",
                              (long long)p->next)
                    : OK;
}

static enum status check_end(struct input *in, struct err *e)
{
    const enum status s = input_ahead(in, 1, e);

    return s == OK && in->end > in->begin
               ? err_add(e, ERR_DATA, input_name(in),
                         "longer than its IDX header says")
               : s;
}

static enum status idx_next(struct source_reader *r, struct record *out,
                            bool *more, struct err *e)
{
    struct idx_pair *p = r->state;
    const unsigned char *bytes = NULL;
    enum status s = OK;

    *more = p->next < p->images.dim[0];
    if (!*more) {
        if (!p->blind)
            s = check_end(&p->images.in, e);
        return s == OK && p->has_labels ? check_end(&p->labels.in, e) : s;
    }
    out->pixel = p->images.element->code == IDX_U8 ? PIXEL_U8 : PIXEL_F32;
    if (!p->blind)
        s = take_image(p, out, shape_count(r->shape), e);
    if (s == OK && p->has_labels)
        s = take(&p->labels, p->next, &bytes, e);
    if (s == OK && p->has_labels) {
        out->label = p->label;
        out->label_length =
            (size_t)snprintf(p->label, sizeof p->label, "%.0f",
                             value_of(p->labels.element, bytes));
    }
    p->next++;
    return s;
}

static bool idx_whole(const struct source_reader *r)
{
    const struct idx_pair *p = r->state;

    return r->in->ended || r->in->end - r->in->begin >= p->images.bytes;
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
    return (length >= 4 && !head[0] && !head[1] && element_of(head[2])) ||
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

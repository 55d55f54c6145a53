/*
 * idx.c - a pair of IDX files as a source of labelled samples.
 */
#include "source/idx.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "source/idx_file.h"

static const struct field idx_fields[] = {
    FIELD(idx_source, images,
          .doc = "An IDX file of images, [N, H, W] or [N, C, H, W], gzip or "
                 "not."),
    FIELD(idx_source, labels, .optional = true,
          .doc = "An IDX file of as many labels; needed unless train.targets "
                 "is inputs."),
    {0},
};

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
                               const struct source_request *q, struct err *e)
{
    const int64_t *dim = f->dim;
    struct shape *shape = &r->shape;
    int64_t bytes;

    r->in = &f->in;
    r->name = input_name(r->in);
    const enum status s = idx_read_header(f, e);
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
    const enum status placed = idx_choose_place(f, q, *shape, e);
    r->streams = f->place < 0;
    return placed;
}

static enum status open_labels(struct idx_file *f, struct err *e)
{
    enum status s = idx_read_header(f, e);

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
                       "%lld image%s, but %s holds %lld label%s",
                       (long long)images->dim[0],
                       images->dim[0] == 1 ? "" : "s", input_name(&labels->in),
                       (long long)labels->dim[0],
                       labels->dim[0] == 1 ? "" : "s");
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
    p->has_labels = q->answers == ANSWERS_READ && c->labels.at;
    enum status s = source_input(q, c->images.at, &p->images.in, e);
    if (s == OK)
        s = open_images(&p->images, r, q, e);
    p->blind = q->blind || !r->streams;
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
        return idx_short(f, at * (int64_t)f->bytes + (int64_t)have, e);
    *record = in->at + in->begin;
    in->begin += s == OK ? f->bytes : 0;
    return s;
}

static enum status take_image(struct idx_pair *p, struct record *out,
                              int64_t size, struct err *e)
{
    const struct idx_element *element = p->images.element;
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
    out->bad = !idx_convert(element, bytes, size, p->reals);
    return out->bad ? idx_infinite(&p->images, p->next, e) : OK;
}

static enum status check_end(struct idx_file *f, struct err *e)
{
    const enum status s = input_ahead(&f->in, 1, e);

    return s == OK && f->in.end > f->in.begin ? idx_long(f, e) : s;
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
            s = check_end(&p->images, e);
        return s == OK && p->has_labels ? check_end(&p->labels, e) : s;
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
                             idx_value(p->labels.element, bytes));
    }
    p->next++;
    return s;
}

static enum status idx_fetch_run(const struct source_reader *r, int64_t index,
                                 int64_t count, void *pixels, struct err *e)
{
    const struct idx_pair *p = r->state;

    return idx_fetch_images(&p->images, index, count, pixels, e);
}

static enum status idx_fetch(const struct source_reader *r, int64_t index,
                             void *pixels, struct err *e)
{
    return idx_fetch_run(r, index, 1, pixels, e);
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
    return (length >= 4 && !head[0] && !head[1] && idx_element(head[2])) ||
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
    .fetch = idx_fetch,
    .fetch_run = idx_fetch_run,
    .whole = idx_whole,
    .close = idx_close,
};

/*
 * arrays.c - samples as an array of numbers, their answers as another.
 */
#include "source/arrays.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"

const char *const arrays_layouts[] = {"first", "last", NULL};

const char *arrays_fault(const struct text_list *label_columns, bool labels,
                         bool targets, struct text *why)
{
    const bool several = label_columns->count > 0;

    if (targets && (labels || several)) {
        text_puts(why, "has no effect beside targets, which are predicted");
        return labels ? "labels" : "label_columns";
    }
    if (several && !labels)
        text_puts(why, "has no effect without labels, whose columns it names");
    return several && !labels ? "label_columns" : NULL;
}

struct arrays *arrays_new(struct source_reader *r,
                          const struct source_request *q,
                          const struct arrays_config *c, bool given)
{
    struct arrays *p = mem_take(1, sizeof *p);

    r->state = p;
    if (!p)
        return NULL;
    p->config = *c;
    p->place = -1;
    p->blind = q->blind;
    p->may_miss = q->holes;
    p->has_answers = q->answers == ANSWERS_READ && given;
    return p;
}

void arrays_close(struct source_reader *r)
{
    struct arrays *p = r->state;

    input_close(&p->samples.in);
    input_close(&p->answers.in);
    mem_free(p->ordered);
    mem_free(p->reals);
    mem_free(p->targets);
    mem_free(p);
}

/* "[60000, 28, 28]" */
static const char *put_axes(struct text *out, const struct npy_header *h)
{
    text_puts(out, "[");
    for (int64_t i = 0; i < h->axes; i++)
        text_printf(out, "%s%lld", i ? ", " : "", (long long)h->dim[i]);
    text_puts(out, "]");
    return text_string(out);
}

/* Says that an array of such axes is not what it is wanted for. */
static enum status refuse_axes(const struct array *a, enum status status,
                               const char *wanted, struct err *e)
{
    struct text axes = {0};

    err_add(e, status, input_name(&a->in), "is an array of %s, %s",
            put_axes(&axes, &a->is), wanted);
    text_free(&axes);
    return status;
}

/* Everything there is must be countable in bytes. */
static enum status measure(struct array *a, int64_t numbers, struct err *e)
{
    int64_t bytes, all;

    if (a->is.fortran && a->is.axes > 1)
        return err_add(e, ERR_DATA, input_name(&a->in),
                       "is in Fortran order, expected C order; in NumPy "
                       "numpy.ascontiguousarray(x) makes it");
    if (!num_mul(numbers, (int64_t)a->is.element.size, &bytes) ||
        !num_mul(bytes, a->is.dim[0], &all))
        return err_add(e, ERR_DATA, input_name(&a->in),
                       "its header asks for more than 2^63 bytes");
    a->bytes = (size_t)bytes;
    return OK;
}

enum status arrays_header(struct array *a, struct err *e)
{
    struct input *in = &a->in;
    struct text why = {0};

    enum status s = input_ahead(in, NPY_START_BYTES, e);
    const size_t length =
        s == OK ? npy_length(in->at + in->begin, in->end - in->begin, &why) : 0;
    if (length > 0)
        s = input_ahead(in, length, e);
    const size_t have = in->end - in->begin;
    if (s == OK && length > have)
        s = err_add(e, ERR_DATA, input_name(in),
                    "its NumPy header ends after %zu of %zu bytes", have,
                    length);
    else if (s == OK && (length == 0 ||
                         !npy_read(in->at + in->begin, length, &a->is, &why)))
        s = why.failed
                ? err_memory(e, "reading arrays")
                : err_add(e, ERR_DATA, input_name(in), "%s", text_string(&why));
    in->begin += s == OK ? length : 0;
    a->header = (int64_t)length;
    text_free(&why);
    return s;
}

enum status arrays_samples(struct source_reader *r, struct err *e)
{
    struct arrays *p = r->state;
    struct array *a = &p->samples;
    const int64_t *dim = a->is.dim;
    const bool last = strcmp(p->config.layout, "last") == 0;

    r->in = &a->in;
    r->name = input_name(r->in);
    if (a->is.axes < 2 || a->is.axes > 4)
        return refuse_axes(a, ERR_DATA,
                           "expected samples: [N, H, W], [N, C, H, W] or rows "
                           "of numbers [N, F]",
                           e);
    if (last && a->is.axes != 4)
        return refuse_axes(a, ERR_CONFIG, "layout: last is of [N, H, W, C]", e);
    r->shape = a->is.axes == 2   ? SHAPE(dim[1])
               : a->is.axes == 3 ? SHAPE(1, dim[1], dim[2])
               : last            ? SHAPE(dim[3], dim[1], dim[2])
                                 : SHAPE(dim[1], dim[2], dim[3]);
    if (!shape_fits(r->shape))
        return refuse_axes(a, ERR_DATA,
                           "expected extents of at least 1 and samples that "
                           "memory can hold",
                           e);
    p->size = shape_count(r->shape);
    return measure(a, p->size, e);
}

/* One class a sample. */
static enum status check_labels(const struct array *a, struct err *e)
{
    if (a->is.axes == 2 && a->is.dim[1] != 1)
        return refuse_axes(a, ERR_DATA,
                           "expected labels: [N]; of one-hot rows "
                           "y.argmax(axis=1) makes them, label_columns names "
                           "several labels of a sample, targets numbers to be "
                           "predicted",
                           e);
    if (a->is.element.kind == ELEMENT_REAL)
        return err_add(e, ERR_DATA, input_name(&a->in),
                       "holds real numbers, expected integer labels; targets "
                       "names numbers to be predicted");
    return OK;
}

enum status arrays_answers(struct source_reader *r, struct err *e)
{
    struct arrays *p = r->state;
    struct array *a = &p->answers;
    const int64_t labels = p->config.label_columns.count;
    const int64_t width = a->is.axes == 2 ? a->is.dim[1] : 1;
    enum status s = OK;

    if (a->is.axes != 1 && a->is.axes != 2)
        s = refuse_axes(a, ERR_DATA,
                        p->config.real || labels > 0
                            ? "expected [N] or [N, K]: numbers of each sample"
                            : "expected labels: [N]",
                        e);
    else if (labels == 0 && !p->config.real)
        s = check_labels(a, e);
    else if (!shape_fits(SHAPE(width)))
        s = refuse_axes(a, ERR_DATA, "expected a number for each sample", e);
    else if (labels > 0 && width != labels)
        s = refuse_axes(a, ERR_CONFIG,
                        "label_columns names another number of columns", e);
    if (s != OK)
        return s;
    if (labels > 0)
        r->target =
            (struct target){TARGET_LABELS, width, p->config.label_columns.at};
    else if (p->config.real)
        r->target = (struct target){TARGET_REAL, width, NULL};
    return measure(a, width, e);
}

enum status arrays_check(const struct source_reader *r, struct err *e)
{
    const struct arrays *p = r->state;
    const int64_t count = p->samples.is.dim[0];

    if (p->has_answers && p->answers.is.dim[0] != count)
        return err_add(
            e, ERR_DATA, r->name, "%s, but %s holds %s",
            counted(count, "sample").text, input_name(&p->answers.in),
            counted(p->answers.is.dim[0], p->config.real ? "target" : "label")
                .text);
    return count > 0 ? OK : err_add(e, ERR_DATA, r->name, "holds no samples");
}

enum status arrays_short(const struct array *a, int64_t have, struct err *e)
{
    return err_add(e, ERR_DATA, input_name(&a->in),
                   "ends after %lld of the %lld bytes of elements that its "
                   "header says",
                   (long long)have,
                   (long long)a->is.dim[0] * (long long)a->bytes);
}

enum status arrays_long(const struct array *a, struct err *e)
{
    return err_add(e, ERR_DATA, input_name(&a->in),
                   "longer than its header says");
}

/* The bytes of record `at`; they stay in the buffer, which grows with what
 * really comes. */
static enum status take(struct array *a, int64_t at,
                        const unsigned char **record, struct err *e)
{
    struct input *in = &a->in;
    const enum status s = input_ahead(in, a->bytes, e);
    const size_t have = in->end - in->begin;

    if (s == OK && have < a->bytes)
        return arrays_short(a, at * (int64_t)a->bytes + (int64_t)have, e);
    *record = in->at + in->begin;
    in->begin += s == OK ? a->bytes : 0;
    return s;
}

/* From [H, W, C] to [C, H, W]. */
static void order(char *to, const char *from, struct shape shape, size_t size)
{
    const int64_t pixels = shape.dim[1] * shape.dim[2];

    for (int64_t c = 0; c < shape.dim[0]; c++)
        for (int64_t i = 0; i < pixels; i++, to += size)
            memcpy(to, from + (size_t)(i * shape.dim[0] + c) * size, size);
}

/* A block of a record's length, taken once there is a record. */
static bool room(void *block, int64_t count, size_t size)
{
    void **at = block;

    if (!*at)
        *at = mem_take((size_t)count, size);
    return *at != NULL;
}

static bool has_holes(const float *x, int64_t count)
{
    bool holes = false;

    for (int64_t i = 0; i < count; i++)
        holes = holes || isnan(x[i]);
    return holes;
}

static enum status take_sample(struct source_reader *r, struct record *out,
                               struct err *e)
{
    struct arrays *p = r->state;
    const struct npy_header *h = &p->samples.is;
    const bool bytes = element_is_byte(&h->element);
    const bool last = strcmp(p->config.layout, "last") == 0;
    const size_t size = bytes ? 1 : sizeof *p->reals;
    const unsigned char *from = NULL;
    enum status s = take(&p->samples, p->next, &from, e);

    if (s != OK)
        return s;
    if ((last && !room(&p->ordered, p->size, size)) ||
        (!bytes && !room(&p->reals, p->size, sizeof *p->reals)))
        return err_memory(e, "reading arrays");
    out->pixels = from;
    if (!bytes) {
        element_floats(&h->element, from, p->size, p->reals);
        out->pixels = p->reals;
    }
    s = arrays_check_numbers(p, p->next * p->size, out->pixels, p->size, e);
    out->bad = s != OK;
    out->holes = !bytes && p->may_miss && has_holes(p->reals, p->size);
    if (s == OK && last) {
        order(p->ordered, out->pixels, r->shape, size);
        out->pixels = p->ordered;
    }
    return s;
}

static enum status take_answer(struct source_reader *r, struct record *out,
                               struct err *e)
{
    struct arrays *p = r->state;
    const struct element *element = &p->answers.is.element;
    const int64_t width = r->target.width;
    const unsigned char *from = NULL;
    const enum status s = take(&p->answers, p->next, &from, e);

    if (s != OK)
        return s;
    if (r->target.kind == TARGET_CLASS) {
        out->label = p->label;
        out->label_length = element_decimal(element, from, p->label);
        return OK;
    }
    if (!room(&p->targets, width, sizeof *p->targets))
        return err_memory(e, "reading arrays");
    element_floats(element, from, width, p->targets);
    out->targets = p->targets;
    for (int64_t i = 0; i < width && !out->bad; i++) {
        const float value = p->targets[i];
        out->bad = r->target.kind == TARGET_LABELS ? !(value == 0 || value == 1)
                                                   : !isfinite(value);
    }
    return out->bad
               ? arrays_bad_number(&p->answers, p->next,
                                   r->target.kind == TARGET_LABELS
                                       ? "a label is neither 0 nor 1"
                                       : "a target is no finite 32-bit float",
                                   e)
               : OK;
}

static enum status check_end(struct array *a, struct err *e)
{
    const enum status s = input_ahead(&a->in, 1, e);

    return s == OK && a->in.end > a->in.begin ? arrays_long(a, e) : s;
}

enum status arrays_next(struct source_reader *r, struct record *out, bool *more,
                        struct err *e)
{
    struct arrays *p = r->state;
    enum status s = OK;

    *more = p->next < p->samples.is.dim[0];
    if (!*more) {
        if (!p->blind)
            s = check_end(&p->samples, e);
        return s == OK && p->has_answers ? check_end(&p->answers, e) : s;
    }
    out->pixel = element_is_byte(&p->samples.is.element) ? PIXEL_U8 : PIXEL_F32;
    if (!p->blind)
        s = take_sample(r, out, e);
    if (s == OK && p->has_answers)
        s = take_answer(r, out, e);
    p->next++;
    return s;
}

bool arrays_whole(const struct source_reader *r)
{
    const struct arrays *p = r->state;

    return r->in->ended || r->in->end - r->in->begin >= p->samples.bytes;
}

/*
 * safetensors.c - reads a file of named tensors and checks all of it.
 *
 * Memory grows with what the file delivers, never with what it claims.  An
 * endless or foreign file is refused as soon as its header length is read.
 */
#include "store/safetensors.h"

#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "store/header.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "tensors are read and written as they lie in memory");
_Static_assert(sizeof(float) == 4, "F32 is float");

enum { READ_STEP = BUFFER_BYTES(1 << 20) };

/* An open file, while it is read. */
struct source {
    const char *path;
    int fd;
};

/* Reads `want` bytes into the empty `out`; fewer at the end of the file. */
static enum status read_up_to(const struct source *f, int64_t want,
                              struct bytes *out, struct err *e)
{
    const size_t goal = (size_t)want;
    size_t capacity = 0, got = 1;

    while (out->length < goal && got > 0) {
        const size_t left = goal - out->length;
        const size_t step = left < READ_STEP ? left : (size_t)READ_STEP;
        unsigned char *moved =
            mem_grow(out->at, &capacity, out->length + step, 1);
        if (!moved)
            return err_memory(e, "reading a model file");
        out->at = moved;
        const enum status s = file_read_some(
            f->fd, f->path, out->at + out->length, step, &got, e);
        if (s != OK)
            return s;
        out->length += got;
    }
    return OK;
}

/* The length in front of the header; -1 when it is cut or impossible. */
static int64_t decode_length(const struct bytes *start)
{
    uint64_t length = 0;

    if (start->length < LENGTH_BYTES)
        return -1;
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        length = length << 8 | start->at[i];
    return length < 2 || length > STORE_MAX_HEADER ? -1 : (int64_t)length;
}

static enum status read_header(const struct source *f, struct bytes *header,
                               struct err *e)
{
    struct bytes start = {0};

    enum status s = read_up_to(f, LENGTH_BYTES, &start, e);
    const int64_t length = decode_length(&start);
    mem_free(start.at);
    if (s == OK && length > 0)
        s = read_up_to(f, length, header, e);
    if (s != OK)
        return s;
    if (length < 0 || header->length == 0 || header->at[0] != '{')
        return err_add(e, ERR_DATA, f->path,
                       "not a model file: does not begin with the header of "
                       "safetensors");
    if (header->length < (size_t)length)
        return err_add(e, ERR_DATA, f->path,
                       "truncated: %zu bytes of a header of %lld",
                       header->length, (long long)length);
    return OK;
}

/* Reads the data section, which must end with the file, and points the tensors
 * into it. */
static enum status read_data(const struct source *f, const int64_t *offset,
                             int64_t data_bytes, struct stored *out,
                             struct err *e)
{
    struct bytes *data = &out->content;
    /* One byte more, to see that there is none. */
    const enum status s = read_up_to(f, data_bytes + 1, data, e);

    if (s != OK)
        return s;
    if (data->length < (size_t)data_bytes)
        return err_add(e, ERR_DATA, f->path,
                       "truncated: %zu bytes of tensors, expected %lld",
                       data->length, (long long)data_bytes);
    if (data->length > (size_t)data_bytes)
        return err_add(e, ERR_DATA, f->path,
                       "the file goes on after the last tensor");
    for (int64_t i = 0; i < out->tensor_count; i++)
        out->tensors[i].data =
            (const float *)(const void *)(data->at + offset[i]);
    return OK;
}

enum status store_read(const char *path, struct stored *out, struct err *e)
{
    struct source f = {.path = path};
    struct bytes header = {0};
    int64_t *offset, data_bytes;

    *out = (struct stored){0};
    if (strcmp(path, "-") == 0)
        return err_add(e, ERR_NOINPUT, "standard input",
                       "a model file is expected by name");
    enum status s = file_open(path, &f.fd, e);
    if (s != OK)
        return s;
    s = read_header(&f, &header, e);
    if (s == OK)
        s = header_read(path, &header, out, &offset, &data_bytes, e);
    if (s == OK)
        s = read_data(&f, offset, data_bytes, out, e);
    if (s == OK)
        s = checksums_check(path, &header, out, e);
    mem_free(header.at);
    close(f.fd);
    if (s != OK)
        store_free(out);
    return s;
}

void store_free(struct stored *s)
{
    arena_free(&s->arena);
    mem_free(s->content.at);
    *s = (struct stored){0};
}

bool store_looks_like(const char *path)
{
    unsigned char first[LENGTH_BYTES];
    const size_t got = file_peek(path, first, sizeof first);
    const bool utf16 = got >= 2 && ((first[0] == 0xff && first[1] == 0xfe) ||
                                    (first[0] == 0xfe && first[1] == 0xff));

    return got > 0 && !utf16 && memchr(first, 0, got);
}

bool store_is_own(const struct stored *s)
{
    const char *format = stored_text_of(s, FORMAT_KEY);

    return format && strcmp(format, STORE_OWN_FORMAT) == 0;
}

const char *stored_text_of(const struct stored *s, const char *key)
{
    for (int64_t i = 0; i < s->text_count; i++)
        if (strcmp(s->texts[i].key, key) == 0)
            return s->texts[i].value;
    return NULL;
}

const struct stored_tensor *stored_tensor_of(const struct stored *s,
                                             const char *name)
{
    int64_t low = 0, high = s->tensor_count; /* it is in [low, high) */

    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        const int order = strcmp(name, s->tensors[middle].name);
        if (order == 0)
            return &s->tensors[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

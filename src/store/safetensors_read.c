/*
 * safetensors_read.c - reads a file of named tensors and checks all of it.
 *
 * Memory grows with what the file delivers, never with what it claims.  An
 * endless or foreign file is refused as soon as its header length is read.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/text.h"
#include "codec/json.h"
#include "store/header.h"
#include "store/safetensors.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "tensors are read and written as they lie in memory");
_Static_assert(sizeof(float) == 4, "F32 is float");
_Static_assert(offsetof(struct stored_text, key) == 0 &&
                   offsetof(struct stored_tensor, name) == 0 &&
                   offsetof(struct stored_other, name) == 0,
               "rows_by_name compares what they begin with");

/* An open file, while it is read. */
struct source {
    const char *path;
    int fd;
};

static enum status read_header(const struct source *f, struct bytes *header,
                               struct err *e)
{
    struct bytes start = {0};
    uint64_t length = 0;

    enum status s = file_read_up_to(f->fd, f->path, LENGTH_BYTES, &start, e);
    if (s == OK && start.length == LENGTH_BYTES)
        memcpy(&length, start.at, LENGTH_BYTES);
    mem_free(start.at);
    if (s == OK && length <= STORE_MAX_HEADER)
        s = file_read_up_to(f->fd, f->path, (size_t)length, header, e);
    if (s != OK)
        return s;
    if (length < 2 || header->length == 0 || header->at[0] != '{')
        return err_add(e, ERR_DATA, f->path,
                       "not a model file: does not begin with the header of "
                       "safetensors");
    if (header->length < length)
        return err_add(e, ERR_DATA, f->path,
                       "truncated: %zu bytes of a header of %lld",
                       header->length, (long long)length);
    return OK;
}

/* Reads the data section, which must end with the file. */
static enum status read_data(const struct source *f, int64_t data_bytes,
                             struct stored *out, struct err *e)
{
    struct bytes *data = &out->content;
    /* One byte more, to see that there is none. */
    const enum status s =
        file_read_up_to(f->fd, f->path, (size_t)data_bytes + 1, data, e);

    if (s != OK)
        return s;
    if (data->length < (size_t)data_bytes)
        return err_add(e, ERR_DATA, f->path,
                       "truncated: %zu bytes of tensors, expected %lld",
                       data->length, (long long)data_bytes);
    if (data->length > (size_t)data_bytes)
        return err_add(e, ERR_DATA, f->path,
                       "the file goes on after the last tensor");
    return OK;
}

/* Can the tensor be used as it lies in memory? */
static bool lies_as_floats(const struct extent *at)
{
    return strcmp(at->type->dtype, "F32") == 0 &&
           at->begin % (int64_t)sizeof(float) == 0;
}

/* Points the tensors to their floats: in the data section, or converted. */
static enum status point_tensors(struct stored *out,
                                 const struct extent *extents, struct err *e)
{
    int64_t count = 0, used = 0;

    for (int64_t i = 0; i < out->tensor_count; i++)
        if (!lies_as_floats(&extents[i]))
            count += shape_count(out->tensors[i].shape);
    out->converted = mem_take((size_t)count, sizeof *out->converted);
    if (!out->converted)
        return err_memory(e, "reading a model file");
    for (int64_t i = 0; i < out->tensor_count; i++) {
        const struct extent *at = &extents[i];
        const unsigned char *from = out->content.at + at->begin;
        struct stored_tensor *t = &out->tensors[i];
        if (lies_as_floats(at)) {
            t->data = (const float *)(const void *)from;
            continue;
        }
        t->data = out->converted + used;
        for (; from < out->content.at + at->end; from += at->type->bytes)
            out->converted[used++] = at->type->decode(from);
    }
    return OK;
}

enum status store_read(const char *path, struct stored *out, struct err *e)
{
    struct source f = {.path = path};
    struct bytes header = {0};
    struct extent *extents;
    int64_t data_bytes;

    *out = (struct stored){0};
    if (strcmp(path, "-") == 0)
        return err_add(e, ERR_NOINPUT, "standard input",
                       "a model file is expected by name");
    enum status s = file_open(path, &f.fd, e);
    if (s != OK)
        return s;
    s = read_header(&f, &header, e);
    if (s == OK)
        s = header_read(path, &header, out, &extents, &data_bytes, e);
    if (s == OK)
        s = read_data(&f, data_bytes, out, e);
    if (s == OK)
        s = checksums_check(path, &header, out, extents, e);
    if (s == OK)
        s = point_tensors(out, extents, e);
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
    mem_free(s->converted);
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

bool store_adds(const char *key)
{
    return strcmp(key, CRC_KEY) == 0 || strcmp(key, HEADER_CRC_KEY) == 0;
}

/* The row of a table that is sorted by name. */
static const void *row_of(const void *table, int64_t count, size_t size,
                          const char *name)
{
    return count > 0 ? bsearch(&name, table, (size_t)count, size, rows_by_name)
                     : NULL;
}

const char *stored_text_of(const struct stored *s, const char *key)
{
    const struct stored_text *t =
        row_of(s->texts, s->text_count, sizeof *s->texts, key);

    return t ? t->value : NULL;
}

enum status stored_json(const struct stored *s, const char *key,
                        const char *path, struct json **out, struct err *e)
{
    const char *text = stored_text_of(s, key);

    *out = NULL;
    return text ? json_parse(text, strlen(text), path, out, e)
                : err_add(e, ERR_DATA, path, "metadata %s is missing", key);
}

const struct stored_tensor *stored_tensor_of(const struct stored *s,
                                             const char *name)
{
    return row_of(s->tensors, s->tensor_count, sizeof *s->tensors, name);
}

const struct stored_other *stored_other_of(const struct stored *s,
                                           const char *name)
{
    return row_of(s->others, s->other_count, sizeof *s->others, name);
}

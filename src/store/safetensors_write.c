/*
 * safetensors_write.c - writes named tensors and strings as one file.
 *
 * The header is made with zeros for its own checksum, which is then put over
 * them: the checksum is defined with the zeros in place.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "store/header.h"

enum { PAD_TO = 8 };

static int64_t bytes_of(const struct stored_tensor *t)
{
    return shape_count(t->shape) * (int64_t)sizeof *t->data;
}

/* Copies the caller's table sorted by name; give back with mem_free. */
static enum status sort_tensors(const struct stored_tensor *tensors,
                                int64_t count, struct stored_tensor **out,
                                struct err *e)
{
    struct stored_tensor *sorted = mem_take((size_t)count, sizeof *sorted);

    *out = sorted;
    if (!sorted)
        return err_memory(e, "writing a model file");
    if (count > 0)
        memcpy(sorted, tensors, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, rows_by_name);
    for (int64_t i = 0; i < count; i++) {
        const char *name = sorted[i].name;
        if (strcmp(name, METADATA_KEY) == 0 ||
            (i > 0 && strcmp(name, sorted[i - 1].name) == 0))
            return err_add(e, ERR_INTERNAL, NULL,
                           "the tensor name '%s' is taken", name);
    }
    return OK;
}

/* {"name":"eight digits",...} */
static void write_checksums(const struct stored_tensor *tensors, int64_t count,
                            struct text *out)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    for (int64_t i = 0; i < count; i++) {
        char digits[CRC_DIGITS + 1];
        const uint32_t crc =
            crc32_of(tensors[i].data, (size_t)bytes_of(&tensors[i]));
        snprintf(digits, sizeof digits, "%08" PRIx32, crc);
        json_put_text(&w, tensors[i].name, digits);
    }
    json_end(&w);
    json_finish(&w, JSON_SORTED, out);
}

static void describe_tensor(struct json_writer *w,
                            const struct stored_tensor *t, int64_t begin)
{
    json_begin_map(w, t->name);
    json_put_text(w, "dtype", "F32");
    json_put_ints(w, "shape", t->shape.dim, t->shape.axes);
    json_put_ints(w, "data_offsets", (int64_t[]){begin, begin + bytes_of(t)},
                  2);
    json_end(w);
}

/* The padded header for tensors sorted by name, its own checksum still zeros.
 */
static void write_header(const struct stored_content *c, const char *checksums,
                         struct text *out)
{
    struct json_writer w = {0};
    int64_t begin = 0;

    json_begin_map(&w, NULL);
    json_begin_map(&w, METADATA_KEY);
    for (int64_t i = 0; i < c->text_count; i++)
        json_put_text(&w, c->texts[i].key, c->texts[i].value);
    json_put_text(&w, CRC_KEY, checksums);
    json_put_text(&w, HEADER_CRC_KEY, "00000000");
    json_end(&w);
    for (int64_t i = 0; i < c->tensor_count; i++) {
        describe_tensor(&w, &c->tensors[i], begin);
        begin += bytes_of(&c->tensors[i]);
    }
    json_end(&w);
    json_finish(&w, JSON_SORTED, out);
    text_pad(out, ' ', (PAD_TO - (int64_t)(out->length % PAD_TO)) % PAD_TO);
}

/* Puts the checksum over its zeros. */
static void seal_header(struct text *header)
{
    const struct bytes view = {(unsigned char *)header->at, header->length};
    char *zeros = strstr(header->at, HEADER_CRC_START "00000000\"");
    char digits[CRC_DIGITS + 1];

    snprintf(digits, sizeof digits, "%08" PRIx32,
             checksum_of_header(&view, NULL));
    memcpy(zeros + strlen(HEADER_CRC_START), digits, CRC_DIGITS);
}

/* Where a file goes: under its name, or, with `back`, nowhere, but it is read
 * back; or into a file that somebody else commits. */
struct destination {
    const char *path;
    struct stored *back;
    struct file_replace *given; /* NULL: none */
};

static enum status put_file(struct file_replace *r, struct text *header,
                            const struct stored_content *c, struct err *e)
{
    const uint64_t length = header->length; /* little endian */

    seal_header(header);
    enum status s = file_replace_write(r, &length, sizeof length, e);
    if (s == OK)
        s = file_replace_write(r, header->at, header->length, e);
    for (int64_t i = 0; s == OK && i < c->tensor_count; i++)
        s = file_replace_write(r, c->tensors[i].data,
                               (size_t)bytes_of(&c->tensors[i]), e);
    return s;
}

static enum status write_file(const struct destination *to, struct text *header,
                              const struct stored_content *c, struct err *e)
{
    struct file_replace r;

    if (to->given)
        return put_file(to->given, header, c, e);
    enum status s = file_replace_begin(&r, to->path, e);
    if (s == OK)
        s = put_file(&r, header, c, e);
    if (s == OK && !to->back)
        s = file_replace_commit(&r, e);
    else if (s == OK)
        s = store_read(r.named ? r.temporary : file_replace_view(&r).path,
                       to->back, e);
    file_replace_abort(&r);
    return s;
}

static enum status write_content(const struct destination *to,
                                 const struct stored_content *given,
                                 struct err *e)
{
    struct text checksums = {0}, header = {0};
    struct stored_tensor *sorted;
    enum status s =
        sort_tensors(given->tensors, given->tensor_count, &sorted, e);

    if (s == OK) {
        const struct stored_content c = {given->texts, given->text_count,
                                         sorted, given->tensor_count};
        write_checksums(sorted, c.tensor_count, &checksums);
        write_header(&c, text_string(&checksums), &header);
        if (checksums.failed || header.failed)
            s = err_memory(e, "writing a model file");
        else if (header.length > STORE_MAX_HEADER)
            s = err_add(e, ERR_INTERNAL, to->path,
                        "a header of %zu bytes is longer than %d",
                        header.length, STORE_MAX_HEADER);
        else
            s = write_file(to, &header, &c, e);
    }
    text_free(&header);
    text_free(&checksums);
    mem_free(sorted);
    return s;
}

enum status store_write(const char *path, const struct stored_content *c,
                        struct err *e)
{
    return write_content(&(struct destination){.path = path}, c, e);
}

enum status store_rehearse(const char *path, const struct stored_content *c,
                           struct stored *back, struct err *e)
{
    *back = (struct stored){0};
    return write_content(&(struct destination){path, back, NULL}, c, e);
}

enum status store_put(struct file_replace *r, const char *path,
                      const struct stored_content *c, struct err *e)
{
    return write_content(&(struct destination){path, NULL, r}, c, e);
}

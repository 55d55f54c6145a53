/*
 * arrays.c - arrays of NumPy and archives of them, written by hand.
 */
#include "support/arrays.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "codec/digest.h"
#include "codec/stream.h"
#include "support/scratch.h"

static void put_number(struct text *out, uint64_t value, int bytes)
{
    for (; bytes > 0; bytes--, value >>= 8)
        text_add(out, &(char){(char)(value & 0xff)}, 1);
}

void put_array(struct text *out, const char *dictionary, const void *elements,
               size_t length)
{
    text_add(out, "\x93NUMPY\1\0", 8);
    put_number(out, strlen(dictionary), 2);
    text_puts(out, dictionary);
    if (length > 0)
        text_add(out, elements, length);
}

void write_array(const char *name, const char *dictionary, const void *elements,
                 size_t length)
{
    struct text file = {0};

    put_array(&file, dictionary, elements, length);
    scratch_write(name, file.at, file.length);
    text_free(&file);
}

/* The deflate stream of a gzip file without a name. */
static struct text pack(const struct packed *m)
{
    enum { HEADER = 10, TRAILER = 8 };
    struct text gzip = {0}, raw = {0};

    if (!m->deflated) {
        text_add(&raw, m->content.at, m->content.length);
        return raw;
    }
    gzip_compress(&gzip, m->content.at, m->content.length);
    text_add(&raw, gzip.at + HEADER, gzip.length - HEADER - TRAILER);
    text_free(&gzip);
    return raw;
}

/* What the directory and a member's own header both say. */
static void put_facts(struct text *out, const struct packed *m, size_t packed,
                      bool wide)
{
    put_number(out, (uint64_t)m->flags, 2);
    put_number(out,
               (uint64_t)(m->method > 0 ? m->method
                          : m->deflated ? 8
                                        : 0),
               2);
    put_number(out, 0, 4);
    put_number(out, crc32_of(m->content.at, m->content.length), 4);
    put_number(out, wide ? UINT32_MAX : packed, 4);
    put_number(out, wide ? UINT32_MAX : m->content.length, 4);
    put_number(out, strlen(m->name), 2);
}

static void put_entry(struct text *out, const struct packed *m, size_t packed,
                      size_t at, bool wide)
{
    text_puts(out, "PK\1\2");
    put_number(out, 45, 2);
    put_number(out, 45, 2);
    put_facts(out, m, packed, wide);
    put_number(out, wide ? 28 : 0, 2);
    put_number(out, 0, 2 + 2 + 2 + 4);
    put_number(out, wide ? UINT32_MAX : at, 4);
    text_puts(out, m->name);
    if (!wide)
        return;
    put_number(out, 1, 2);
    put_number(out, 24, 2);
    put_number(out, m->content.length, 8);
    put_number(out, packed, 8);
    put_number(out, at, 8);
}

static void put_end(struct text *out, size_t count, size_t directory, bool wide)
{
    const size_t end = out->length, length = end - directory;

    if (wide) {
        text_puts(out, "PK\6\6");
        put_number(out, 44, 8);
        put_number(out, 45, 2);
        put_number(out, 45, 2);
        put_number(out, 0, 8);
        put_number(out, count, 8);
        put_number(out, count, 8);
        put_number(out, length, 8);
        put_number(out, directory, 8);
        text_puts(out, "PK\6\7");
        put_number(out, 0, 4);
        put_number(out, end, 8);
        put_number(out, 1, 4);
    }
    text_puts(out, "PK\5\6");
    /* The number of the file, which a writer may leave to the record above. */
    put_number(out, wide ? UINT32_MAX : 0, 4);
    put_number(out, wide ? UINT16_MAX : count, 2);
    put_number(out, wide ? UINT16_MAX : count, 2);
    put_number(out, wide ? UINT32_MAX : length, 4);
    put_number(out, wide ? UINT32_MAX : directory, 4);
    put_number(out, 0, 2);
}

void put_archive(struct text *out, const struct packed *members, int count,
                 bool wide)
{
    struct text directory = {0};

    for (int i = 0; i < count; i++) {
        const struct packed *m = &members[i];
        struct text raw = pack(m);
        put_entry(&directory, m, raw.length, out->length, wide);
        text_puts(out, "PK\3\4");
        put_number(out, 45, 2);
        put_facts(out, m, raw.length, false);
        put_number(out, 0, 2);
        text_puts(out, m->name);
        text_add(out, raw.at, raw.length);
        text_free(&raw);
    }
    const size_t at = out->length;
    text_add(out, directory.at, directory.length);
    put_end(out, (size_t)count, at, wide);
    cr_assert_not(out->failed || directory.failed);
    text_free(&directory);
}

enum status load_source(const struct source_ops *kind, const void *config,
                        struct dataset *d, struct err *e)
{
    *e = (struct err){0};
    return source_load(kind, config, NULL, d, e);
}

void expect_refused(const struct source_ops *kind, const void *config,
                    enum status status, const char *message)
{
    struct dataset d;
    struct err e;
    const enum status s = load_source(kind, config, &d, &e);

    cr_expect_eq(s, status, "%d for %s: %s", (int)s, message, e.text);
    cr_expect_str_eq(e.text, message, "got %swant %s", e.text, message);
    cr_expect_null(d.pixels);
}

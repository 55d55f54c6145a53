/*
 * zip.c - the directory of an archive, and its members as streams.
 */
#include "codec/zip.h"

#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/file.h"
#include "base/num.h"
#include "base/text.h"

/* Bytes of the records, without names and comments. */
enum {
    LOCAL_BYTES = 30,
    ENTRY_BYTES = 46,
    END_BYTES = 22,
    LOCATOR_BYTES = 20,
    END64_BYTES = 56,
    COMMENT_MAX = 65535,
    DIRECTORY_MAX = 1 << 26, /* bytes that are read */
};

enum { STORED = 0, DEFLATED = 8 };
enum { ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13 }; /* of its flags */

/* A field that says: too large, see the one of 64 bits. */
#define FULL16 0xffffU
#define FULL32 0xffffffffU

static uint64_t number(const unsigned char *at, int bytes)
{
    uint64_t value = 0;

    while (bytes-- > 0)
        value = value << 8 | at[bytes];
    return value;
}

static unsigned u16(const unsigned char *at)
{
    return (unsigned)number(at, 2);
}

static uint32_t u32(const unsigned char *at)
{
    return (uint32_t)number(at, 4);
}

/* Where the directory is. */
struct place {
    uint64_t at, length, entries, end; /* end: what must follow it */
    bool wide; /* the number of a file is left to the 64-bit record */
};

static enum status damaged(const struct zip *z, const char *what, struct err *e)
{
    return err_add(e, ERR_DATA, z->name, "is a damaged zip archive: %s", what);
}

/* Of a part of the file that is there. */
static enum status read_bytes(const struct zip *z, void *to, size_t count,
                              int64_t at, struct err *e)
{
    return file_read_at(z->fd, z->name, to, count, at, e);
}

/* The record of 64-bit numbers, if a locator that ends at `at` tells of one. */
static enum status read_end64(const struct zip *z, int64_t at, struct place *p,
                              struct err *e)
{
    const bool needed = p->wide || p->entries == FULL16 ||
                        p->length == FULL32 || p->at == FULL32;
    unsigned char locator[LOCATOR_BYTES] = {0}, end[END64_BYTES];
    enum status s = OK;

    at -= LOCATOR_BYTES;
    if (at >= 0)
        s = read_bytes(z, locator, sizeof locator, at, e);
    if (s != OK)
        return s;
    if (memcmp(locator, "PK\6\7", 4) != 0)
        return needed ? damaged(z, "nothing tells of its 64-bit numbers", e)
                      : OK;
    p->end = number(locator + 8, 8);
    if (at < END64_BYTES || p->end > (uint64_t)(at - END64_BYTES) ||
        u32(locator + 4) != 0 || u32(locator + 16) > 1)
        return damaged(z, "its 64-bit numbers lie outside", e);
    s = read_bytes(z, end, sizeof end, (int64_t)p->end, e);
    if (s != OK)
        return s;
    p->entries = number(end + 32, 8);
    p->length = number(end + 40, 8);
    p->at = number(end + 48, 8);
    return memcmp(end, "PK\6\6", 4) != 0 || u32(end + 16) || u32(end + 20) ||
                   number(end + 24, 8) != p->entries ||
                   number(end + 4, 8) != (uint64_t)at - p->end - 12
               ? damaged(z, "its 64-bit numbers are none", e)
               : OK;
}

/* The last record of the file, which a comment may follow: `tail` holds the
 * last `have` bytes of the file. */
static const unsigned char *find_end(const unsigned char *tail, size_t have)
{
    for (size_t i = have < END_BYTES ? 0 : have - END_BYTES + 1; i-- > 0;)
        if (memcmp(tail + i, "PK\5\6", 4) == 0 &&
            u16(tail + i + 20) == have - i - END_BYTES)
            return tail + i;
    return NULL;
}

static enum status locate(const struct zip *z, const unsigned char *tail,
                          size_t have, int64_t length, struct place *p,
                          struct err *e)
{
    const unsigned char *end = find_end(tail, have);

    if (!end)
        return damaged(z, "no directory stands at its end", e);
    const int64_t at = length - (int64_t)have + (end - tail);
    const unsigned disk = u16(end + 4), first = u16(end + 6);
    *p = (struct place){u32(end + 16), u32(end + 12), u16(end + 10),
                        (uint64_t)at, disk == FULL16 || first == FULL16};
    if ((disk && disk != FULL16) || (first && first != FULL16) ||
        u16(end + 8) != p->entries)
        return damaged(z, "it is one of several files", e);
    const enum status s = read_end64(z, at, p, e);
    if (s == OK && (p->at > p->end || p->length != p->end - p->at))
        return damaged(z, "its directory is not where it is said to be", e);
    if (s == OK &&
        (p->length > DIRECTORY_MAX || p->entries > p->length / ENTRY_BYTES))
        return damaged(z, "its directory is too long", e);
    return s;
}

/* Numbers that did not fit their fields, in their order; false: one is missing.
 */
static bool read_wide(const unsigned char *extra, size_t length,
                      uint64_t *const wide[3], const bool full[3])
{
    bool missing = full[0] || full[1] || full[2];

    while (length >= 4) {
        const size_t size = u16(extra + 2);
        const unsigned char *at = extra + 4;
        if (size > length - 4)
            return false;
        if (u16(extra) == 1) {
            missing = false;
            for (int i = 0; i < 3; i++) {
                if (!full[i])
                    continue;
                if (at + 8 > extra + 4 + size)
                    return false;
                *wide[i] = number(at, 8);
                at += 8;
            }
        }
        extra += 4 + size;
        length -= 4 + size;
    }
    return !missing;
}

/* One entry of the directory; its length, 0: it is damaged. */
static size_t read_entry(struct zip *z, const unsigned char *at, size_t have,
                         struct zip_member *m)
{
    if (have < ENTRY_BYTES || memcmp(at, "PK\1\2", 4) != 0)
        return 0;
    uint64_t packed = u32(at + 20), size = u32(at + 24), header = u32(at + 42);
    const size_t name = u16(at + 28), extra = u16(at + 30);
    const size_t whole = ENTRY_BYTES + name + extra + u16(at + 32);
    const bool full[] = {size == FULL32, packed == FULL32, header == FULL32};
    uint64_t *const wide[] = {&size, &packed, &header};
    const char *letters = (const char *)at + ENTRY_BYTES;

    if (whole > have || memchr(letters, '\0', name) ||
        !read_wide(at + ENTRY_BYTES + name, extra, wide, full))
        return 0;
    if (size > INT64_MAX || packed > (uint64_t)z->directory ||
        header > (uint64_t)z->directory)
        return 0;
    *m = (struct zip_member){
        .name = arena_strndup(&z->arena, letters, name),
        .header = (int64_t)header,
        .packed = (int64_t)packed,
        .size = (int64_t)size,
        .crc = u32(at + 16),
        .method = u16(at + 10),
        .flags = u16(at + 8),
    };
    return whole;
}

static enum status read_entries(struct zip *z, const struct place *p,
                                struct err *e)
{
    unsigned char *bytes = mem_take((size_t)p->length + 1, 1);

    z->directory = (int64_t)p->at;
    z->members = arena_take(&z->arena, (size_t)p->entries, sizeof *z->members);
    enum status s = bytes ? arena_check(&z->arena, e, "reading an archive")
                          : err_memory(e, "reading an archive");
    if (s == OK)
        s = read_bytes(z, bytes, (size_t)p->length, z->directory, e);
    size_t used = 0;
    for (; s == OK && (uint64_t)z->count < p->entries; z->count++) {
        const size_t one = read_entry(z, bytes + used, (size_t)p->length - used,
                                      &z->members[z->count]);
        if (one == 0)
            s = damaged(z, "an entry of its directory makes no sense", e);
        used += one;
    }
    if (s == OK && used != p->length)
        s = damaged(z, "its directory holds more than it says", e);
    mem_free(bytes);
    return s == OK ? arena_check(&z->arena, e, "reading an archive") : s;
}

enum status zip_open(struct zip *z, const char *path, struct err *e)
{
    enum { TAIL_MAX = END_BYTES + COMMENT_MAX };
    struct place p = {0};

    *z = (struct zip){.fd = -1};
    z->name = arena_strdup(&z->arena, file_shown(path));
    enum status s = arena_check(&z->arena, e, "opening an archive");
    if (s == OK)
        s = file_open(path, &z->fd, e);
    if (s != OK)
        return s;
    const int64_t length = file_length(z->fd);
    if (length < 0)
        return err_add(e, ERR_DATA, z->name,
                       "cannot be read as a zip archive, whose directory is at "
                       "its end: expected a file, not a pipe");
    const int64_t want = num_min(length, TAIL_MAX);
    unsigned char *tail = mem_take((size_t)want + 1, 1);
    if (!tail)
        return err_memory(e, "opening an archive");
    s = read_bytes(z, tail, (size_t)want, length - want, e);
    if (s == OK)
        s = locate(z, tail, (size_t)want, length, &p, e);
    mem_free(tail);
    return s == OK ? read_entries(z, &p, e) : s;
}

void zip_close(struct zip *z)
{
    if (z->fd >= 0)
        close(z->fd);
    arena_free(&z->arena);
    *z = (struct zip){.fd = -1};
}

/* "x.npz/x_train.npy" */
static const char *put_name(struct text *out, const struct zip *z,
                            const struct zip_member *m)
{
    text_puts(out, z->name);
    text_puts(out, "/");
    text_puts(out, m->name);
    return text_string(out);
}

/* What the directory says of a member that can be read. */
static enum status check_member(const struct zip_member *m, const char *name,
                                struct err *e)
{
    enum { MOST = 1032 }; /* bytes that a deflated one can stand for */
    static const struct {
        unsigned method;
        const char *name;
    } methods[] = {{9, "deflate64"}, {12, "bzip2"}, {14, "lzma"},
                   {93, "zstd"},     {95, "xz"},    {99, "aes"}};
    const char *packing = "an unknown method";

    if (m->flags & ENCRYPTED)
        return err_add(e, ERR_DATA, name, "is encrypted");
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (methods[i].method == m->method)
            packing = methods[i].name;
    if (m->method != STORED && m->method != DEFLATED)
        return err_add(e, ERR_DATA, name,
                       "is packed by %s (%u); expected stored (0) or deflate "
                       "(8)",
                       packing, m->method);
    if (m->method == STORED ? m->size != m->packed : m->size / MOST > m->packed)
        return err_add(e, ERR_DATA, name,
                       "cannot be %lld bytes, the archive has %lld of it",
                       (long long)m->size, (long long)m->packed);
    return OK;
}

/* The member's own header, which must be that of the directory; *at becomes
 * where its bytes begin. */
static enum status check_header(const struct zip *z, const struct zip_member *m,
                                int64_t *at, struct err *e)
{
    const size_t length = strlen(m->name);
    const int64_t room = z->directory - m->header - LOCAL_BYTES;
    unsigned char head[LOCAL_BYTES];
    char *name = NULL;

    if (room < (int64_t)length)
        return damaged(z, "a member lies outside", e);
    enum status s = read_bytes(z, head, sizeof head, m->header, e);
    if (s == OK && (memcmp(head, "PK\3\4", 4) != 0 ||
                    u16(head + 8) != m->method || u16(head + 26) != length))
        s = damaged(z, "a member is not what the directory says", e);
    if (s == OK && !(name = mem_take(length + 1, 1)))
        s = err_memory(e, "reading an archive");
    if (s == OK)
        s = read_bytes(z, name, length, m->header + LOCAL_BYTES, e);
    if (s == OK && memcmp(name, m->name, length) != 0)
        s = damaged(z, "a member is not called as the directory says", e);
    mem_free(name);
    if (s != OK)
        return s;
    const int64_t before = (int64_t)length + (int64_t)u16(head + 28);
    *at = m->header + LOCAL_BYTES + before;
    return before > room || m->packed > room - before
               ? damaged(z, "a member reaches into the directory", e)
               : OK;
}

enum status zip_stream(const struct zip *z, const struct zip_member *m,
                       struct stream **out, struct err *e)
{
    struct stream_part part = {.length = m->packed,
                               .deflated = m->method == DEFLATED,
                               .size = m->size,
                               .crc = m->crc};
    struct text name = {0};

    *out = NULL;
    put_name(&name, z, m);
    enum status s = name.failed ? err_memory(e, "opening an archive")
                                : check_member(m, text_string(&name), e);
    if (s == OK)
        s = check_header(z, m, &part.at, e);
    if (s == OK)
        s = stream_open_part(out, z->fd, text_string(&name), &part, e);
    text_free(&name);
    return s;
}

/*
 * gzip.c - streams that may be gzip (RFC 1952), compression, CRC-32.
 *
 * Everything that needs zlib, members of zip archives too.  A stream owns two
 * buffers: `input` holds bytes of the file, `output` what was decoded from them
 * and not yet asked for, so that stream_waits can decode ahead without a
 * caller's buffer.  Plain files are handed out of `input`.
 */
#include <assert.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
/* zlib then promises not to write to its input. */
#define ZLIB_CONST
#include <zlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "codec/digest.h"
#include "codec/part.h"

enum {
    INPUT_BYTES = BUFFER_BYTES(64 * 1024),
    OUTPUT_BYTES = BUFFER_BYTES(128 * 1024),
    GZIP_WINDOW = 15 + 16, /* the largest window, gzip framing alone */
    GZIP_LEVEL = 6,
    GZIP_MEMORY = 8,
};

enum kind { UNDECIDED, PLAIN, GZIP, DEFLATE };

/* What decoding as far as the buffers allow came to. */
enum progress {
    READY,      /* decoded bytes are there */
    NEEDS_MORE, /* nothing without more of the file */
    ENDED,      /* the file ended where it may */
    TRUNCATED,  /* it ended inside a member */
    CORRUPT,
    TRAILED, /* behind the last member stands something else */
    NO_MEMORY,
};

struct stream {
    struct text name;
    int fd;
    enum kind kind;
    bool file_ended;    /* read(2) returned 0; it is not asked again */
    bool inside_member; /* a trailer is still to come */
    bool padded;        /* zeros have come behind a member */
    z_stream z;         /* next_in, avail_in: the unread part of `input` */
    size_t taken, made; /* of `output`: handed out, decoded */
    struct err unseen;  /* failures met by stream_waits, which cannot tell */
    struct part_rest *rest; /* of a part of the file; NULL: of all of it, */
    bool whole;             /* which stood at its beginning */
    unsigned char input[INPUT_BYTES], output[OUTPUT_BYTES];
};

static voidpf take_for_zlib(voidpf context, uInt count, uInt size)
{
    (void)context;
    return mem_take(count, size);
}

static void free_for_zlib(voidpf context, voidpf block)
{
    (void)context;
    mem_free(block);
}

/* A stream of no file yet; NULL when memory is short. */
static struct stream *new_stream(const char *name)
{
    struct stream *s = mem_take(1, sizeof *s);

    if (!s)
        return NULL;
    text_puts(&s->name, name);
    s->fd = -1;
    s->z.zalloc = take_for_zlib;
    s->z.zfree = free_for_zlib;
    s->z.next_in = s->input;
    if (!s->name.failed)
        return s;
    stream_close(s);
    return NULL;
}

/* Makes an empty stream one of a part of `fd`. */
static enum status take_part(struct stream *s, int fd,
                             const struct stream_part *part, struct err *e)
{
    s->rest = mem_take(1, sizeof *s->rest);
    if (!s->rest)
        return err_memory(e, "opening a file");
    s->rest->of = *part;
    s->kind = PLAIN;
    const enum status status = file_share(fd, s->name.at, &s->fd, e);
    if (status != OK || !part->deflated)
        return status;
    if (inflateInit2(&s->z, -MAX_WBITS) != Z_OK)
        return err_memory(e, "decompressing a file");
    s->kind = DEFLATE;
    s->inside_member = true;
    return OK;
}

enum status stream_open_part(struct stream **out, int fd, const char *name,
                             const struct stream_part *part, struct err *e)
{
    struct stream *s = new_stream(name);

    *out = NULL;
    if (!s)
        return err_memory(e, "opening a file");
    const enum status status = take_part(s, fd, part, e);
    if (status == OK)
        *out = s;
    else
        stream_close(s);
    return status;
}

enum status stream_open(struct stream **out, const char *path, struct err *e)
{
    struct stream *s = new_stream(file_shown(path));

    *out = NULL;
    if (!s)
        return err_memory(e, "opening a file");
    const enum status status = file_open(path, &s->fd, e);
    s->whole = status == OK && lseek(s->fd, 0, SEEK_CUR) == 0;
    if (status == OK)
        *out = s;
    else
        stream_close(s);
    return status;
}

void stream_close(struct stream *s)
{
    if (!s)
        return;
    if (s->kind == GZIP || s->kind == DEFLATE)
        inflateEnd(&s->z);
    if (s->fd >= 0)
        close(s->fd);
    text_free(&s->name);
    mem_free(s->rest);
    mem_free(s);
}

static bool begins_gzip(const struct stream *s)
{
    return s->z.avail_in >= 2 && s->z.next_in[0] == 0x1f &&
           s->z.next_in[1] == 0x8b;
}

/* Plain or gzip, once two bytes or the end of the file are there. */
static enum progress decide_kind(struct stream *s)
{
    if (s->z.avail_in < 2 && !s->file_ended)
        return NEEDS_MORE;
    if (!begins_gzip(s)) {
        s->kind = PLAIN;
        return READY;
    }
    if (inflateInit2(&s->z, GZIP_WINDOW) != Z_OK)
        return NO_MEMORY;
    s->kind = GZIP;
    return READY;
}

/* Between members: another one begins, the file ends, or zeros fill a block of
 * tape up, as gzip(1) knows them. */
static enum progress begin_member(struct stream *s)
{
    while (s->z.avail_in > 0 && *s->z.next_in == 0) {
        s->padded = true;
        s->z.next_in++;
        s->z.avail_in--;
    }
    if (s->z.avail_in == 0)
        return s->file_ended ? ENDED : NEEDS_MORE;
    if (s->z.avail_in < 2 && !s->file_ended)
        return NEEDS_MORE;
    if (s->padded || !begins_gzip(s))
        return TRAILED;
    s->inside_member = true;
    return READY;
}

/* Behind the one deflate stream of a part. */
static enum progress end_part(const struct stream *s)
{
    return s->z.avail_in > 0 || s->rest->of.length > 0 ? TRAILED : ENDED;
}

/* One step of inflation into the empty `output`; READY may mean 0 bytes. */
static enum progress inflate_some(struct stream *s)
{
    const enum progress p = s->inside_member     ? READY
                            : s->kind == DEFLATE ? end_part(s)
                                                 : begin_member(s);
    if (p != READY)
        return p;
    s->z.next_out = s->output;
    s->z.avail_out = OUTPUT_BYTES;
    const int result = inflate(&s->z, Z_NO_FLUSH);
    s->taken = 0;
    s->made = result == Z_OK || result == Z_STREAM_END
                  ? (size_t)(OUTPUT_BYTES - s->z.avail_out)
                  : 0;
    switch (result) {
    case Z_STREAM_END: /* another member may follow */
        s->inside_member = false;
        return inflateReset(&s->z) == Z_OK ? READY : CORRUPT;
    case Z_OK:
        return READY;
    case Z_BUF_ERROR:
        return s->file_ended ? TRUNCATED : NEEDS_MORE;
    case Z_MEM_ERROR:
        return NO_MEMORY;
    default:
        return CORRUPT;
    }
}

/* Decodes until something is ready or the buffers have no more to give. */
static enum progress decode(struct stream *s)
{
    enum progress p = READY;

    if (s->kind == UNDECIDED)
        p = decide_kind(s);
    if (p == READY && s->kind == PLAIN && s->z.avail_in == 0)
        p = s->file_ended ? ENDED : NEEDS_MORE;
    while (p == READY && s->kind != PLAIN && s->taken == s->made)
        p = inflate_some(s);
    return p;
}

/* One read(2) behind the unread bytes of `input`. */
static enum status fill(struct stream *s, struct err *e)
{
    const size_t kept = s->z.avail_in;
    struct piece to = {s->input + kept, INPUT_BYTES - kept};

    memmove(s->input, s->z.next_in, kept);
    s->z.next_in = s->input;
    const enum status status =
        s->rest ? part_fill(s->rest, s->fd, s->name.at, &to, e)
                : file_read_some(s->fd, s->name.at, to.at, to.length,
                                 &to.length, e);
    if (status != OK)
        return status;
    s->z.avail_in += (uInt)to.length;
    s->file_ended = to.length == 0;
    return OK;
}

/* Copies at most `room` of the ready bytes; how many. */
static size_t hand_out(struct stream *s, void *buffer, size_t room)
{
    const bool plain = s->kind == PLAIN;
    const size_t ready = plain ? s->z.avail_in : s->made - s->taken;
    const size_t count = ready < room ? ready : room;

    memcpy(buffer, plain ? s->z.next_in : s->output + s->taken, count);
    if (plain) {
        s->z.next_in += count;
        s->z.avail_in -= (uInt)count;
    } else {
        s->taken += count;
    }
    return count;
}

/* What decoding came to, but for more bytes that are ready. */
static enum status fail_decoding(const struct stream *s, enum progress p,
                                 struct err *e)
{
    const char *format = s->kind == DEFLATE ? "deflate" : "gzip";

    switch (p) {
    case TRUNCATED:
        return err_add(e, ERR_DATA, s->name.at, "the %s data is truncated",
                       format);
    case CORRUPT:
        return err_add(e, ERR_DATA, s->name.at, "the %s data is corrupt: %s",
                       format, s->z.msg ? s->z.msg : "no valid stream");
    case TRAILED:
        return err_add(e, ERR_DATA, s->name.at,
                       s->kind == DEFLATE
                           ? "goes on after the deflate data"
                           : "goes on after the gzip data with bytes that are "
                             "neither gzip nor zeros");
    case NO_MEMORY:
        return err_memory(e, "decompressing a file");
    case READY:
    case ENDED:
    case NEEDS_MORE:
        break;
    }
    return OK;
}

enum status stream_read(struct stream *s, void *buffer, size_t room,
                        size_t *got, struct err *e)
{
    enum progress p;

    assert(room > 0);
    *got = 0;
    while ((p = decode(s)) == NEEDS_MORE) {
        const enum status status = fill(s, e);
        if (status != OK)
            return status;
    }
    if (p == READY)
        *got = hand_out(s, buffer, room);
    else if (p != ENDED)
        return fail_decoding(s, p, e);
    return s->rest ? part_check(s->rest, s->name.at, buffer, *got, e) : OK;
}

bool stream_waits(struct stream *s)
{
    struct pollfd p = {.fd = s->fd, .events = POLLIN};

    while (decode(s) == NEEDS_MORE) {
        if (poll(&p, 1, 0) <= 0)
            return true;
        /* stream_read will meet a failure again, and can report it. */
        if (fill(s, &s->unseen) != OK)
            return false;
    }
    return false;
}

int stream_in_place(const struct stream *s)
{
    return s->kind == PLAIN && s->whole && !file_flows(s->fd) ? s->fd : -1;
}

const char *stream_library(void)
{
    return zlibVersion();
}

const char *stream_name(const struct stream *s)
{
    return s->name.at;
}

/* `window`: of zlib, which also says what stands around the block. */
static void compress_block(struct text *out, const void *content, size_t length,
                           int window)
{
    enum { MOST = 1 << 30 }; /* at once: zlib counts with fewer bits */
    z_stream z = {
        .zalloc = take_for_zlib, .zfree = free_for_zlib, .next_in = content};
    unsigned char piece[16 * 1024];
    int result = deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, window, GZIP_MEMORY,
                              Z_DEFAULT_STRATEGY);

    while (result == Z_OK) {
        if (z.avail_in == 0) {
            z.avail_in = (uInt)(length < MOST ? length : MOST);
            length -= z.avail_in;
        }
        z.next_out = piece;
        z.avail_out = sizeof piece;
        result = deflate(&z, length == 0 ? Z_FINISH : Z_NO_FLUSH);
        text_add(out, (const char *)piece, sizeof piece - z.avail_out);
    }
    deflateEnd(&z);
    out->failed = out->failed || result != Z_STREAM_END;
}

void gzip_compress(struct text *out, const void *content, size_t length)
{
    compress_block(out, content, length, GZIP_WINDOW);
}

void zlib_compress(struct text *out, const void *content, size_t length)
{
    compress_block(out, content, length, MAX_WBITS);
}

uint32_t crc32_of(const void *bytes, size_t length)
{
    return crc32_more(0, bytes, length);
}

uint32_t crc32_more(uint32_t crc, const void *bytes, size_t length)
{
    return length ? (uint32_t)crc32_z(crc, bytes, length) : crc;
}

/* gzip against the gzip program, damage of every kind, published checksums. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "codec/digest.h"
#include "codec/stream.h"
#include "support/scratch.h"

enum { CONTENT = 400000 };

static struct err e;
static unsigned char content[CONTENT], decoded[CONTENT + 1];

/* Compressible, without a period that zlib could use throughout. */
static void begin(void)
{
    uint32_t x = 1;

    e = (struct err){0};
    for (size_t i = 0; i < CONTENT; i++) {
        x = x * 1664525 + 1013904223;
        content[i] = (unsigned char)("abcdefgh"[x >> 29]);
    }
    scratch_begin();
}

#define CODEC_TEST(name) Test(codec, name, .init = begin, .fini = scratch_end)

/* Reads the whole of `path` in steps of `step`; the bytes in `decoded`. */
static enum status read_whole(const char *path, size_t step, size_t *length)
{
    struct stream *s;
    size_t got = 1;

    *length = 0;
    enum status status = stream_open(&s, path, &e);
    while (status == OK && got > 0 && *length < sizeof decoded) {
        const size_t left = sizeof decoded - *length;
        status = stream_read(s, decoded + *length, left < step ? left : step,
                             &got, &e);
        *length += got;
    }
    stream_close(s);
    return status;
}

static void expect_content(const char *path, size_t step)
{
    size_t length;

    cr_assert_eq(read_whole(path, step, &length), OK, "%s", e.text);
    cr_assert_eq(length, CONTENT, "%s in steps of %zu: %zu bytes", path, step,
                 length);
    cr_assert_arr_eq(decoded, content, CONTENT);
}

CODEC_TEST(reads_plain_and_gzip_alike)
{
    scratch_write("plain", content, CONTENT);
    cr_assert_eq(system("gzip -k plain && mv plain.gz by_content"), 0);
    const size_t steps[] = {1, 7, 4096, 1000000};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        expect_content("plain", steps[i]);
        expect_content("by_content", steps[i]);
    }
}

CODEC_TEST(joins_members_and_knows_empty_ones)
{
    scratch_write("a", content, CONTENT / 3);
    scratch_write("b", content + CONTENT / 3, CONTENT - CONTENT / 3);
    cr_assert_eq(system("(gzip -c a; gzip -c </dev/null; gzip -9c b;"
                        " gzip -c </dev/null) >both"),
                 0);
    expect_content("both", 5000);
}

CODEC_TEST(short_files_are_plain)
{
    size_t length;

    for (size_t n = 0; n <= 2; n++) {
        scratch_write("f", "\x1fx", n);
        cr_assert_eq(read_whole("f", 10, &length), OK, "%zu bytes", n);
        cr_assert_eq(length, n);
    }
}

/* Tapes end in zeros: `gzip -t` takes them, behind any member. */
CODEC_TEST(zeros_behind_the_data_are_padding)
{
    static char bytes[32];
    struct stream *s;
    size_t got;

    cr_assert_eq(system("(echo hello | gzip -c; head -c 70000 /dev/zero) >x"),
                 0);
    cr_assert_eq(system("(cat x; echo more) >y"), 0);
    cr_assert_eq(system("(cat x; echo more | gzip -c) >z"), 0);
    cr_assert_eq(stream_open(&s, "x", &e), OK, "%s", e.text);
    cr_assert_eq(stream_read(s, bytes, 6, &got, &e), OK, "%s", e.text);
    cr_assert_eq(memcmp(bytes, "hello\n", 6), 0);
    cr_assert_eq(stream_read(s, bytes, 1, &got, &e), OK, "%s", e.text);
    cr_assert_eq(got, 0);
    stream_close(s);
    static const char *const trailed[] = {"y", "z"};
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(stream_open(&s, trailed[i], &e), OK);
        cr_assert_eq(stream_read(s, bytes, 6, &got, &e), OK);
        cr_assert_eq(stream_read(s, bytes, 1, &got, &e), ERR_DATA);
        stream_close(s);
    }
    cr_assert(strstr(e.text, "y: error: goes on after the gzip data with "
                             "bytes that are neither gzip nor zeros\n"));
}

CODEC_TEST(compresses_what_gzip_reads_and_repeats_itself)
{
    struct text packed = {0}, again = {0};
    size_t length;

    gzip_compress(&packed, content, CONTENT);
    gzip_compress(&again, content, CONTENT);
    cr_assert(!packed.failed && packed.length == again.length);
    cr_assert_arr_eq(packed.at, again.at, packed.length);
    cr_assert_lt(packed.length, CONTENT * 45 / 100,
                 "3 bits of 8 carry information");
    cr_assert_arr_eq(packed.at + 3, "\0\0\0\0\0", 5, "a name or a time");
    scratch_write("x.gz", packed.at, packed.length);
    scratch_write("want", content, CONTENT);
    cr_assert_eq(system("gzip -dc x.gz | cmp - want"), 0);
    expect_content("x.gz", 100000);
    text_free(&packed);
    text_free(&again);

    gzip_compress(&packed, NULL, 0);
    scratch_write("empty.gz", packed.at, packed.length);
    text_free(&packed);
    cr_assert_eq(read_whole("empty.gz", 10, &length), OK);
    cr_assert_eq(length, 0);
}

/* A small member: every prefix of it and every flipped bit behind the magic. */
CODEC_TEST(damage_is_found)
{
    const char *text = "conv2d1.weight 0.125";
    struct text member = {0};
    size_t got, harmless = 0;

    gzip_compress(&member, text, 20);
    unsigned char *packed = (unsigned char *)member.at;
    const size_t length = member.length;
    for (size_t n = 2; n < length; n++) {
        e = (struct err){0};
        scratch_write("x", packed, n);
        cr_assert_eq(read_whole("x", 100, &got), ERR_DATA, "%zu of %zu bytes",
                     n, length);
        cr_assert_str_eq(e.text, "x: error: the gzip data is truncated\n");
    }
    for (size_t bit = 16; bit < length * 8; bit++) {
        /* Flags, time and system in the header are not covered by the CRC. */
        if (bit >= 24 && bit < 80)
            continue;
        packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
        scratch_write("x", packed, length);
        packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
        e = (struct err){0};
        const enum status s = read_whole("x", 100, &got);
        if (s == OK && got == 20 && memcmp(decoded, text, 20) == 0)
            harmless++;
        else
            cr_assert_eq(s, ERR_DATA, "bit %zu", bit);
    }
    /* The bits that fill the last byte of the deflate data mean nothing. */
    cr_assert_lt(harmless, 8, "%zu bits", harmless);
    text_free(&member);
}

CODEC_TEST(garbage_behind_a_member_is_refused)
{
    size_t got;

    cr_assert_eq(system("(echo hello | gzip -c; echo garbage) >x"), 0);
    cr_assert_eq(read_whole("x", 100, &got), ERR_DATA);
    cr_assert_eq(got, 6, "what came before is whole");
}

CODEC_TEST(what_cannot_be_opened)
{
    struct stream *s;

    cr_assert_eq(stream_open(&s, "missing", &e), ERR_NOINPUT);
    cr_assert_null(s);
    cr_assert_eq(stream_open(&s, ".", &e), ERR_NOINPUT);
    stream_close(NULL);
}

/* Standard input becomes a pipe; the write end is returned. */
static int pipe_to_stdin(void)
{
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    return ends[1];
}

CODEC_TEST(tells_when_a_plain_pipe_pauses)
{
    const int in = pipe_to_stdin();
    struct stream *s;
    char byte;
    size_t got;

    cr_assert_eq(stream_open(&s, "-", &e), OK);
    cr_assert_str_eq(stream_name(s), "standard input");
    cr_assert(stream_waits(s), "nothing was written");
    cr_assert_eq(write(in, "a", 1), 1);
    cr_assert(stream_waits(s), "one byte does not tell gzip from plain");
    cr_assert_eq(write(in, "bc", 2), 2);
    for (int i = 0; i < 3; i++) {
        cr_assert(!stream_waits(s), "byte %d", i);
        cr_assert_eq(stream_read(s, &byte, 1, &got, &e), OK);
        cr_assert_eq(byte, "abc"[i]);
    }
    cr_assert(stream_waits(s));
    close(in);
    cr_assert(!stream_waits(s), "the end is no reason to wait");
    cr_assert_eq(stream_read(s, &byte, 1, &got, &e), OK);
    cr_assert_eq(got, 0);
    stream_close(s);
}

CODEC_TEST(tells_when_a_gzip_pipe_pauses)
{
    const int in = pipe_to_stdin();
    struct text packed = {0};
    struct stream *s;
    size_t got;
    char bytes[10];

    gzip_compress(&packed, "hello", 5);
    cr_assert_eq(stream_open(&s, "-", &e), OK);
    for (size_t i = 0; i < 10; i++) { /* the member's header: no content */
        cr_assert(stream_waits(s), "byte %zu", i);
        cr_assert_eq(write(in, packed.at + i, 1), 1);
    }
    cr_assert(stream_waits(s));
    cr_assert_eq(write(in, packed.at + 10, packed.length - 10),
                 (ssize_t)(packed.length - 10));
    cr_assert(!stream_waits(s));
    cr_assert_eq(stream_read(s, bytes, 2, &got, &e), OK);
    cr_assert_eq(got, 2);
    cr_assert(!stream_waits(s), "decoded bytes are there");
    cr_assert_eq(stream_read(s, bytes, 10, &got, &e), OK);
    cr_assert_eq(got, 3);
    cr_assert(stream_waits(s), "another member may follow");
    close(in);
    cr_assert(!stream_waits(s));
    stream_close(s);
    text_free(&packed);
}

Test(digest, crc32)
{
    /* The check value of the CRC catalogue for CRC-32/ISO-HDLC. */
    cr_assert_eq(crc32_of("123456789", 9), 0xcbf43926u);
    cr_assert_eq(crc32_of("", 0), 0);
    for (size_t cut = 0; cut <= 9; cut++)
        cr_assert_eq(
            crc32_more(crc32_of("123456789", cut), &"123456789"[cut], 9 - cut),
            0xcbf43926u, "cut at %zu", cut);
    cr_assert_eq(crc32_more(7, NULL, 0), 7);
}

/* The examples of FIPS 180. */
Test(digest, sha256)
{
    static const char two_blocks[] =
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    struct sha256 s;
    char hex[SHA256_HEX_BYTES];

    sha256_begin(&s);
    sha256_add(&s, "abc", 3);
    sha256_end(&s, hex);
    cr_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223"
                          "b00361a396177a9cb410ff61f20015ad");
    for (size_t cut = 0; cut < sizeof two_blocks; cut++) {
        sha256_begin(&s);
        sha256_add(&s, two_blocks, cut);
        sha256_add(&s, two_blocks + cut, sizeof two_blocks - 1 - cut);
        sha256_end(&s, hex);
        cr_assert_str_eq(hex,
                         "248d6a61d20638b8e5c026930c3e6039"
                         "a33ce45964ff2167f6ecedd419db06c1",
                         "cut at %zu", cut);
    }
}

Test(digest, integers_are_eight_bytes_little_endian)
{
    struct sha256 a, b;
    char hex_a[SHA256_HEX_BYTES], hex_b[SHA256_HEX_BYTES];

    sha256_begin(&a);
    sha256_add_int(&a, -2);
    sha256_add_int(&a, 0x0102);
    sha256_end(&a, hex_a);
    sha256_begin(&b);
    sha256_add(&b, "\xfe\xff\xff\xff\xff\xff\xff\xff\x02\x01\0\0\0\0\0\0", 16);
    sha256_end(&b, hex_b);
    cr_assert_str_eq(hex_a, hex_b);
}

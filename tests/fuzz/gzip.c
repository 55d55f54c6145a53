/*
 * gzip.c - streams: plain bytes come out as they are, gzip decodes to something
 * that survives compression, however the reader cuts it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "codec/stream.h"
#include "fuzz/fuzz.h"

/* A small input must not fill the memory. */
enum { DECODED_MAX = 1 << 22 };

/* Reads all of it, `step` bytes at a time; false when it is refused. */
static bool decode(const char *path, size_t step, struct text *out)
{
    char buffer[4096];
    struct err e = {0};
    struct stream *s;
    size_t got = 1;

    enum status status = stream_open(&s, path, &e);
    while (status == OK && got > 0 && out->length < DECODED_MAX) {
        stream_waits(s);
        status = stream_read(s, buffer, step, &got, &e);
        fuzz_require(got <= step, "no more than asked for");
        text_add(out, buffer, got);
    }
    stream_close(s);
    return fuzz_outcome(status, &e);
}

static bool same(const struct text *a, const struct text *b)
{
    return a->length == b->length &&
           (a->length == 0 || memcmp(a->at, b->at, a->length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text once = {0}, twice = {0}, again = {0}, packed = {0};

    const char *path = fuzz_file(0, bytes, length);
    const bool good = decode(path, 4096, &once);
    const bool capped = once.length >= DECODED_MAX;
    fuzz_require(decode(path, length % 97 + 1, &twice) == good || capped,
                 "the outcome does not depend on the reader");
    if (length < 2 || bytes[0] != 0x1f || bytes[1] != 0x8b)
        fuzz_require(good && once.length == length &&
                         (length == 0 || memcmp(once.at, bytes, length) == 0),
                     "plain bytes come out as they are");
    if (good && !capped) {
        fuzz_require(same(&once, &twice), "the bytes are the same");
        gzip_compress(&packed, text_string(&once), once.length);
        fuzz_require(!packed.failed, "what was decoded can be compressed");
        fuzz_require(
            decode(fuzz_file(1, packed.at, packed.length), 4096, &again) &&
                same(&once, &again),
            "what was compressed decodes to itself");
        text_free(&packed);
    }
    text_free(&once);
    text_free(&twice);
    text_free(&again);
    return 0;
}

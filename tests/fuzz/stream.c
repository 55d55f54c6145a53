/*
 * stream.c - samples as they come in: the records and the end of a stream do
 * not depend on how many are asked for at a time.
 *
 * The first three bytes choose format, options and shape.
 */
#include "source/stream.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "source/csv.h"
#include "source/idx.h"

enum { MOST = 8, SIZE_MOST = 16 };

/* Appends every record to `out`, `room` at a time, and whether it ended well:
 * of two faults, which one is met first may depend on what was read ahead. */
static void read_all(struct sample_stream_config c, const char *path,
                     int64_t room, struct text *out)
{
    struct err e = {0};
    struct input in = {0};
    struct sample_stream s = {0};
    struct bad_record bad[MOST];
    float x[MOST * SIZE_MOST];
    const int64_t size = shape_count(c.shape);
    int64_t got = 1;

    enum status status = input_open(&in, path, &e);
    c.in = &in;
    if (status == OK)
        status = sample_stream_open(&s, &c, &e);
    while (status == OK && got > 0) {
        status = sample_stream_next(&s, room, x, bad, &got, &e);
        fuzz_require(got >= 0 && got <= room, "no more than asked for");
        for (int64_t i = 0; i < got * size; i++)
            fuzz_require(isfinite(x[i]), "finite numbers");
        for (int64_t i = 0; i < got; i++) {
            text_add(out, (const char *)(x + i * size),
                     (size_t)size * sizeof *x);
            fuzz_require(!bad[i].bad || (c.keep_bad && bad[i].why[0]),
                         "a bad record says why");
            text_puts(out, bad[i].bad ? bad[i].why : "good");
        }
    }
    sample_stream_close(&s);
    input_close(&in);
    text_puts(out, fuzz_outcome(status, &e) ? "end" : "error");
}

static struct shape shape_of(uint8_t byte)
{
    static const struct shape shapes[] = {
        {1, {1}}, {1, {4}}, {3, {1, 2, 2}}, {3, {3, 1, 2}}, {3, {1, 4, 4}}};

    return shapes[byte % ARRAY_LEN(shapes)];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text one = {0}, many = {0};

    if (length < 3)
        return 0;
    static const char *const labels[] = {"0", "1", "2", "7", "label"};
    static const char *const headers[] = {"auto", "true", "false"};
    const char *path = fuzz_file(0, bytes + 3, length - 3);
    const struct idx_source idx = {.images = {path, path}};
    const struct csv_source csv = {
        .csv = {path, path},
        .delimiter = bytes[0] & 64 ? ";" : ",",
        .header = headers[(bytes[1] >> 2) % ARRAY_LEN(headers)],
        .label_column = labels[(bytes[1] >> 5) % ARRAY_LEN(labels)],
    };
    const struct sample_stream_config c = {
        .kind = bytes[0] & 1 ? &idx_source_ops : &csv_source_ops,
        .config = bytes[0] & 1 ? (const void *)&idx : &csv,
        .keep_bad = bytes[1] & 1,
        .labelled = bytes[1] & 2,
        .shape = shape_of(bytes[2]),
    };
    read_all(c, path, 1, &one);
    read_all(c, path, 2 + bytes[2] % (MOST - 1), &many);
    fuzz_require(one.length == many.length &&
                     memcmp(one.at, many.at, one.length) == 0,
                 "the records do not depend on the reader");
    text_free(&one);
    text_free(&many);
    return 0;
}

/*
 * image.c - pictures in files: what is decoded is within the limits, is the
 * same when it is written as PNM and read back, and becomes what a rule says.
 *
 * The first six bytes are the rule: channels, fit, rows, columns, background of
 * the first and of the other channels; the rest is the file.
 */
#include "image/image.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "fuzz/fuzz.h"

enum { RULE_BYTES = 6, SIDE = 64 };

static struct image_rule rule_of(const uint8_t *bytes)
{
    static const int64_t channels[] = {0, 1, 3};

    return (struct image_rule){
        .channels = channels[bytes[0] % 3],
        .fit = (enum image_fit)(bytes[1] % 3),
        .height = bytes[2] % SIDE,
        .width = bytes[2] % SIDE ? 1 + bytes[3] % SIDE : 0,
        .background = {bytes[4], bytes[5], bytes[5]},
    };
}

/* Its own pixels, written raw. */
static void write_and_read(const struct image *m)
{
    const size_t size = (size_t)(m->channels * m->height * m->width);
    struct text file = {0};
    struct image back;
    struct err e = {0};

    text_printf(&file, "P%d %lld %lld 255\n", m->channels == 3 ? 6 : 5,
                (long long)m->width, (long long)m->height);
    text_add(&file, (const char *)m->pixels, size);
    fuzz_require(
        !file.failed &&
            fuzz_outcome(image_decode((const uint8_t *)file.at, file.length,
                                      "pnm", NULL, &back, &e),
                         &e),
        "pixels can be written and read");
    fuzz_require(back.channels == m->channels && back.height == m->height &&
                     back.width == m->width &&
                     memcmp(back.pixels, m->pixels, size) == 0,
                 "pixels stay the same");
    image_free(&back);
    text_free(&file);
}

/* Room for exactly what is said of the shape. */
static void apply(const struct image *m, const struct image_rule *rule)
{
    const struct shape shape = image_shape(m, rule);
    unsigned char *planar = mem_take((size_t)shape_count(shape), 1);
    struct err e = {0};

    fuzz_require(planar &&
                     fuzz_outcome(image_apply(m, rule, planar, "p", &e), &e),
                 "a rule can be applied");
    fuzz_require(rule->channels == 0 || shape.dim[0] == rule->channels,
                 "channels are those of the rule");
    mem_free(planar);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct err e = {0};
    struct image m;

    if (length < RULE_BYTES)
        return 0;
    const struct image_rule rule = rule_of(bytes);
    bytes += RULE_BYTES;
    length -= RULE_BYTES;
    const enum status s = image_decode(bytes, length, "image", &rule, &m, &e);
    if (!fuzz_outcome(s, &e)) {
        fuzz_require(s == ERR_DATA && !m.pixels, "a refusal is of the file");
        return 0;
    }
    fuzz_require(image_knows(bytes, length), "what is read is known");
    fuzz_require((m.channels == 1 || m.channels == 3) && m.height > 0 &&
                     m.width > 0 && m.height * m.width <= IMAGE_MAX_PIXELS,
                 "images are within the limits");
    write_and_read(&m);
    apply(&m, &rule);
    image_free(&m);
    return 0;
}

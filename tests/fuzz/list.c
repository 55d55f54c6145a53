/*
 * list.c - lists of images: what is read has a class a row, and every image
 * that it names can be fetched, or is refused with a reason.
 *
 * The first three bytes choose delimiter, header and column of the label; `@`
 * stands for the path of an image.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fuzz/fuzz.h"
#include "source/csv.h"

extern const struct source_ops list_source_ops;

/* The list with the image's path in it. */
static struct text expand(const uint8_t *bytes, size_t length)
{
    static const char pixels[] = "P5 2 1 255\nab";
    const char *image = fuzz_file(1, pixels, sizeof pixels - 1);
    struct text list = {0};

    for (size_t i = 0; i < length; i++)
        if (bytes[i] == '@')
            text_puts(&list, image);
        else
            text_add(&list, (const char *)&bytes[i], 1);
    return list;
}

/* Everything that is in it. */
static void read_all(struct source_reader *r, struct err *e)
{
    unsigned char pixels[2];
    struct record record;
    bool more = true;
    int64_t count = 0;

    fuzz_require(shape_count(r->shape) == 2, "the shape is that of the image");
    while (fuzz_outcome(source_next(r, &record, &more, e), e) && more) {
        fuzz_require(!record.pixels && record.label && record.label_length > 0,
                     "a row has a label alone");
        count++;
        if (!fuzz_outcome(r->ops->fetch(r, count - 1, pixels, e), e))
            break;
        fuzz_require(memcmp(pixels, "ab", 2) == 0, "an image is what it is");
    }
    fuzz_require(e->count > 0 || count > 0, "a list names an image");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const delimiters[] = {",", ";", "\t", "|"};
    static const char *const headers[] = {"auto", "true", "false", "skip"};
    static const char *const columns[] = {"1", "0", "label", "-1", "9"};
    struct arena arena = {0};
    const struct source_request q = {.arena = &arena, .blind = true};
    struct source_reader r;
    struct err e = {0};

    if (length < 3)
        return 0;
    struct text list = expand(bytes + 3, length - 3);
    const char *path = fuzz_file(0, text_string(&list), list.length);
    const struct csv_source source = {
        .list = {path, path},
        .path_column = "0",
        .delimiter = delimiters[bytes[0] % ARRAY_LEN(delimiters)],
        .header = headers[bytes[1] % ARRAY_LEN(headers)],
        .label_column = columns[bytes[2] % ARRAY_LEN(columns)],
    };
    if (fuzz_outcome(source_open(&r, &list_source_ops, &source, &q, &e), &e)) {
        read_all(&r, &e);
        source_close(&r);
    }
    text_free(&list);
    arena_free(&arena);
    return 0;
}
